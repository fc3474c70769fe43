import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SmppLogins } from '../../../control/accounts/smpp-logins.ts';
import { smppLoginTable } from '../../../control/accounts/tables.ts';
import { openBooks } from './books.ts';

const refused = { ok: false, error: 'wrongCredentials' };

async function openLogins() {
  const books = openBooks();
  const { account } = await books.create();
  const logins = new SmppLogins(books.accounts, books);
  const issue = async () => {
    const made = await logins.issue(account.sid);
    assert.ok(made.ok);
    return made.value;
  };
  return { ...books, account, logins, issue };
}

describe('SmppLogins', () => {
  it('makes credentials that fit SMPP 3.4 and open their account', async () => {
    const { account, issue, logins } = await openLogins();
    const { systemId, password } = await issue();
    assert.match(systemId, /^sm[a-z0-9]{13}$/);
    assert.match(password, /^[A-Za-z0-9]{8}$/);
    assert.deepEqual(logins.authenticate(systemId, password), { ok: true, value: account });
  });

  it('refuses other passwords, other names and an ended pair', async () => {
    const { issue, logins } = await openLogins();
    const first = await issue();
    const second = await issue();
    assert.deepEqual(logins.authenticate(first.systemId, first.password), refused);
    assert.deepEqual(logins.authenticate(second.systemId, first.password), refused);
    assert.deepEqual(logins.authenticate(second.systemId, ''), refused);
    assert.deepEqual(logins.authenticate('', ''), refused);
    assert.deepEqual(logins.authenticate('nobody', second.password), refused);
    assert.ok(logins.authenticate(second.systemId, second.password).ok);
  });

  it('opens nothing for REST', async () => {
    const { gate, issue } = await openLogins();
    const { systemId, password } = await issue();
    assert.deepEqual(gate.authenticate(systemId, password), refused);
  });

  it('follows the status of the account', async () => {
    const { account, accounts, issue, logins } = await openLogins();
    const { systemId, password } = await issue();
    await accounts.update(account.sid, { status: 'suspended' });
    assert.deepEqual(logins.authenticate(systemId, password), { ok: false, error: 'suspended' });
    await accounts.update(account.sid, { status: 'closed' });
    assert.deepEqual(logins.authenticate(systemId, password), { ok: false, error: 'closed' });
    assert.deepEqual(await logins.issue(account.sid), { ok: false, error: 'closed' });
    assert.deepEqual(await logins.issue('AC0'), { ok: false, error: 'notFound' });
  });

  it('keeps no password', async () => {
    const { issue, store } = await openLogins();
    const { systemId, password } = await issue();
    const row = store.table(smppLoginTable).get(systemId);
    assert.ok(row !== undefined && !JSON.stringify(row).includes(password));
    assert.ok(!row.secretHash.includes(password));
  });
});
