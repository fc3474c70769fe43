import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { serviceManager, type ServiceManager } from '../../edge/node/service-manager.ts';
import { FakeClock } from '../support/fake-clock.ts';

function manager(variables: Readonly<Record<string, string>>): {
  readonly heard: string[];
  readonly clock: FakeClock;
  readonly manager: ServiceManager;
} {
  const heard: string[] = [];
  const clock = new FakeClock();
  return {
    heard,
    clock,
    manager: serviceManager((name) => variables[name], {
      clock,
      monotonicUs: () => 123_456n,
      notifyBy:
        (socket) =>
        (...lines) => {
          assert.equal(socket, '/run/x');
          heard.push(lines.join('|'));
          return Promise.resolve();
        },
    }),
  };
}

const ready = `MAINPID=${process.pid}|READY=1|STATUS=serving`;

describe('the service manager', () => {
  it('hears that the edge is ready, twice in each watchdog time that it lives, and that it stops', async () => {
    const {
      heard,
      clock,
      manager: systemd,
    } = manager({ NOTIFY_SOCKET: '/run/x', WATCHDOG_USEC: '30000000' });
    clock.advance(60_000);
    assert.deepEqual(heard, []);
    await systemd.ready('serving');
    clock.advance(30_000);
    systemd.stopping('ending');
    clock.advance(15_000);
    systemd.end();
    clock.advance(60_000);
    assert.deepEqual(heard, [ready, 'WATCHDOG=1', 'WATCHDOG=1', 'STOPPING=1|STATUS=ending', 'WATCHDOG=1']);
  });

  it('hears of a hand-over, and that it has come to nothing; the watchdog is fed once', async () => {
    const {
      heard,
      clock,
      manager: systemd,
    } = manager({ NOTIFY_SOCKET: '/run/x', WATCHDOG_USEC: '30000000' });
    await systemd.ready('serving');
    await systemd.reloading('handing over');
    await systemd.ready('serving');
    clock.advance(15_000);
    assert.deepEqual(heard, [
      ready,
      'RELOADING=1|MONOTONIC_USEC=123456|STATUS=handing over',
      ready,
      'WATCHDOG=1',
    ]);
  });

  it('is fed no watchdog that it does not keep', async () => {
    const { heard, clock, manager: systemd } = manager({ NOTIFY_SOCKET: '/run/x' });
    await systemd.ready('serving');
    clock.advance(60_000);
    assert.deepEqual(heard, [ready]);
  });

  it('takes a status for one line, whatever it holds', () => {
    const { heard, manager: systemd } = manager({ NOTIFY_SOCKET: '/run/x' });
    systemd.stopping('lost:\nREADY=1');
    assert.deepEqual(heard, ['STOPPING=1|STATUS=lost: READY=1']);
  });

  it('is nobody for an edge started by hand', async () => {
    const { heard, clock, manager: nobody } = manager({ WATCHDOG_USEC: '30000000' });
    await nobody.ready('serving');
    await nobody.reloading('handing over');
    nobody.stopping('ending');
    clock.advance(60_000);
    assert.deepEqual(heard, []);
  });
});
