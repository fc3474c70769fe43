import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Shares } from '../../../control/base/shares.ts';

interface Place {
  readonly owner: string;
  readonly lane: string;
  readonly id: number;
}

/** What a test knows of everyone, without any of the order that the shares keep. */
class Books {
  readonly inside: Place[] = [];
  readonly outside: Place[] = [];

  insideOf(owner: string): number {
    return this.inside.filter((one) => one.owner === owner).length;
  }

  inLane(lane: string): number {
    return this.inside.filter((one) => one.lane === lane).length;
  }
}

const limits = { slots: 9, perLane: 3, waitingMax: 12 };

const step = fc.record({
  what: fc.constantFrom('enter', 'enter', 'enter', 'leave', 'leave', 'withdraw'),
  owner: fc.constantFrom('a', 'b', 'c', 'd'),
  lane: fc.constantFrom('1', '2', '3', '4', '5'),
  which: fc.nat(100),
});

describe('Shares', () => {
  it('keeps every bound, leaves no place idle that someone may have, and forgets nobody', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const shares = new Shares<Place>(limits);
        const books = new Books();
        const admit = (entered: readonly Place[]): void => {
          for (const place of entered) {
            const at = books.outside.indexOf(place);
            assert.ok(at >= 0, 'who enters has waited');
            const before = books.outside.slice(0, at);
            assert.ok(
              !before.some((one) => one.owner === place.owner && one.lane === place.lane),
              'first come, first served',
            );
            books.outside.splice(at, 1);
            books.inside.push(place);
          }
        };
        const leave = (which: number): void => {
          const [place] = books.inside.splice(which % books.inside.length, 1);
          if (place !== undefined) admit(shares.leave(place.owner, place.lane));
        };
        for (const [id, { what, owner, lane, which }] of steps.entries()) {
          if (what === 'enter') {
            const place = { owner, lane, id };
            const asked = shares.enter(owner, lane, place);
            if (asked === 'entered') books.inside.push(place);
            else if (asked === 'waiting') books.outside.push(place);
            else assert.ok(books.outside.length > 0, 'there is a place to wait for the first');
          } else if (what === 'leave') {
            leave(which);
          } else {
            const [place] = books.outside.splice(which % Math.max(1, books.outside.length), 1);
            if (place !== undefined) shares.withdraw(place.owner, place.lane, place);
          }
          assert.deepEqual(shares.load, { active: books.inside.length, waiting: books.outside.length });
          assert.ok(books.inside.length <= limits.slots && books.outside.length <= limits.waitingMax);
          for (const name of ['1', '2', '3', '4', '5']) assert.ok(books.inLane(name) <= limits.perLane);
          const free = limits.slots - books.inside.length;
          for (const one of books.outside) {
            assert.ok(
              books.insideOf(one.owner) >= free || books.inLane(one.lane) === limits.perLane,
              `${one.owner} in ${one.lane} waits for nothing`,
            );
          }
        }
        while (books.inside.length > 0) leave(0);
        assert.deepEqual(books.outside, [], 'everyone has had a turn');
        assert.equal(shares.remembered, 0);
      }),
      { numRuns: 500 },
    );
  });

  it('leaves a part for whoever comes next, however many take all they can', () => {
    for (const owners of [1, 2, 4, 9]) {
      const shares = new Shares<number>({ slots: 500, perLane: 64, waitingMax: 20_000 });
      for (let n = 0; n < 50_000; n++) shares.enter(`owner ${n % owners}`, `lane ${n % 1_000}`, n);
      const { active } = shares.load;
      const part = 500 / (owners + 1);
      assert.ok(Math.abs(500 - active - part) <= owners, `${owners} owners leave ${500 - active} free`);
      assert.equal(shares.enter('another', 'lane of its own', 0), 'entered');
    }
  });

  it('lets owners take turns, and the lanes of each', () => {
    const shares = new Shares<string>({ slots: 1, perLane: 1, waitingMax: 1_000 });
    shares.enter('busy', 'x', 'x');
    for (const name of ['a1', 'a1+', 'a2', 'a3', 'b1', 'b1+', 'b4'])
      shares.enter(name.charAt(0), name.slice(0, 2), name);
    const order: string[] = [];
    for (let owner = 'busy', lane = 'x'; ;) {
      const [next] = shares.leave(owner, lane);
      if (next === undefined) break;
      order.push(next);
      owner = next.charAt(0);
      lane = next.slice(0, 2);
    }
    assert.deepEqual(order, ['a1', 'b1', 'a2', 'b4', 'a3', 'b1+', 'a1+']);
  });

  it('serves who waits for a busy lane as well as the others', () => {
    const shares = new Shares<string>({ slots: 100, perLane: 1, waitingMax: 1_000 });
    assert.equal(shares.enter('a', 'busy', 'first'), 'entered');
    assert.equal(shares.enter('b', 'busy', 'second'), 'waiting');
    assert.equal(shares.enter('c', 'busy', 'third'), 'waiting');
    assert.equal(shares.enter('c', 'quiet', 'fourth'), 'entered');
    assert.deepEqual(shares.leave('a', 'busy'), ['second']);
    assert.deepEqual(shares.leave('b', 'busy'), ['third']);
  });
});
