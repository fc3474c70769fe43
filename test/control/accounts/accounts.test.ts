import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Accounts } from '../../../control/accounts/accounts.ts';
import type { AccountStatus } from '../../../control/accounts/account.ts';
import { isSid } from '../../../control/base/sid.ts';
import { openBooks } from './books.ts';

describe('Accounts.create', () => {
  it('makes a main account with tokens and test credentials', async () => {
    const { accounts, clock, create } = openBooks();
    const { account, secrets } = await create({ friendlyName: 'Weather' });
    assert.ok(isSid(account.sid, 'AC'));
    assert.deepEqual(account, {
      sid: account.sid,
      no: 1,
      ownerSid: account.sid,
      friendlyName: 'Weather',
      status: 'active',
      type: 'Full',
      createdMs: clock.now(),
      updatedMs: clock.now(),
    });
    assert.match(secrets.authToken, /^[0-9a-f]{32}$/);
    assert.ok(secrets.test !== null && isSid(secrets.test.sid, 'AC'));
    assert.match(secrets.test.token, /^[0-9a-f]{32}$/);
    assert.deepEqual(accounts.fetch(account.sid), account);
    assert.deepEqual(accounts.byNo(1), account);
    assert.equal(accounts.authToken(account.sid), secrets.authToken);
    assert.deepEqual(accounts.testCredentials(account.sid), secrets.test);
  });

  it('makes subaccounts of main accounts only, and of active ones', async () => {
    const { accounts, create } = openBooks();
    const main = await create({ type: 'Trial' });
    const sub = await create({ parentSid: main.account.sid });
    assert.equal(sub.account.ownerSid, main.account.sid);
    assert.equal(sub.account.type, 'Trial');
    assert.equal(sub.secrets.test, null);
    assert.equal(accounts.testCredentials(sub.account.sid), undefined);
    assert.equal(sub.account.friendlyName, 'SubAccount Created at 2026-01-01 12:00 pm');
    const fault = async (parentSid: string) => {
      const created = await accounts.create({ parentSid });
      return created.ok ? 'created' : created.error;
    };
    assert.equal(await fault(sub.account.sid), 'parentIsSubaccount');
    assert.equal(await fault(`AC${'0'.repeat(32)}`), 'noSuchParent');
    assert.equal(await fault('nonsense'), 'noSuchParent');
    await accounts.update(main.account.sid, { status: 'suspended' });
    assert.equal(await fault(main.account.sid), 'parentNotActive');
  });

  it('refuses names that are empty or longer than 64 characters', async () => {
    const { accounts } = openBooks();
    for (const friendlyName of ['', 'x'.repeat(65)]) {
      assert.deepEqual(await accounts.create({ friendlyName }), { ok: false, error: 'badName' });
    }
    assert.equal((await accounts.create({ friendlyName: 'x'.repeat(64) })).ok, true);
  });

  it('gives every account a number of its own, also when two openers of the store create at once', async () => {
    const books = openBooks();
    const other = new Accounts(books);
    const created = await Promise.all(
      Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? books.accounts : other).create({})),
    );
    const nos = created.map((each) => (each.ok ? each.value.account.no : 0));
    assert.deepEqual(
      nos.sort((a, b) => a - b),
      Array.from({ length: 20 }, (_, i) => i + 1),
    );
  });

  it('keeps no secret in the clear', async () => {
    const { create, directory, keys, store } = openBooks();
    const { account, secrets } = await create({ friendlyName: 'visible' });
    const made = await keys.create(account.sid, {});
    assert.ok(made.ok);
    await store.close();
    const onDisk = readFileSync(join(directory, 'store.lmdb'));
    assert.ok(onDisk.includes('visible'));
    for (const secret of [secrets.authToken, secrets.test!.token, made.value.secret]) {
      assert.ok(!onDisk.includes(secret));
      assert.ok(!onDisk.includes(Buffer.from(secret, 'hex')) || !/^[0-9a-f]+$/.test(secret));
    }
  });
});

