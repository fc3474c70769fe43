import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { RecentTop } from '../../../control/metrics/recent-top.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const open = (namesMax = 100): { clock: FakeClock; top: RecentTop } => {
  const clock = new FakeClock();
  return { clock, top: new RecentTop({ clock, windowMs: 60_000, slices: 6, namesMax }) };
};

describe('The top of a window', () => {
  it('names those with the most, and sums up the rest', () => {
    const { top } = open();
    for (const name of ['a', 'b', 'b', 'c', 'c', 'c', 'd']) top.count(name);
    assert.deepEqual(top.ranking(2), {
      top: [
        ['c', 3],
        ['b', 2],
      ],
      others: 2,
    });
  });

  it('forgets what has left the window', () => {
    const { clock, top } = open();
    top.count('a');
    clock.advance(30_000);
    top.count('b');
    clock.advance(29_000);
    assert.equal(top.ranking(5).top.length, 2);
    clock.advance(2_000);
    assert.deepEqual(top.ranking(5), { top: [['b', 1]], others: 0 });
    clock.advance(600_000);
    assert.deepEqual(top.ranking(5), { top: [], others: 0 });
  });

  it('keeps no more names than it may, and loses no count', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ name: fc.integer({ min: 0, max: 50 }), afterMs: fc.integer({ min: 0, max: 50 }) }),
        ),
        (counts) => {
          const { clock, top } = open(7);
          for (const { name, afterMs } of counts) {
            clock.advance(afterMs);
            top.count(`account ${name}`);
          }
          const { top: named, others } = top.ranking(5);
          assert.ok(named.length <= 5);
          assert.equal(
            named.reduce((sum, [, count]) => sum + count, others),
            counts.length,
          );
        },
      ),
    );
  });
});
