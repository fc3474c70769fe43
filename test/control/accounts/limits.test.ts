import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AccountLimits, limitTable, noLimits } from '../../../control/accounts/limits.ts';
import { openBooks } from './books.ts';

describe('AccountLimits', () => {
  const defaults = {
    account: () => ({ ...noLimits, requestsPerSecond: 10, callsPerSecond: 1 }),
    key: { ...noLimits, requestsPerSecond: 5 },
  };

  it('are the defaults until one is set, and again when it is taken back', async () => {
    const books = openBooks();
    const limits = new AccountLimits(books, defaults);
    const { account } = await books.create();
    const made = await books.keys.create(account.sid, {});
    assert.ok(made.ok);
    const { sid: key } = made.value.key;
    assert.equal(limits.of(account.sid).requestsPerSecond, 10);
    assert.equal(limits.of(key).requestsPerSecond, 5);
    assert.ok((await limits.set(account.sid, { messagesPerSecond: 100, callsPerSecond: 30 })).ok);
    assert.ok((await limits.set(account.sid, { requestsPerSecond: 0 })).ok);
    assert.deepEqual(limits.of(account.sid), {
      requestsPerSecond: 0,
      messagesPerSecond: 100,
      callsPerSecond: 30,
      concurrentRequests: 0,
    });
    assert.ok((await limits.set(account.sid, { messagesPerSecond: null, requestsPerSecond: null })).ok);
    assert.deepEqual(limits.own(account.sid), { callsPerSecond: 30 });
    assert.equal(limits.of(account.sid).requestsPerSecond, 10);
  });

  it('are whole numbers within their bounds, of what there is', async () => {
    const books = openBooks();
    const limits = new AccountLimits(books, defaults);
    const { account } = await books.create();
    const made = await books.keys.create(account.sid, {});
    assert.ok(made.ok);
    for (const bad of [-1, 1.5, NaN, 100_001])
      assert.deepEqual(await limits.set(account.sid, { messagesPerSecond: bad }), {
        ok: false,
        error: 'badValue',
      });
    assert.deepEqual(await limits.set(account.sid, { callsPerSecond: 0 }), { ok: false, error: 'badValue' });
    assert.deepEqual(await limits.set(made.value.key.sid, { callsPerSecond: 2 }), {
      ok: false,
      error: 'notOfKeys',
    });
    assert.deepEqual(await limits.set('nonsense', {}), { ok: false, error: 'notFound' });
  });

  it('read what builds before kept of requests alone', () => {
    assert.deepEqual(limitTable.upgrades?.[1]?.({ perSecond: 7 }), { requestsPerSecond: 7 });
  });
});
