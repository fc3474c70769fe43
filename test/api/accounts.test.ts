import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'node:test';
import type twilio from 'twilio';
import { openTestEdge, restError, type Edge, type Tenant } from './edge.ts';

let edge: Edge;
let tenant: Tenant;
before(async () => {
  edge = await openTestEdge();
});
beforeEach(async () => {
  tenant = await edge.tenant();
});

describe('Accounts', () => {
  it('make subaccounts with credentials of their own', async () => {
    const { client, account } = tenant;
    const made = await client.api.v2010.accounts.create({ friendlyName: 'Branch' });
    assert.deepEqual(
      [made.friendlyName, made.status, made.type, made.ownerAccountSid],
      ['Branch', 'active', 'Full', account.sid],
    );
    assert.equal(made.uri, `/2010-04-01/Accounts/${made.sid}.json`);
    assert.equal(made.subresourceUris['messages'], `/2010-04-01/Accounts/${made.sid}/Messages.json`);
    const sub = edge.clientOf(made.sid, made.authToken);
    assert.equal((await sub.api.v2010.accounts(made.sid).fetch()).friendlyName, 'Branch');
    assert.deepEqual(
      (await sub.api.v2010.accounts.list()).map(({ sid }) => sid),
      [made.sid],
    );
    assert.deepEqual(await sub.api.v2010.accounts.list({ status: 'closed' }), []);
    await assert.rejects(sub.api.v2010.accounts.create(), restError(20006, 403));
    await assert.rejects(
      sub.api.v2010.accounts(made.sid).update({ status: 'closed' }),
      restError(20006, 403),
    );
    const unnamed = await client.api.v2010.accounts.create();
    assert.equal(unnamed.friendlyName, 'SubAccount Created at 2026-01-01 12:00 pm');
    await assert.rejects(
      client.api.v2010.accounts.create({ friendlyName: 'x'.repeat(65) }),
      restError(20002),
    );
  });

  it('are suspended, reactivated and closed by their parent', async () => {
    const accounts = tenant.client.api.v2010.accounts;
    const made = await accounts.create();
    const sub = edge.clientOf(made.sid, made.authToken);
    await edge.stock({ e164: '+12025550142' }, { e164: '24365', type: 'shortcode' });
    assert.ok((await edge.inventory.buy(made.sid, '+12025550142')).ok);
    assert.ok((await edge.inventory.buy(made.sid, '24365')).ok);
    assert.equal((await accounts(made.sid).update({ status: 'suspended' })).status, 'suspended');
    await assert.rejects(sub.messages.list(), restError(20003, 401));
    assert.equal(
      (await accounts(made.sid).update({ status: 'active', friendlyName: 'B' })).friendlyName,
      'B',
    );
    assert.deepEqual(await sub.messages.list(), []);
    await assert.rejects(accounts(made.sid).update({ status: 'dormant' as never }), restError(21475));
    assert.equal((await accounts(made.sid).update({ status: 'closed' })).status, 'closed');
    await assert.rejects(accounts(made.sid).update({ status: 'active' }), restError(21479));
    await assert.rejects(sub.messages.list(), restError(20003, 401));
    assert.equal(edge.inventory.number('+12025550142')?.assignment, null);
    assert.equal(edge.inventory.number('24365')?.assignment, null);
    assert.equal((await accounts(made.sid).fetch()).status, 'closed');
  });

  it('do not close, suspend or rename beyond the rules', async () => {
    const { client, account } = tenant;
    const own = client.api.v2010.accounts(account.sid);
    await assert.rejects(own.update({ status: 'closed' }), restError(21477));
    await assert.rejects(own.update({ friendlyName: 'x'.repeat(65) }), restError(20002));
    assert.equal((await own.update({ friendlyName: 'Head office' })).friendlyName, 'Head office');
  });

  it('are listed by name and status, in pages both ways', async () => {
    const accounts = tenant.client.api.v2010.accounts;
    const sids = [tenant.account.sid];
    for (let n = 0; n < 6; n++) sids.unshift((await accounts.create({ friendlyName: `n${n % 2}` })).sid);
    await accounts(sids[0]!).update({ status: 'suspended' });
    const sidsOf = (rows: readonly { sid: string }[]) => rows.map(({ sid }) => sid);
    assert.deepEqual(sidsOf(await accounts.list({ pageSize: 3 })), sids);
    assert.deepEqual(sidsOf(await accounts.list({ status: 'suspended' })), [sids[0]]);
    assert.deepEqual(sidsOf(await accounts.list({ friendlyName: 'n0' })), [sids[1], sids[3], sids[5]]);
    const third = await (await (await accounts.page({ pageSize: 3 })).nextPage())!.nextPage();
    assert.deepEqual(sidsOf(third!.instances), sids.slice(6));
    assert.equal(third!.nextPageUrl, undefined);
    const second = await third!.previousPage();
    assert.deepEqual(sidsOf(second!.instances), sids.slice(3, 6));
    const first = await second!.previousPage();
    assert.deepEqual(sidsOf(first!.instances), sids.slice(0, 3));
    assert.equal(first!.previousPageUrl, undefined);
    assert.deepEqual(sidsOf((await first!.nextPage())!.instances), sids.slice(3, 6));
  });

  it('of one tenant are nothing to another', async () => {
    const made = await tenant.client.api.v2010.accounts.create();
    const { client, account } = await edge.tenant();
    for (const sid of [made.sid, tenant.account.sid]) {
      await assert.rejects(client.api.v2010.accounts(sid).fetch(), restError(20404, 404));
      await assert.rejects(
        client.api.v2010.accounts(sid).update({ friendlyName: 'x' }),
        restError(20404, 404),
      );
    }
    assert.deepEqual(
      (await client.api.v2010.accounts.list()).map(({ sid }) => sid),
      [account.sid],
    );
  });
});

