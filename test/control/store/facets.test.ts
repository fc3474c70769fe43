import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { FacetIndex } from '../../../control/store/facets.ts';
import { temporaryStore } from './temporary.ts';

const member = (value: number): Buffer => Buffer.of(value >> 8, value & 0xff);
const value = (bytes: Buffer): number => bytes.readUInt16BE(0);

async function indexOf(values: Iterable<number>): Promise<FacetIndex> {
  const store = temporaryStore();
  const index = new FacetIndex(store, 'index');
  for (const each of values) {
    index.move([], [['all'], each % 2 === 0 ? ['even'] : ['odd']], member(each), each % 7);
  }
  await store.durable();
  return index;
}

describe('FacetIndex', () => {
  it('pages through a facet, newest first, without gap or repetition, for any page size and members', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(0xffff), { maxLength: 40 }),
        fc.integer({ min: 1, max: 10 }),
        async (values, limit) => {
          const index = await indexOf(values);
          const found: number[] = [];
          let after: Buffer | null = null;
          do {
            const page: { rows: readonly number[]; next: Buffer | null } = index.newest(
              ['all'],
              { limit, ...(after === null ? {} : { after }) },
              value,
            );
            assert.ok(page.rows.length <= limit);
            found.push(...page.rows);
            after = page.next;
          } while (after !== null);
          assert.deepEqual(
            found,
            [...values].sort((a, b) => b - a),
          );
        },
      ),
      { numRuns: 20 },
    );
  });

  it('gives the page before a member in the same order, and the way back', async () => {
    const index = await indexOf([1, 2, 3, 4, 5, 6, 7, 8]);
    const page = index.newest(['all'], { before: member(3), limit: 2 }, value);
    assert.deepEqual(page.rows, [5, 4]);
    const following = index.newest(['all'], { after: page.next!, limit: 2 }, value);
    assert.deepEqual(following.rows, [3, 2]);
    assert.deepEqual(index.newest(['all'], { before: member(8), limit: 2 }, value), { rows: [], next: null });
  });

  it('keeps facets apart', async () => {
    const index = await indexOf([1, 2, 3, 4]);
    assert.deepEqual(index.newest(['even'], { limit: 9 }, value).rows, [4, 2]);
    assert.deepEqual(index.newest(['odd'], { limit: 9 }, value).rows, [3, 1]);
    assert.deepEqual(index.newest(['neither'], { limit: 9 }, value), { rows: [], next: null });
  });

  it('walks upwards from a prefix and gives the tags', async () => {
    const index = await indexOf([0x0101, 0x0102, 0x0201, 0xffff]);
    const walk = (prefix?: Buffer) =>
      [...index.ascending(['all'], prefix)].map(([m, tag]) => [value(m), tag]);
    assert.deepEqual(walk(Buffer.of(1)), [
      [0x0101, 0x0101 % 7],
      [0x0102, 0x0102 % 7],
    ]);
    assert.deepEqual(walk(Buffer.of(0xff)), [[0xffff, 0xffff % 7]]);
    assert.equal(walk().length, 4);
  });

  it('looks at a bounded number of members, and says where to go on', async () => {
    const index = await indexOf(Array.from({ length: 50 }, (_, i) => i));
    const rare = (bytes: Buffer): number | undefined => (value(bytes) === 5 ? 5 : undefined);
    const first = index.newest(['all'], { limit: 5 }, rare, 20);
    assert.deepEqual(first.rows, []);
    assert.deepEqual(first.next, member(30));
    const second = index.newest(['all'], { limit: 5, after: first.next }, rare, 40);
    assert.deepEqual(second, { rows: [5], next: null });
  });

  it('moves a member between facets and renews its tag', async () => {
    const store = temporaryStore();
    const index = new FacetIndex(store, 'index');
    index.move([], [['a'], ['b']], member(1), 1);
    await store.durable();
    index.move([['a'], ['b']], [['b'], ['c']], member(1), 2);
    await store.durable();
    assert.deepEqual([...index.ascending(['a'])], []);
    assert.deepEqual([...index.ascending(['b'])], [[member(1), 2]]);
    assert.deepEqual([...index.ascending(['c'])], [[member(1), 2]]);
  });

  it('takes any text for a cursor of SIDs', async () => {
    const index = await indexOf([1]);
    for (const after of ['', 'nonsense', `PN${'0'.repeat(10_000)}`]) {
      const page = index.newestSids(['all'], 'PN', { after, limit: 5 }, (sid) => sid);
      assert.ok(page.rows.length <= 1);
    }
  });
});