describe('Accounts.update', () => {
  it('renames, suspends and reactivates', async () => {
    const { accounts, clock, create } = openBooks();
    const { account } = await create({ friendlyName: 'before' });
    clock.advance(1_000);
    const updated = await accounts.update(account.sid, { friendlyName: 'after', status: 'suspended' });
    assert.deepEqual(updated, {
      ok: true,
      value: { ...account, friendlyName: 'after', status: 'suspended', updatedMs: account.createdMs + 1_000 },
    });
    assert.equal((await accounts.update(account.sid, { status: 'active' })).ok, true);
    assert.equal(accounts.fetch(account.sid)?.status, 'active');
  });

  it('changes nothing of a closed account', async () => {
    const { accounts, create } = openBooks();
    const { account } = await create();
    await accounts.update(account.sid, { status: 'closed' });
    for (const change of [{ status: 'active' }, { status: 'closed' }, { friendlyName: 'x' }] as const) {
      assert.deepEqual(await accounts.update(account.sid, change), { ok: false, error: 'closed' });
    }
    assert.equal(accounts.fetch(account.sid)?.status, 'closed');
  });

  it('refuses unknown accounts and bad names', async () => {
    const { accounts, create } = openBooks();
    const { account } = await create();
    assert.deepEqual(await accounts.update('nonsense', {}), { ok: false, error: 'notFound' });
    assert.deepEqual(await accounts.update(account.sid, { friendlyName: '' }), {
      ok: false,
      error: 'badName',
    });
  });

  it('makes a subaccount no better off than its parent', async () => {
    const { accounts, create } = openBooks();
    const statuses: AccountStatus[] = ['active', 'suspended', 'closed'];
    for (const parent of statuses) {
      for (const own of statuses) {
        const main = await create();
        const sub = await create({ parentSid: main.account.sid });
        await accounts.update(sub.account.sid, { status: own });
        await accounts.update(main.account.sid, { status: parent });
        const worst = statuses[Math.max(statuses.indexOf(parent), statuses.indexOf(own))];
        assert.equal(accounts.effectiveStatus(accounts.fetch(sub.account.sid)!), worst);
        assert.equal(accounts.effectiveStatus(accounts.fetch(main.account.sid)!), parent);
      }
    }
  });
});

describe('Accounts.list', () => {
  it('gives a main account and its subaccounts, newest first, filtered by name and status', async () => {
    const { accounts, create } = openBooks();
    const main = await create({ friendlyName: 'main' });
    const stranger = await create({ friendlyName: 'a' });
    const subs = [];
    for (const friendlyName of ['a', 'b', 'a', 'c']) {
      subs.push((await create({ friendlyName, parentSid: main.account.sid })).account.sid);
    }
    const [a1, b, a2, c] = subs;
    await accounts.update(a2!, { status: 'suspended' });
    await accounts.update(c!, { friendlyName: 'd' });
    const sids = (filter: Parameters<Accounts['list']>[1]) =>
      accounts.list(main.account.sid, filter, { limit: 50 }).rows.map(({ sid }) => sid);
    assert.deepEqual(sids({}), [c, a2, b, a1, main.account.sid]);
    assert.deepEqual(sids({ friendlyName: 'a' }), [a2, a1]);
    assert.deepEqual(sids({ friendlyName: 'c' }), []);
    assert.deepEqual(sids({ friendlyName: 'd' }), [c]);
    assert.deepEqual(sids({ status: 'suspended' }), [a2]);
    assert.deepEqual(sids({ status: 'active' }), [c, b, a1, main.account.sid]);
    assert.deepEqual(sids({ friendlyName: 'a', status: 'active' }), [a1]);
    assert.deepEqual(
      accounts.listAll({ limit: 2 }).rows.map(({ sid }) => sid),
      [c, a2],
    );
    assert.equal(accounts.listAll({ limit: 50 }).rows.length, 6);
    assert.equal(accounts.list(stranger.account.sid, {}, { limit: 50 }).rows.length, 1);
  });

  it('pages with a cursor, forwards and back', async () => {
    const { accounts, create } = openBooks();
    const main = await create();
    for (let i = 0; i < 6; i++) await create({ parentSid: main.account.sid });
    const all = accounts.list(main.account.sid, {}, { limit: 50 }).rows;
    const first = accounts.list(main.account.sid, {}, { limit: 3 });
    assert.deepEqual(first.rows, all.slice(0, 3));
    const second = accounts.list(main.account.sid, {}, { limit: 3, after: first.next! });
    assert.deepEqual(second.rows, all.slice(3, 6));
    const back = accounts.list(main.account.sid, {}, { limit: 3, before: second.rows[0]!.sid });
    assert.deepEqual(back.rows, first.rows);
    const third = accounts.list(main.account.sid, {}, { limit: 3, after: second.next! });
    assert.deepEqual(third, { rows: all.slice(6), next: null });
  });
});
