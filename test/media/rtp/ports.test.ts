import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { PortPairs } from '../../../media/rtp/ports.ts';

describe('ports', () => {
  it('come in pairs that begin with an even one, inside the range', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 65_000 }), fc.nat(200), (first, more) => {
        const last = Math.min(65_535, first + more);
        const pairs = new PortPairs({ first, last });
        const taken = new Set<number>();
        for (let port = pairs.take(); port !== undefined; port = pairs.take()) {
          assert.ok(port % 2 === 0 && port >= first && port + 1 <= last);
          assert.ok(!taken.has(port));
          taken.add(port);
        }
        assert.equal(taken.size, pairs.size);
      }),
    );
  });

  it('never leak and are never given twice, whatever is taken and given back', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30), { maxLength: 300 }), (moves) => {
        const pairs = new PortPairs({ first: 20_000, last: 20_019 });
        const held: number[] = [];
        for (const move of moves) {
          if (move % 2 === 0) {
            const port = pairs.take();
            assert.equal(port === undefined, held.length === 10);
            if (port !== undefined) {
              assert.ok(!held.includes(port));
              held.push(port);
            }
          } else if (held.length > 0) {
            const [port = 0] = held.splice(move % held.length, 1);
            pairs.give(port);
            pairs.give(port);
          }
        }
        assert.equal(pairs.available, 10 - held.length);
      }),
    );
  });

  it('rest as long as possible between two calls', () => {
    const pairs = new PortPairs({ first: 20_000, last: 20_007 });
    const first = pairs.take()!;
    pairs.give(first);
    assert.deepEqual(
      [pairs.take(), pairs.take(), pairs.take(), pairs.take()],
      [20_002, 20_004, 20_006, first],
    );
  });
});
