import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { openBooks } from './books.ts';

/** A main account with a subaccount, a stranger, and a key of each kind. */
async function openTenants() {
  const books = openBooks();
  const main = await books.create();
  const sub = await books.create({ parentSid: main.account.sid });
  const stranger = await books.create();
  const standard = await books.keys.create(main.account.sid, { friendlyName: 'app' });
  const mainKey = await books.keys.create(main.account.sid, { main: true });
  const subKey = await books.keys.create(sub.account.sid, {});
  assert.ok(standard.ok && mainKey.ok && subKey.ok);
  return {
    ...books,
    main,
    sub,
    stranger,
    standard: standard.value,
    mainKey: mainKey.value,
    subKey: subKey.value,
  };
}

const refused = { ok: false, error: 'wrongCredentials' };

describe('Authenticator.authenticate', () => {
  it('knows auth tokens, test tokens and keys', async () => {
    const { gate, main, mainKey, standard, sub, subKey } = await openTenants();
    const test = main.secrets.test!;
    assert.deepEqual(gate.authenticate(main.account.sid, main.secrets.authToken), {
      ok: true,
      value: { account: main.account, credential: { kind: 'token' } },
    });
    assert.deepEqual(gate.authenticate(sub.account.sid, sub.secrets.authToken), {
      ok: true,
      value: { account: sub.account, credential: { kind: 'token' } },
    });
    assert.deepEqual(gate.authenticate(test.sid, test.token), {
      ok: true,
      value: { account: main.account, credential: { kind: 'testToken', sid: test.sid } },
    });
    for (const [{ key, secret }, account] of [
      [standard, main.account],
      [mainKey, main.account],
      [subKey, sub.account],
    ] as const) {
      assert.deepEqual(gate.authenticate(key.sid, secret), {
        ok: true,
        value: { account, credential: { kind: 'key', sid: key.sid, main: key.main, allow: null } },
      });
    }
  });

  it('refuses every other pairing of users and passwords', async () => {
    const { gate, main, mainKey, standard, stranger, sub } = await openTenants();
    const pairs = [
      [main.account.sid, main.secrets.authToken],
      [main.secrets.test!.sid, main.secrets.test!.token],
      [sub.account.sid, sub.secrets.authToken],
      [stranger.account.sid, stranger.secrets.authToken],
      [standard.key.sid, standard.secret],
      [mainKey.key.sid, mainKey.secret],
    ] as const;
    for (const [user] of pairs) {
      for (const [other, password] of pairs) {
        assert.equal(gate.authenticate(user, password).ok, user === other);
      }
    }
  });

  it('refuses any other text, and never throws', async () => {
    const { gate, main } = await openTenants();
    const { sid } = main.account;
    const { authToken } = main.secrets;
    fc.assert(
      fc.property(fc.string(), fc.string(), (user, password) => {
        assert.deepEqual(gate.authenticate(user, password), refused);
        assert.deepEqual(gate.authenticate(sid, password), refused);
        assert.deepEqual(gate.authenticate(sid, authToken + password + '.'), refused);
      }),
    );
    for (const user of [sid.toLowerCase(), `${sid}0`, `AC${'0'.repeat(32)}`, `SM${sid.slice(2)}`, 'nobody']) {
      assert.deepEqual(gate.authenticate(user, authToken), refused);
    }
    assert.deepEqual(gate.authenticate('nobody', ''), refused);
    assert.deepEqual(gate.authenticate(sid, 'x'.repeat(1_000_000)), refused);
  });

  it('says why an account that is not active is refused, to its own credentials alone', async () => {
    const { accounts, gate, main, standard, sub } = await openTenants();
    await accounts.update(main.account.sid, { status: 'suspended' });
    const suspended = { ok: false, error: 'suspended' };
    assert.deepEqual(gate.authenticate(main.account.sid, main.secrets.authToken), suspended);
    assert.deepEqual(gate.authenticate(sub.account.sid, sub.secrets.authToken), suspended);
    assert.deepEqual(gate.authenticate(standard.key.sid, standard.secret), suspended);
    assert.deepEqual(gate.authenticate(main.secrets.test!.sid, main.secrets.test!.token), suspended);
    assert.deepEqual(gate.authenticate(main.account.sid, 'wrong'), refused);
    await accounts.update(main.account.sid, { status: 'active' });
    await accounts.update(sub.account.sid, { status: 'closed' });
    assert.equal(gate.authenticate(main.account.sid, main.secrets.authToken).ok, true);
    assert.deepEqual(gate.authenticate(sub.account.sid, sub.secrets.authToken), {
      ok: false,
      error: 'closed',
    });
  });

  it('refuses a key from the moment it is deleted', async () => {
    const { gate, keys, main, standard } = await openTenants();
    assert.equal(await keys.remove(main.account.sid, standard.key.sid), true);
    assert.deepEqual(gate.authenticate(standard.key.sid, standard.secret), refused);
  });
});

describe('Authenticator.canActOn', () => {
  it('reaches one’s own account and its subaccounts, in any status, and nobody else’s', async () => {
    const { accounts, gate, main, stranger, sub } = await openTenants();
    await accounts.update(sub.account.sid, { status: 'suspended' });
    const asMain = { account: main.account, credential: { kind: 'token' } } as const;
    const asSub = { account: sub.account, credential: { kind: 'token' } } as const;
    assert.deepEqual(gate.canActOn(asMain, main.account.sid), main.account);
    assert.equal(gate.canActOn(asMain, sub.account.sid)?.status, 'suspended');
    assert.equal(gate.canActOn(asSub, sub.account.sid)?.sid, sub.account.sid);
    assert.equal(gate.canActOn(asSub, main.account.sid), undefined);
    assert.equal(gate.canActOn(asMain, stranger.account.sid), undefined);
    assert.equal(gate.canActOn(asMain, main.secrets.test!.sid), undefined);
    assert.equal(gate.canActOn(asMain, 'nonsense'), undefined);
  });

  it('leads test credentials by their own SID to the main account, and nowhere else', async () => {
    const { gate, main, sub } = await openTenants();
    const test = main.secrets.test!;
    const proven = gate.authenticate(test.sid, test.token);
    assert.ok(proven.ok);
    assert.deepEqual(gate.canActOn(proven.value, test.sid), main.account);
    assert.equal(gate.canActOn(proven.value, main.account.sid), undefined);
    assert.equal(gate.canActOn(proven.value, sub.account.sid), undefined);
  });
});
