import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Facts } from '../../edge/demo/facts.ts';
import type { ApplicationEvent } from '../../edge/demo/application.ts';
import { FakeClock } from '../support/fake-clock.ts';

const told = (status: string): ApplicationEvent => ({ type: 'told', atMs: 0, messageSid: 'SM1', status });

describe('the facts of a story', () => {
  const open = () => {
    const clock = new FakeClock();
    return { clock, facts: new Facts(clock, 10_000) };
  };

  it('are found whether they come before or after they are needed', async () => {
    const { clock, facts } = open();
    facts.add(told('sent'));
    const later = facts.need('delivery', 'told', ({ status }) => status === 'delivered');
    assert.equal((await facts.need('sending', 'told')).status, 'sent');
    facts.add(told('delivered'));
    assert.equal((await later).status, 'delivered');
    assert.equal(clock.timers, 0);
  });

  it('of an earlier story do not count', async () => {
    const { clock, facts } = open();
    facts.add(told('sent'));
    facts.forget();
    const needed = facts.need('sending', 'told');
    clock.advance(10_000);
    await assert.rejects(needed, /^Error: sending did not happen within 10 s$/);
  });

  it('that stay away are named, with what the edge complained of', async () => {
    const { clock, facts } = open();
    const needed = facts.need('the webhook', 'asked');
    const alert = {
      ...{ sid: 'NO1', atMs: 0, accountSid: 'AC1', code: 11200, level: 'ERROR' as const },
      ...{ resourceSid: 'SM1', detail: 'connection refused', request: null },
    };
    facts.add({ type: 'alert', atMs: 0, alert });
    facts.add({ type: 'forged', atMs: 0, path: '/sms' });
    clock.advance(10_000);
    await assert.rejects(needed, /within 10 s \(alert 11200: connection refused; .* signature of \/sms\)$/);
  });

  it('are waited for no longer once it ends', async () => {
    const { clock, facts } = open();
    const needed = facts.need('anything', 'bound');
    facts.end(new Error('stopped'));
    await assert.rejects(needed, /stopped/);
    await assert.rejects(facts.need('anything else', 'bound'), /stopped/);
    assert.equal(clock.timers, 0);
  });

  it('are kept within bounds', () => {
    const { facts } = open();
    for (let n = 0; n < 5_000; n++) facts.add(told(String(n)));
    const kept = facts.all('told', () => true);
    assert.ok(kept.length < 2_000);
    assert.equal(kept.at(-1)?.status, '4999');
  });
});
