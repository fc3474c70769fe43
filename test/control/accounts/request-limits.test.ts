import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RequestLimits } from '../../../control/accounts/request-limits.ts';
import { openBooks } from './books.ts';

describe('RequestLimits', () => {
  it('are the defaults until one is set, and again when it is taken back', async () => {
    const books = openBooks();
    const limits = new RequestLimits(books, { requestsPerSecond: 10, keyRequestsPerSecond: 5 });
    const { account } = await books.create();
    const made = await books.keys.create(account.sid, {});
    assert.ok(made.ok);
    const { sid: key } = made.value.key;
    assert.deepEqual([limits.perSecond(account.sid), limits.perSecond(key)], [10, 5]);
    assert.ok((await limits.set(account.sid, 100)).ok);
    assert.ok((await limits.set(key, 0)).ok);
    assert.deepEqual([limits.perSecond(account.sid), limits.perSecond(key)], [100, 0]);
    assert.ok((await limits.set(account.sid, undefined)).ok);
    assert.equal(limits.perSecond(account.sid), 10);
    assert.deepEqual(await limits.set(account.sid, -1), { ok: false, error: 'badRate' });
    assert.deepEqual(await limits.set(`AC${'0'.repeat(32)}`, 1), { ok: false, error: 'notFound' });
    assert.deepEqual(await limits.set('nonsense', 1), { ok: false, error: 'notFound' });
  });
});
