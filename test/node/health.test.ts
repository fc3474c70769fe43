import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Health } from '../../control/health/health.ts';
import type { Calls } from '../../edge/node/calls.ts';
import { callsHealth, edgeHealth, type Rooms } from '../../edge/node/state.ts';
import { FakeClock } from '../support/fake-clock.ts';

/** An edge without carriers and without messages, whose SIP server is as given. */
function reportOf(calls: { readonly lost: string | undefined } | null): ReturnType<Health['report']> {
  const health = new Health();
  edgeHealth(health, {
    links: new Map(),
    messaging: { depths: () => new Map() },
    clock: new FakeClock(),
  } as unknown as Rooms);
  const sip = { signalling: { trunkStates: () => [] } };
  if (calls !== null) callsHealth(health, { ...calls, sip } as unknown as Calls);
  return health.report();
}

describe('The health of an edge', () => {
  it('is good while there is nothing wrong', () => {
    assert.ok(reportOf(null).ok);
    assert.ok(reportOf({ lost: undefined }).ok);
  });

  it('is not when the SIP server has died', () => {
    const { ok, checks } = reportOf({ lost: 'the SIP thread ended with 1' });
    assert.equal(ok, false);
    assert.deepEqual(
      checks.filter((check) => !check.ok),
      [
        {
          name: 'calls',
          ok: false,
          words: 'the SIP thread ended with 1; no call can be had until this edge is started anew',
        },
      ],
    );
  });
});
