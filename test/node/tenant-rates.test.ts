import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Rates } from '../../control/accounts/rates.ts';
import { ok } from '../../control/base/result.ts';
import { Metrics } from '../../control/metrics/metrics.ts';
import { silentLog } from '../../control/log/log.ts';
import { openTenantServers } from '../../edge/node/tenants.ts';
import { silentObserver } from '../../edge/smpp/observer.ts';
import { status } from '../../edge/smpp/status.ts';
import { npmClient } from '../smpp/loopback.ts';
import { FakeClock } from '../support/fake-clock.ts';

describe('A tenant by SMPP', () => {
  it('is throttled beyond its messages a second, and goes on in its time', async () => {
    const clock = new FakeClock();
    const closers: (() => void | Promise<void>)[] = [];
    const account = { sid: `AC${'1'.repeat(32)}`, no: 1 };
    let taken = 0;
    const port = await openTenantServers(
      { listen: { host: '127.0.0.1', port: 0 }, window: 10, maxSessions: 10, maxSessionsPerAccount: 10 },
      {
        deliveries: { bound: () => undefined, unbound: () => undefined, due: () => undefined } as never,
        acceptance: { accept: () => Promise.resolve(ok({ sid: `SM${++taken}` })) } as never,
        validityMaxMs: 1_000,
      },
      {
        authenticator: { authenticate: () => ok({ account, credential: { kind: 'token' } }) } as never,
        smppLogins: {} as never,
        accounts: {} as never,
        messageRates: new Rates(clock, () => 2),
      },
      {
        clock,
        log: silentLog,
        metrics: new Metrics({ processMetrics: false }),
        observer: silentObserver,
        opened: (closer) => closers.push(closer),
      },
    );
    const { ask } = await npmClient(port);
    await ask('bind_transmitter', { system_id: account.sid, password: 'x', interface_version: 0x34 });
    const submit = async (): Promise<number> =>
      (
        await ask('submit_sm', {
          source_addr: '+14155550100',
          destination_addr: '+15125550142',
          short_message: 'a',
        })
      ).command_status;
    assert.deepEqual(
      [await submit(), await submit(), await submit()],
      [status.ESME_ROK, status.ESME_ROK, status.ESME_RTHROTTLED],
    );
    clock.advance(500);
    assert.equal(await submit(), status.ESME_ROK);
    assert.equal(taken, 3);
    for (const close of closers.reverse()) await close();
  });
});
