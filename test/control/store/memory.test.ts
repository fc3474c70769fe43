import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Memory } from '../../../control/store/memory.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { temporaryStore } from './temporary.ts';

describe('what is remembered of the store', () => {
  it('is forgotten after a second', () => {
    const clock = new FakeClock();
    const memory = new Memory<string, number>({ transactions: 0 }, clock);
    memory.keep('a', 1);
    clock.advance(999);
    assert.equal(memory.find('a'), 1);
    clock.advance(1);
    assert.equal(memory.find('a'), undefined);
  });

  it('is forgotten with a transaction of this process, also what was read before its commit', async () => {
    const store = temporaryStore();
    const memory = new Memory<string, number>(store, new FakeClock());
    memory.keep('a', 1);
    const transaction = store.transact(() => memory.keep('b', 2));
    memory.keep('c', 3);
    await transaction;
    assert.deepEqual(
      ['a', 'b', 'c'].map((key) => memory.find(key)),
      [undefined, undefined, undefined],
    );
    memory.keep('a', 4);
    assert.equal(memory.find('a'), 4);
    assert.equal(memory.find('b'), undefined);
  });

  it('stays within a bound', () => {
    const memory = new Memory<number, number>({ transactions: 0 }, new FakeClock());
    for (let i = 0; i <= 20_000; i++) memory.keep(i, i);
    assert.equal(memory.find(0), undefined);
    assert.equal(memory.find(20_000), 20_000);
  });
});
