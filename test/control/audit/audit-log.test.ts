import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TokenRotation } from '../../../control/accounts/token-rotation.ts';
import { Applications } from '../../../control/applications/applications.ts';
import { actingAs, type Actor } from '../../../control/audit/actor.ts';
import { AuditLog } from '../../../control/audit/audit-log.ts';
import { eventType } from '../../../control/audit/event.ts';
import { AuditRetention } from '../../../control/audit/retention.ts';
import { openBooks } from '../accounts/books.ts';
import { Inventory } from '../../../control/inventory/inventory.ts';
import { parseListing } from '../../../control/inventory/listing.ts';

async function openLog() {
  const books = openBooks();
  const { store, accounts } = books;
  const log = new AuditLog(books);
  const account = async (parentSid?: string): Promise<string> =>
    (await books.create(parentSid === undefined ? {} : { parentSid })).account.sid;
  const types = async (sid: string, filter = {}, period = {}): Promise<readonly string[]> => {
    await store.durable();
    return log.list(sid, filter, period, { limit: 1_000 }).rows.map(eventType);
  };
  const first = await account();
  return {
    ...books,
    log,
    account,
    types,
    first,
    applications: new Applications(books),
    rotation: new TokenRotation(accounts, books),
    inventory: new Inventory(books),
  };
}

const tenant = (accountSid: string): Actor => ({
  kind: 'account',
  accountSid,
  keySid: null,
  address: '192.0.2.7',
});

describe('The audit log', () => {
  it('keeps who changed what, from where, with what it was before', async () => {
    const { log, applications, first, store } = await openLog();
    const made = await actingAs(tenant(first), () => applications.create(first, { friendlyName: 'weather' }));
    assert.ok(made.ok);
    const operator: Actor = { kind: 'command', user: 'root', command: 'test' };
    await actingAs(operator, () => applications.update(first, made.value.sid, { friendlyName: 'news' }));
    await applications.remove(first, made.value.sid);
    await store.durable();
    const { rows } = log.list(first, { resourceSid: made.value.sid }, {}, { limit: 10 });
    assert.deepEqual(rows.map(eventType), [
      'application.deleted',
      'application.updated',
      'application.created',
    ]);
    assert.deepEqual(
      rows.map(({ actor }) => actor),
      [{ kind: 'edge' }, operator, tenant(first)],
    );
    assert.deepEqual(rows[1]?.changes, { friendly_name: { previous: 'weather', updated: 'news' } });
  });

  it('knows who acts on the far side of a transaction, whoever else waits for one', async () => {
    const { log, applications, account, store } = await openLog();
    const sids = [await account(), await account(), await account()];
    await Promise.all(
      Array.from({ length: 30 }, (_, at) => {
        const sid = sids[at % sids.length] ?? '';
        return actingAs(tenant(sid), () => applications.create(sid, { friendlyName: String(at) }));
      }),
    );
    await store.durable();
    for (const sid of sids) {
      const { rows } = log.list(sid, { eventType: 'application.created' }, {}, { limit: 100 });
      assert.equal(rows.length, 10);
      for (const { actor } of rows) assert.deepEqual(actor, tenant(sid));
    }
  });

  it('has no event of a change that was not made', async () => {
    const { store, types, first } = await openLog();
    const before = await types(first);
    const rows = store.opened('accounts');
    const change = store.transact(() => {
      rows?.put(first, { ...(rows.get(first) as object), friendlyName: 'never' });
      throw new Error('no');
    });
    await assert.rejects(change, /no/);
    assert.deepEqual(await types(first), before);
  });

  it('tells a parent of its subaccounts, and nobody else', async () => {
    const { log, accounts, account, first, types } = await openLog();
    const stranger = await account();
    const child = await account(first);
    await accounts.update(child, { status: 'suspended' });
    assert.deepEqual(await types(first, { resourceSid: child }), ['account.updated', 'account.created']);
    assert.deepEqual((await types(child)).slice(0, 1), ['account.updated']);
    assert.deepEqual(await types(stranger, { resourceSid: child }), []);
    const [event] = log.list(first, { resourceSid: child }, {}, { limit: 1 }).rows;
    assert.ok(event !== undefined);
    assert.equal(log.get(stranger, event.sid), undefined);
    assert.deepEqual(log.get(child, event.sid), event);
  });

  it('tells of keys and tokens without their secrets', async () => {
    const { log, keys, rotation, first, types } = await openLog();
    const key = await keys.create(first, { friendlyName: 'robot' });
    const secondary = await rotation.create(first);
    assert.ok(key.ok && secondary.ok);
    await rotation.promote(first);
    await rotation.create(first);
    await rotation.remove(first);
    assert.deepEqual(await types(first), [
      'account-auth-token.secondary-deleted',
      'account-auth-token.secondary-created',
      'account-auth-token.promoted',
      'account-auth-token.secondary-created',
      'account-api-keys.created',
      'account-auth-token.created',
      'account.created',
    ]);
    const text = JSON.stringify(log.list(first, {}, {}, { limit: 100 }).rows);
    assert.ok(!text.includes(key.value.secret) && !text.includes(secondary.value.token));
  });

  it('tells of a number that is given and taken back', async () => {
    const { inventory, first, types } = await openLog();
    const listing = parseListing({ e164: '+14155550100', country: 'US', type: 'local', sms: 'yes' });
    assert.ok(listing.ok);
    await inventory.add([listing.value]);
    assert.ok((await inventory.assign(first, '+14155550100')).ok);
    assert.ok((await inventory.release('+14155550100')).ok);
    assert.deepEqual((await types(first)).slice(0, 2), ['phone-number.deleted', 'phone-number.created']);
  });

  it('is narrowed by who, what, where and when', async () => {
    const { clock, applications, first, types } = await openLog();
    await actingAs(tenant(first), () => applications.create(first, { friendlyName: 'one' }));
    const secondNow = Math.floor(clock.now() / 1000);
    clock.advance(86_400_000);
    await applications.create(first, { friendlyName: 'two' });
    assert.equal((await types(first, { actorSid: first })).length, 1);
    assert.equal((await types(first, { address: '192.0.2.7' })).length, 1);
    assert.equal((await types(first, { address: '192.0.2.8' })).length, 0);
    assert.equal((await types(first, { eventType: 'application.created' })).length, 2);
    const late = { sinceSecond: secondNow + 1 };
    assert.equal((await types(first, { eventType: 'application.created' }, late)).length, 1);
    assert.equal((await types(first, {}, { untilSecond: secondNow - 1 })).length, 0);
  });

  it('is kept for so long, and so much of it for each account', async () => {
    const { clock, log, first, account, types, store } = await openLog();
    const busy = await account();
    for (let count = 0; count < 2_500; count++)
      log.note('test', 'noted', { sid: `n${count}`, accounts: [busy], shows: {} });
    await store.durable();
    const retention = new AuditRetention(log, { keptDays: 30, keptPerAccount: 1_000 }, clock);
    retention.start();
    const before = await types(first);
    clock.advance(1_000);
    assert.equal((await types(busy)).length, 1_000);
    assert.equal(log.list(busy, {}, {}, { limit: 1 }).rows[0]?.resourceSid, 'n2499');
    assert.deepEqual(await types(first), before);
    retention.stop();
    clock.advance(31 * 86_400_000);
    retention.start();
    // Batch after batch, each once the one before is on disk.
    for (let batch = 0; batch < 4; batch++) {
      clock.advance(1_000);
      await store.durable();
    }
    assert.deepEqual(await types(busy), []);
    assert.deepEqual(await types(first), []);
    retention.stop();
  });
});
