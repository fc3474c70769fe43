import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OptOuts } from '../../../control/optouts/optouts.ts';
import { temporaryDirectory, temporaryStore } from '../store/temporary.ts';

const pair = { accountNo: 1, sender: '+14155550100', recipient: '+14155550199' };

describe('OptOuts', () => {
  it('remembers who opted out of what, at once and after the store is opened again', async () => {
    const directory = temporaryDirectory();
    const store = temporaryStore(directory);
    const optOuts = new OptOuts(store);
    assert.equal(optOuts.has(pair), false);
    optOuts.set(pair, 1_000);
    assert.equal(optOuts.has(pair), true);
    await store.close();
    const again = new OptOuts(temporaryStore(directory));
    assert.equal(again.has(pair), true);
    assert.equal(again.since(pair), 1_000);
  });

  it('keeps accounts, senders and recipients apart', async () => {
    const store = temporaryStore();
    const optOuts = new OptOuts(store);
    optOuts.set(pair, 1_000);
    await store.durable();
    for (const other of [
      { ...pair, accountNo: 2 },
      { ...pair, accountNo: 256 },
      { ...pair, sender: '+1415555010' },
      { ...pair, recipient: '+1415555019' },
      { ...pair, sender: pair.recipient, recipient: pair.sender },
      { ...pair, sender: 'Łódź' },
    ]) {
      assert.equal(optOuts.has(other), false);
      assert.equal(optOuts.since(other), undefined);
    }
  });

  it('forgets when the recipient opts in again, twice over', async () => {
    const store = temporaryStore();
    const optOuts = new OptOuts(store);
    optOuts.set(pair, 1_000);
    await store.durable();
    optOuts.clear(pair);
    optOuts.clear(pair);
    assert.equal(optOuts.has(pair), false);
    await store.durable();
    assert.equal(optOuts.has(pair), false);
  });
});
