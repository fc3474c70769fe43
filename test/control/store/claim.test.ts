import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { begunOf, Claim } from '../../../control/store/claim.ts';
import { Store } from '../../../control/store/store.ts';
import { temporaryDirectory } from './temporary.ts';

describe('the claim to work on a store', () => {
  it('is one process’s at a time, and free again once that lets go or has ended', async () => {
    const store = new Store(temporaryDirectory());
    const begun = new Map([
      [10, 'first'],
      [11, 'second'],
    ]);
    const take = (pid: number) => Claim.take(store, (one) => begun.get(one), pid);
    const first = await take(10);
    assert.ok(first.ok);
    assert.deepEqual(await take(11), { ok: false, error: 10 });
    await first.value.release();
    assert.ok((await take(11)).ok);
    begun.delete(11);
    assert.ok((await take(10)).ok, 'it has ended');
    begun.set(10, 'another with its number');
    assert.ok((await take(11)).ok);
    await store.close();
  });

  it('tells processes apart by when they began', () => {
    assert.match(begunOf(process.pid) ?? '', /^\d+$/);
    assert.notEqual(begunOf(process.pid), begunOf(1));
    assert.equal(begunOf(2 ** 30), undefined);
  });
});
