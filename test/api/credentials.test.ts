import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'node:test';
import { openTestEdge, restError, type Edge, type Tenant } from './edge.ts';

let edge: Edge;
let tenant: Tenant;
before(async () => {
  edge = await openTestEdge();
});
beforeEach(async () => {
  tenant = await edge.tenant();
});

describe('auth tokens', () => {
  it('are exchanged with both being good between', async () => {
    const { client, account, authToken } = tenant;
    const made = await client.accounts.v1.secondaryAuthToken().create();
    assert.match(made.secondaryAuthToken, /^[0-9a-f]{32}$/);
    assert.deepEqual([made.accountSid, edge.accounts.authToken(account.sid)], [account.sid, authToken]);
    const second = edge.clientOf(account.sid, made.secondaryAuthToken);
    assert.deepEqual(await second.messages.list(), []);
    assert.deepEqual(await client.messages.list(), []);
    await assert.rejects(client.accounts.v1.secondaryAuthToken().create(), restError(20409, 409));

    const promoted = await second.accounts.v1.authTokenPromotion().update();
    assert.equal(promoted.authToken, made.secondaryAuthToken);
    assert.deepEqual(promoted.dateCreated, made.dateCreated);
    // Webhooks are signed with what this gives.
    assert.equal(edge.accounts.authToken(account.sid), made.secondaryAuthToken);
    await assert.rejects(client.messages.list(), restError(20003, 401));
    assert.deepEqual(await second.messages.list(), []);
    await assert.rejects(second.accounts.v1.authTokenPromotion().update(), restError(20404, 404));
  });

  it('end when the secondary one is deleted', async () => {
    const { client, account } = tenant;
    const { secondaryAuthToken } = await client.accounts.v1.secondaryAuthToken().create();
    assert.equal(await client.accounts.v1.secondaryAuthToken().remove(), true);
    const second = edge.clientOf(account.sid, secondaryAuthToken);
    await assert.rejects(second.messages.list(), restError(20003, 401));
    await assert.rejects(client.accounts.v1.secondaryAuthToken().remove(), restError(20404, 404));
  });

  it('of one account open nothing of another, and no standard key makes them', async () => {
    const other = await edge.tenant();
    const { secondaryAuthToken } = await tenant.client.accounts.v1.secondaryAuthToken().create();
    const mixed = edge.clientOf(other.account.sid, secondaryAuthToken);
    await assert.rejects(mixed.messages.list(), restError(20003, 401));
    await assert.rejects(other.client.accounts.v1.authTokenPromotion().update(), restError(20404, 404));
    const { sid, secret } = await tenant.client.newKeys.create();
    const byKey = edge.clientOf(sid, secret, tenant.account.sid);
    await assert.rejects(byKey.accounts.v1.secondaryAuthToken().remove(), restError(20003, 401));
  });
});

