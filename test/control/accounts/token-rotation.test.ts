import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TokenRotation } from '../../../control/accounts/token-rotation.ts';
import { openBooks } from './books.ts';

describe('TokenRotation', () => {
  it('keeps both tokens good until the secondary one takes over', async () => {
    const books = openBooks();
    const rotation = new TokenRotation(books.accounts, books);
    const { account, secrets } = await books.create();
    const opens = (token: string): boolean => books.gate.authenticate(account.sid, token).ok;
    const made = await rotation.create(account.sid);
    assert.ok(made.ok);
    const { token } = made.value;
    assert.deepEqual([opens(secrets.authToken), opens(token)], [true, true]);
    assert.equal(books.accounts.authToken(account.sid), secrets.authToken);
    assert.deepEqual(await rotation.create(account.sid), { ok: false, error: 'exists' });
    assert.ok((await rotation.promote(account.sid)).ok);
    assert.deepEqual([opens(secrets.authToken), opens(token)], [false, true]);
    assert.equal(books.accounts.authToken(account.sid), token);
    assert.deepEqual(await rotation.promote(account.sid), { ok: false, error: 'none' });
    assert.deepEqual(books.accounts.testCredentials(account.sid), secrets.test);
  });

  it('is refused to accounts that are not there or closed', async () => {
    const books = openBooks();
    const rotation = new TokenRotation(books.accounts, books);
    const { account } = await books.create();
    await books.accounts.update(account.sid, { status: 'closed' });
    assert.deepEqual(await rotation.create(account.sid), { ok: false, error: 'closed' });
    assert.deepEqual(await rotation.remove(`AC${'0'.repeat(32)}`), { ok: false, error: 'notFound' });
  });
});