for (const name of ['keys', 'signingKeys'] as const) {
  describe(name, () => {
    // The two resources have the same methods, though not one type.
    const keysOf = (client: twilio.Twilio): twilio.Twilio['keys'] =>
      client[name] as unknown as twilio.Twilio['keys'];

    it('are made with a secret that is shown once', async () => {
      const { client, account } = tenant;
      const made = await (name === 'keys'
        ? client.newKeys.create({ friendlyName: 'One' })
        : client.newSigningKeys.create({ friendlyName: 'One' }));
      assert.match(made.sid, /^SK[0-9a-f]{32}$/);
      assert.match(made.secret, /^[A-Za-z0-9]{32}$/);
      const fetched = await keysOf(client)(made.sid).fetch();
      assert.deepEqual([fetched.friendlyName, 'secret' in fetched], ['One', false]);
      const byKey = edge.clientOf(made.sid, made.secret, account.sid);
      assert.deepEqual(await byKey.messages.list(), []);
      await assert.rejects(keysOf(byKey).list(), restError(20003, 401));
      await assert.rejects(byKey.api.v2010.accounts.list(), restError(20003, 401));
      assert.equal((await keysOf(client)(made.sid).update({ friendlyName: 'Two' })).friendlyName, 'Two');
      await assert.rejects(
        keysOf(client)(made.sid).update({ friendlyName: 'x'.repeat(65) }),
        restError(20002),
      );
      assert.equal(await keysOf(client)(made.sid).remove(), true);
      await assert.rejects(byKey.messages.list(), restError(20003, 401));
      await assert.rejects(keysOf(client)(made.sid).remove(), restError(20404, 404));
    });

    it('are listed in pages both ways', async () => {
      const { client } = tenant;
      const sids: string[] = [];
      for (let n = 0; n < 5; n++) sids.unshift((await client.newKeys.create()).sid);
      const sidsOf = (rows: readonly { sid: string }[]) => rows.map(({ sid }) => sid);
      assert.deepEqual(sidsOf(await keysOf(client).list({ pageSize: 2 })), sids);
      const third = await (await (await keysOf(client).page({ pageSize: 2 })).nextPage())!.nextPage();
      assert.deepEqual(sidsOf(third!.instances), sids.slice(4));
      const second = await third!.previousPage();
      assert.deepEqual(sidsOf(second!.instances), sids.slice(2, 4));
      assert.equal((await second!.previousPage())!.previousPageUrl, undefined);
    });

    it('of one tenant are nothing to another', async () => {
      const { sid } = await tenant.client.newKeys.create();
      const { client } = await edge.tenant();
      await assert.rejects(keysOf(client)(sid).fetch(), restError(20404, 404));
      await assert.rejects(keysOf(client)(sid).update({ friendlyName: 'x' }), restError(20404, 404));
      await assert.rejects(keysOf(client)(sid).remove(), restError(20404, 404));
      assert.deepEqual(await keysOf(client).list(), []);
    });
  });
}

describe('main keys', () => {
  it('may manage accounts and keys', async () => {
    const { account } = tenant;
    const made = await edge.keys.create(account.sid, { main: true });
    assert.ok(made.ok);
    const client = edge.clientOf(made.value.key.sid, made.value.secret, account.sid);
    assert.equal((await client.api.v2010.accounts(account.sid).fetch()).sid, account.sid);
    assert.equal((await client.keys.list()).length, 1);
  });
});

describe('Balance', () => {
  it('is what has been paid in, for subaccounts, too', async () => {
    const { client, account } = tenant;
    assert.ok((await edge.payments.credit(account.sid, 12_500_000, 'paid')).ok);
    const { balance, currency, accountSid } = await client.balance.fetch();
    assert.deepEqual([balance, currency, accountSid], ['12.50', 'USD', account.sid]);
    const sub = await edge.tenant(account.sid);
    assert.equal((await sub.client.balance.fetch()).balance, '12.50');
    const other = await edge.tenant();
    assert.equal((await other.client.balance.fetch()).balance, '0.00');
    await assert.rejects(other.client.api.v2010.accounts(account.sid).balance.fetch(), restError(20003, 401));
  });
});
