import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { listMessages, type MessageFilter } from '../../edge/messaging/lists.ts';
import { account, Harness } from './harness.ts';

let harness: Harness;
afterEach(() => harness.end());

async function withMessages(count: number): Promise<Harness> {
  harness = new Harness({ rates: { local: 1000 } });
  harness.alpha.answer = (_sm, nth) => ({ kind: 'accepted', messageId: String(nth) });
  for (let i = 0; i < count; i++) {
    await harness.send({ body: `m${i}`, to: i % 2 === 0 ? '+12065550100' : '+12065550101' });
    await harness.advance(1000);
  }
  return harness;
}

const page = (h: Harness, filter: MessageFilter, from: Parameters<typeof listMessages>[3], size: number) => {
  const { items, older, newer } = listMessages(h.messaging.ledger, account.no, filter, from, size);
  return { bodies: items.map(({ message }) => message.body), older, newer };
};

describe('a list of messages', () => {
  it('is walked to the older and back', async () => {
    const h = await withMessages(5);
    const first = page(h, {}, { kind: 'newest' }, 2);
    assert.deepEqual(first.bodies, ['m4', 'm3']);
    assert.equal(first.newer, null);
    const second = page(h, {}, { kind: 'after', cursor: first.older ?? '' }, 2);
    assert.deepEqual(second.bodies, ['m2', 'm1']);
    const last = page(h, {}, { kind: 'after', cursor: second.older ?? '' }, 2);
    assert.deepEqual(last.bodies, ['m0']);
    assert.equal(last.older, null);
    const back = page(h, {}, { kind: 'before', cursor: last.newer ?? '' }, 2);
    assert.deepEqual(back.bodies, ['m2', 'm1']);
    assert.deepEqual(page(h, {}, { kind: 'before', cursor: back.newer ?? '' }, 2).bodies, ['m4', 'm3']);
  });

  it('is narrowed by address and by when messages were sent', async () => {
    const h = await withMessages(4);
    const all = (filter: MessageFilter): string[] => page(h, filter, { kind: 'newest' }, 50).bodies;
    assert.deepEqual(all({ to: '+12065550101' }), ['m3', 'm1']);
    assert.deepEqual(all({ from: '+14155550001', to: '+12065550100' }), ['m2', 'm0']);
    assert.deepEqual(all({ from: '+14155550002' }), []);
    const begun = Math.floor((h.clock.now() - 4000) / 1000);
    assert.deepEqual(all({ sent: { sinceSecond: begun + 2 } }), ['m3', 'm2']);
    assert.deepEqual(all({ sent: { untilSecond: begun + 1 } }), ['m1', 'm0']);
  });

  it('answers for dates that no message can have', async () => {
    const h = await withMessages(1);
    for (const second of [-1e12, -1, 1e12]) {
      const bodies = [
        page(h, { sent: { untilSecond: second } }, { kind: 'newest' }, 5).bodies.length,
        page(h, { sent: { sinceSecond: second } }, { kind: 'newest' }, 5).bodies.length,
      ];
      assert.deepEqual(bodies, second > 0 ? [1, 0] : [0, 1]);
    }
  });
});
