import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isSid } from '../../../control/base/sid.ts';
import { openBooks } from './books.ts';

describe('ApiKeys', () => {
  it('makes keys with secrets of 32 letters and digits, each its own', async () => {
    const { create, keys } = openBooks();
    const { account } = await create();
    const secrets = new Set<string>();
    for (let i = 0; i < 20; i++) {
      const made = await keys.create(account.sid, {});
      assert.ok(made.ok);
      assert.ok(isSid(made.value.key.sid, 'SK'));
      assert.match(made.value.secret, /^[A-Za-z0-9]{32}$/);
      assert.equal(made.value.key.main, false);
      secrets.add(made.value.secret);
    }
    assert.equal(secrets.size, 20);
  });

  it('shows, lists, renames and deletes keys of their account only', async () => {
    const { clock, create, keys } = openBooks();
    const mine = (await create()).account.sid;
    const other = (await create()).account.sid;
    const first = await keys.create(mine, { friendlyName: 'first' });
    const second = await keys.create(mine, { friendlyName: 'second', main: true });
    assert.ok(first.ok && second.ok);
    const { key } = first.value;
    assert.deepEqual(keys.fetch(mine, key.sid), key);
    assert.equal(keys.fetch(other, key.sid), undefined);
    assert.equal(keys.fetch(mine, 'nonsense'), undefined);
    assert.deepEqual(keys.list(mine, { limit: 50 }), { rows: [second.value.key, key], next: null });
    assert.deepEqual(keys.list(mine, { limit: 1 }), { rows: [second.value.key], next: second.value.key.sid });
    assert.deepEqual(keys.list(mine, { limit: 1, after: second.value.key.sid }).rows, [key]);
    assert.deepEqual(keys.list(other, { limit: 50 }).rows, []);

    clock.advance(5);
    assert.deepEqual(await keys.update(other, key.sid, { friendlyName: 'x' }), {
      ok: false,
      error: 'notFound',
    });
    const renamed = await keys.update(mine, key.sid, { friendlyName: 'renamed' });
    assert.deepEqual(renamed, {
      ok: true,
      value: { ...key, friendlyName: 'renamed', updatedMs: key.createdMs + 5 },
    });
    assert.equal(await keys.remove(other, key.sid), false);
    assert.equal(await keys.remove(mine, key.sid), true);
    assert.equal(await keys.remove(mine, key.sid), false);
    assert.deepEqual(keys.list(mine, { limit: 50 }).rows, [second.value.key]);
  });

  it('refuses names longer than 64 characters', async () => {
    const { create, keys } = openBooks();
    const { account } = await create();
    const friendlyName = 'x'.repeat(65);
    assert.deepEqual(await keys.create(account.sid, { friendlyName }), { ok: false, error: 'badName' });
    const made = await keys.create(account.sid, {});
    assert.ok(made.ok);
    assert.deepEqual(await keys.update(account.sid, made.value.key.sid, { friendlyName }), {
      ok: false,
      error: 'badName',
    });
  });
});
