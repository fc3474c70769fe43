import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Backoff } from '../../edge/smpp/backoff.ts';
import { Doorkeeper } from '../../edge/smpp/doorkeeper.ts';
import { Pacer } from '../../edge/smpp/pacer.ts';

const chance = (fraction: number) => ({
  bytes: (length: number) => Buffer.alloc(length),
  fraction: () => fraction,
});

describe('Pacer', () => {
  it('never lets more leave in any stretch than rate and burst allow', () => {
    const waits = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 200 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000 }), waits, (perSecond, steps) => {
        const pacer = new Pacer(perSecond, 10);
        const left: number[] = [];
        let nowMs = 0;
        for (const step of steps) {
          nowMs += step;
          while (pacer.available(nowMs) > 0) {
            pacer.take(nowMs);
            left.push(nowMs);
          }
        }
        left.forEach((startMs, from) => {
          const lastMs = left.at(-1) ?? startMs;
          const most = ((lastMs - startMs + 10) * perSecond) / 1_000 + 1;
          assert.ok(left.length - from <= most + 1e-6);
        });
      }),
    );
  });

  it('reaches its rate', () => {
    const pacer = new Pacer(500);
    let left = 0;
    for (let nowMs = 0; nowMs < 1_000; nowMs++) for (; pacer.available(nowMs) > 0; left++) pacer.take(nowMs);
    assert.ok(left >= 500 && left <= 506, `${left}`);
  });

  it('says how many may leave, and when the next may', () => {
    const pacer = new Pacer(1);
    assert.equal(pacer.available(0), 1);
    pacer.take(0);
    assert.equal(pacer.available(0), 0);
    assert.equal(pacer.readyMs(), 990);
    assert.equal(pacer.available(990), 1);
    assert.equal(new Pacer(0).available(0), Infinity);
  });
});

describe('Backoff', () => {
  it('doubles up to its end, with jitter over the upper half, and starts anew', () => {
    const longest = new Backoff(100, 1_000, chance(1));
    assert.deepEqual(
      [1, 2, 3, 4, 5, 6].map(() => longest.next()),
      [100, 200, 400, 800, 1_000, 1_000],
    );
    longest.reset();
    assert.equal(longest.next(), 100);
    assert.equal(new Backoff(100, 1_000, chance(0)).next(), 50);
  });
});

describe('Doorkeeper', () => {
  const limits = { connectionsMax: 3, connectionsPerAddressMax: 2, failuresMax: 2, failureWindowMs: 1_000 };

  it('limits connections in all and from each address', () => {
    const door = new Doorkeeper(limits);
    assert.equal(door.enter('a', 0), 'admitted');
    assert.equal(door.enter('a', 0), 'admitted');
    assert.equal(door.enter('a', 0), 'address');
    assert.equal(door.enter('b', 0), 'admitted');
    assert.equal(door.enter('c', 0), 'connections');
    door.left('a');
    assert.equal(door.enter('c', 0), 'admitted');
  });

  it('turns an address away after failed binds, for a while', () => {
    const door = new Doorkeeper(limits);
    door.failed('a', 0);
    assert.equal(door.enter('a', 1), 'admitted');
    door.failed('a', 2);
    assert.equal(door.enter('a', 3), 'failures');
    assert.equal(door.enter('b', 3), 'admitted');
    assert.equal(door.enter('a', 1_000), 'admitted');
  });

  it('forgets the oldest failures rather than grow', () => {
    const door = new Doorkeeper(limits);
    for (let i = 0; i < 10_001; i++) {
      door.failed(`a${i}`, 0);
      door.failed(`a${i}`, 0);
    }
    assert.equal(door.enter('a0', 1), 'admitted');
    assert.equal(door.enter('a10000', 1), 'failures');
  });
});