describe('restricted keys', () => {
  const restricted = async (...allow: string[]) => {
    const { client, account } = tenant;
    const key = await client.iam.v1.newApiKey.create({
      accountSid: account.sid,
      friendlyName: 'One',
      keyType: 'restricted',
      policy: { allow },
    });
    return { key, byKey: edge.clientOf(key.sid, key.secret, account.sid) };
  };

  it('may what they are allowed, and nothing else', async () => {
    const { key, byKey } = await restricted('/twilio/messaging/messages/list', '/twilio/voice/queues/*');
    assert.deepEqual(key.policy, { allow: ['/twilio/messaging/messages/list', '/twilio/voice/queues/*'] });
    assert.deepEqual(await byKey.messages.list(), []);
    const queue = await byKey.queues.create({ friendlyName: 'support' });
    assert.equal((await byKey.queues(queue.sid).fetch()).friendlyName, 'support');
    const barred = restError(70051, 401);
    await assert.rejects(byKey.messages(`SM${'0'.repeat(32)}`).fetch(), barred);
    await assert.rejects(
      byKey.messages.create({ to: '+15005550006', from: '+15005550006', body: 'x' }),
      barred,
    );
    await assert.rejects(byKey.calls.list(), barred);
    await assert.rejects(byKey.queues(queue.sid).members.list(), barred);
    await assert.rejects(byKey.api.v2010.accounts.list(), barred);
    await assert.rejects(byKey.balance.fetch(), barred);
  });

  it('may be allowed more, and less, by their account alone', async () => {
    const { key, byKey } = await restricted('/twilio/iam/api-keys/*', '/twilio/voice/calls/list');
    const allow = ['/twilio/messaging/messages/list'];
    assert.equal((await byKey.iam.v1.apiKey(key.sid).fetch()).friendlyName, 'One');
    await assert.rejects(byKey.iam.v1.apiKey(key.sid).update({ policy: { allow } }), restError(70051, 401));
    const updated = await tenant.client.iam.v1
      .apiKey(key.sid)
      .update({ friendlyName: 'Two', policy: { allow } });
    assert.deepEqual([updated.friendlyName, updated.policy], ['Two', { allow }]);
    assert.deepEqual(await byKey.messages.list(), []);
    await assert.rejects(byKey.calls.list(), restError(70051, 401));
    assert.equal(await tenant.client.iam.v1.apiKey(key.sid).remove(), true);
    await assert.rejects(byKey.messages.list(), restError(20003, 401));
  });

  it('need a policy of known form', async () => {
    const { client, account } = tenant;
    const create = (keyType: 'restricted' | undefined, policy: unknown) =>
      client.iam.v1.newApiKey.create({ accountSid: account.sid, ...(keyType && { keyType }), policy });
    const many = Array.from({ length: 101 }, (_, n) => `/twilio/voice/r${'x'.repeat(n)}/list`);
    for (const policy of [
      {},
      { allow: [] },
      { allow: [7] },
      { allow: ['/twilio/fake'] },
      { allow: many },
      [],
      'x',
    ])
      await assert.rejects(create('restricted', policy), restError(70002));
    await assert.rejects(create('restricted', undefined), restError(70002));
    await assert.rejects(create(undefined, { allow: ['/twilio/voice/calls/list'] }), restError(70002));
    const standard = await client.iam.v1.newApiKey.create({ accountSid: account.sid });
    assert.equal(standard.policy, null);
    const policy = { allow: ['/twilio/voice/calls/list'] };
    await assert.rejects(client.iam.v1.apiKey(standard.sid).update({ policy }), restError(70002));
  });

  it('are listed with the others, and reach to subaccounts but to no other tenant', async () => {
    const { client, account } = tenant;
    const { key } = await restricted('/twilio/voice/calls/list');
    const listed = await client.iam.v1.getApiKeys.list({ accountSid: account.sid });
    assert.deepEqual(
      listed.map(({ sid, flags }) => [sid, flags]),
      [[key.sid, ['restricted', 'rest_api']]],
    );
    const sub = await edge.tenant(account.sid);
    const ofSub = await client.iam.v1.newApiKey.create({ accountSid: sub.account.sid });
    assert.equal((await client.iam.v1.apiKey(ofSub.sid).fetch()).sid, ofSub.sid);
    const other = await edge.tenant();
    for (const sid of [key.sid, ofSub.sid]) {
      await assert.rejects(other.client.iam.v1.apiKey(sid).fetch(), restError(20404, 404));
      await assert.rejects(
        other.client.iam.v1.apiKey(sid).update({ friendlyName: 'x' }),
        restError(20404, 404),
      );
      await assert.rejects(other.client.iam.v1.apiKey(sid).remove(), restError(20404, 404));
    }
    await assert.rejects(sub.client.iam.v1.apiKey(key.sid).fetch(), restError(20404, 404));
    await assert.rejects(
      other.client.iam.v1.getApiKeys.list({ accountSid: account.sid }),
      restError(20404, 404),
    );
    await assert.rejects(
      other.client.iam.v1.newApiKey.create({ accountSid: account.sid }),
      restError(20404, 404),
    );
  });
});
