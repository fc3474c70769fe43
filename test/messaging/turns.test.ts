import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { PoolSender } from '../../control/messaging-services/pool-sender.ts';
import { Turns } from '../../edge/messaging/services/turns.ts';

const senderOf = (n: number): PoolSender => ({
  sid: `PN${String(n).padStart(32, '0')}`,
  accountSid: `AC${'0'.repeat(32)}`,
  serviceSid: `MG${'0'.repeat(32)}`,
  kind: 'local',
  sender: `+1206555${String(n).padStart(4, '0')}`,
  country: 'US',
  capabilities: { voice: true, sms: true, mms: true },
  createdMs: 0,
  updatedMs: 0,
});
const pool = (size: number): PoolSender[] => Array.from({ length: size }, (_, n) => senderOf(n));
const all = (): boolean => true;

/** Senders with queues: each message adds to the time when its sender is free. */
class Queues {
  readonly free = new Map<string, number>();
  looks = 0;
  readonly freeMs = ({ sender }: PoolSender): number => {
    this.looks++;
    return this.free.get(sender) ?? 0;
  };

  send({ sender }: PoolSender, nowMs: number, tookMs: number): void {
    this.free.set(sender, Math.max(nowMs, this.free.get(sender) ?? 0) + tookMs);
  }
}

describe('Turns', () => {
  it('always gives a sender that is free, or else the one that is free first', () => {
    const step = fc.record({
      passMs: fc.integer({ min: 0, max: 3000 }),
      tookMs: fc.integer({ min: 1, max: 5000 }),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.array(step, { maxLength: 60 }), (size, steps) => {
        const senders = pool(size);
        const turns = new Turns(senders);
        const queues = new Queues();
        let nowMs = 1_000_000;
        for (const { passMs, tookMs } of steps) {
          nowMs += passMs;
          const next = turns.next(all, queues.freeMs, nowMs);
          assert.ok(next);
          const least = Math.min(...senders.map((one) => Math.max(nowMs, queues.freeMs(one))));
          assert.equal(Math.max(nowMs, queues.freeMs(next)), least);
          queues.send(next, nowMs, tookMs);
        }
      }),
    );
  });

  it('lets those that are free take turns', () => {
    const turns = new Turns(pool(3));
    const names = (ms: number): string => turns.next(all, () => 0, ms)?.sender ?? '';
    const rounds = [1, 2, 3, 4, 5, 6].map(names);
    assert.equal(new Set(rounds.slice(0, 3)).size, 3);
    assert.deepEqual(rounds.slice(0, 3), rounds.slice(3));
  });

  it('looks at few of many, however full their queues are', () => {
    const senders = pool(400);
    const turns = new Turns(senders);
    const queues = new Queues();
    for (let n = 0; n < 2_000; n++) queues.send(turns.next(all, queues.freeMs, 1_000_000)!, 1_000_000, 1000);
    assert.deepEqual(new Set(queues.free.values()), new Set([1_005_000]), 'all alike');
    queues.looks = 0;
    for (let n = 0; n < 400; n++) queues.send(turns.next(all, queues.freeMs, 1_000_000)!, 1_000_000, 1000);
    assert.ok(queues.looks <= 1_200, `${queues.looks} looks for 400 choices`);
  });

  it('passes over who is not fit, and comes back to them', () => {
    const [first, second] = pool(2) as [PoolSender, PoolSender];
    const turns = new Turns([first, second]);
    const free = (): number => 0;
    for (let n = 0; n < 3; n++)
      assert.equal(
        turns.next((one) => one !== first, free, n),
        second,
      );
    assert.equal(
      turns.next(() => false, free, 3),
      undefined,
    );
    const later = [0, 1].map(() => turns.next(all, free, 5_000)?.sender);
    assert.deepEqual(new Set(later), new Set([first.sender, second.sender]));
  });

  it('learns within a minute that a queue has become shorter', () => {
    const [first, second] = pool(2) as [PoolSender, PoolSender];
    const turns = new Turns([first, second]);
    const free = new Map([
      [first, 3_600_000],
      [second, 2_000_000],
    ]);
    const next = (nowMs: number) => turns.next(all, (one) => free.get(one) ?? 0, nowMs);
    assert.equal(next(1_000_000), second);
    free.set(first, 0);
    assert.equal(next(1_060_000), first);
  });
});
