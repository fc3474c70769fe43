import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { serviceManager } from '../../edge/node/service-manager.ts';

function manager(variables: Readonly<Record<string, string>>) {
  const heard: string[] = [];
  return {
    heard,
    manager: serviceManager(
      (name) => variables[name],
      (...messages) => {
        heard.push(...messages);
        return Promise.resolve();
      },
    ),
  };
}

const main = `MAINPID=${process.pid}`;

describe('the service manager', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setInterval'] }));
  afterEach(() => mock.timers.reset());

  it('hears that the edge is ready, twice in each watchdog time that it lives, and that it stops', () => {
    const { heard, manager: systemd } = manager({ NOTIFY_SOCKET: '/run/x', WATCHDOG_USEC: '30000000' });
    mock.timers.tick(60_000);
    assert.deepEqual(heard, []);
    void systemd.ready();
    mock.timers.tick(30_000);
    systemd.stopping();
    mock.timers.tick(15_000);
    systemd.end();
    mock.timers.tick(60_000);
    assert.deepEqual(heard, [main, 'READY=1', 'WATCHDOG=1', 'WATCHDOG=1', 'STOPPING=1', 'WATCHDOG=1']);
  });

  it('is fed no watchdog that it does not keep', () => {
    const { heard, manager: systemd } = manager({ NOTIFY_SOCKET: '/run/x' });
    void systemd.ready();
    mock.timers.tick(60_000);
    assert.deepEqual(heard, [main, 'READY=1']);
  });

  it('is nobody for an edge started by hand', () => {
    const { heard, manager: nobody } = manager({ WATCHDOG_USEC: '30000000' });
    void nobody.ready();
    nobody.stopping();
    mock.timers.tick(60_000);
    assert.deepEqual(heard, []);
  });
});
