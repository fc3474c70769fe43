import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { textKey } from '../../../control/store/keys.ts';
import { Tally } from '../../../control/store/tally.ts';
import { pairTable } from './tables.ts';
import { temporaryDirectory, temporaryStore } from './temporary.ts';

describe('Tally', () => {
  it('is on disk with the writes that caused its changes, once for all of them', async () => {
    const directory = temporaryDirectory();
    const store = temporaryStore(directory);
    const tally = new Tally(store, 'sums');
    const causes = store.table(pairTable('causes'));
    for (let number = 1; number <= 100; number++) {
      causes.put(String(number), number);
      tally.add('a', number % 2, number);
    }
    assert.deepEqual(tally.row('a'), [2550, 2500]);
    await store.durable();
    causes.put('101', 101);
    tally.add('a', 2, 101);
    await store.close();
    const again = temporaryStore(directory);
    assert.deepEqual(new Tally(again, 'sums').row('a'), [2550, 2500, 101]);
    assert.equal(again.table(pairTable('causes')).get('101'), 101);
    await again.close();
  });

  it('joins the group that a transaction hands over before it', async () => {
    const store = temporaryStore(temporaryDirectory());
    const tally = new Tally(store, 'sums');
    const causes = store.table(pairTable('causes'));
    causes.put('1', 1);
    tally.add('a', 0, 1);
    const seen = await store.transact(() => [
      causes.get('1'),
      store.table<string, number[]>({ name: 'sums', key: textKey, version: 1 }).get('a'),
    ]);
    assert.deepEqual(seen, [1, [1]]);
    await store.close();
  });

  it('walks its rows in order, with those that are not committed yet', async () => {
    const store = temporaryStore(temporaryDirectory());
    const tally = new Tally(store, 'sums');
    const causes = store.table(pairTable('causes'));
    causes.put('1', 1);
    for (const key of ['b', 'd', 'x']) tally.add(key, 0, 1);
    await store.durable();
    for (const key of ['a', 'c', 'd', 'e']) tally.add(key, 0, 1);
    const rows = Array.from(tally.rows('a', 'e'), ([key, [sum]]) => [key, sum]);
    assert.deepEqual(rows, [
      ['a', 1],
      ['b', 1],
      ['c', 1],
      ['d', 2],
    ]);
    await store.close();
  });
});
