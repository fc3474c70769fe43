import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'node:test';
import { openTestEdge, restError, type Edge, type Tenant } from './edge.ts';

let edge: Edge;
let tenant: Tenant;
let last = 5_550_100;
before(async () => {
  edge = await openTestEdge();
});
beforeEach(async () => {
  tenant = await edge.tenant();
});

const bought = async (): Promise<string> => {
  const phoneNumber = `+1415${++last}`;
  await edge.stock({ e164: phoneNumber });
  return (await tenant.client.incomingPhoneNumbers.create({ phoneNumber })).sid;
};

describe('Applications', () => {
  it('are made, fetched, changed and deleted', async () => {
    const { client, account } = tenant;
    const made = await client.applications.create({
      friendlyName: 'Front desk',
      voiceUrl: 'https://tenant.example/voice',
      voiceMethod: 'GET',
      voiceFallbackUrl: 'https://tenant.example/fallback',
      statusCallback: 'https://tenant.example/status',
      smsUrl: 'https://tenant.example/sms',
      smsStatusCallback: 'https://tenant.example/sms-status',
      publicApplicationConnectEnabled: true,
    });
    assert.match(made.sid, /^AP[0-9a-f]{32}$/);
    assert.deepEqual(
      [made.accountSid, made.friendlyName, made.voiceUrl, made.voiceMethod, made.voiceFallbackMethod],
      [account.sid, 'Front desk', 'https://tenant.example/voice', 'GET', 'POST'],
    );
    assert.deepEqual(
      [made.messageStatusCallback, made.smsStatusCallback, made.smsFallbackUrl, made.voiceCallerIdLookup],
      ['https://tenant.example/sms-status', 'https://tenant.example/sms-status', null, false],
    );
    assert.equal(made.publicApplicationConnectEnabled, true);
    assert.equal(made.uri, `/2010-04-01/Accounts/${account.sid}/Applications/${made.sid}.json`);
    edge.clock.advance(3000);
    const application = client.applications(made.sid);
    const changed = await application.update({ friendlyName: 'Lobby', voiceFallbackUrl: '', voiceUrl: '' });
    assert.deepEqual(
      [changed.friendlyName, changed.voiceUrl, changed.smsUrl],
      ['Lobby', null, 'https://tenant.example/sms'],
    );
    assert.equal(changed.dateUpdated.getTime() - changed.dateCreated.getTime(), 3000);
    assert.equal((await application.fetch()).friendlyName, 'Lobby');
    assert.equal(await application.remove(), true);
    await assert.rejects(application.fetch(), restError(20404, 404));
    await assert.rejects(application.remove(), restError(20404, 404));
  });

  it('are listed by name, in pages', async () => {
    const { applications } = tenant.client;
    const sids: string[] = [];
    for (let n = 0; n < 4; n++) sids.unshift((await applications.create({ friendlyName: `a${n % 2}` })).sid);
    const sidsOf = (rows: readonly { sid: string }[]) => rows.map(({ sid }) => sid);
    assert.deepEqual(sidsOf(await applications.list({ pageSize: 3 })), sids);
    assert.deepEqual(sidsOf(await applications.list({ friendlyName: 'a1' })), [sids[0], sids[2]]);
    await applications(sids[0]!).update({ friendlyName: 'other' });
    assert.deepEqual(sidsOf(await applications.list({ friendlyName: 'a1' })), [sids[2]]);
  });

  it('refuse what they cannot be', async () => {
    const { applications } = tenant.client;
    await assert.rejects(applications.create({ friendlyName: 'x'.repeat(65) }), restError(20002));
    await assert.rejects(applications.create({ voiceUrl: 'nowhere' }), restError(21402));
    await assert.rejects(applications.create({ voiceMethod: 'PUT' }), restError(21403));
    await assert.rejects(applications.create({ voiceFallbackUrl: 'https://x.example/' }), restError(21405));
    await assert.rejects(applications.create({ smsFallbackUrl: 'https://x.example/' }), restError(21406));
    await assert.rejects(applications.create({ apiVersion: '2008-08-01' }), restError(20422));
  });

  it('of one tenant are nothing to another', async () => {
    const { sid } = await tenant.client.applications.create({ friendlyName: 'mine' });
    const { client } = await edge.tenant();
    await assert.rejects(client.applications(sid).fetch(), restError(20404, 404));
    await assert.rejects(client.applications(sid).update({ friendlyName: 'x' }), restError(20404, 404));
    await assert.rejects(client.applications(sid).remove(), restError(20404, 404));
    assert.deepEqual(await client.applications.list(), []);
    assert.deepEqual(await client.applications.list({ friendlyName: 'mine' }), []);
  });

  it('are named by numbers of their account, until they are deleted', async () => {
    const { client } = tenant;
    const number = client.incomingPhoneNumbers(await bought());
    const { sid } = await client.applications.create({ voiceUrl: 'https://tenant.example/app' });
    const other = await edge.tenant();
    const theirs = (await other.client.applications.create({})).sid;
    await assert.rejects(number.update({ voiceApplicationSid: theirs }), restError(21420));
    await assert.rejects(number.update({ smsApplicationSid: 'AP1' }), restError(21420));
    const named = await number.update({ voiceApplicationSid: sid, smsApplicationSid: sid });
    assert.deepEqual([named.voiceApplicationSid, named.smsApplicationSid], [sid, sid]);
    assert.equal(named.trunkSid, null);
    await client.applications(sid).remove();
    const after = await number.fetch();
    assert.deepEqual([after.voiceApplicationSid, after.smsApplicationSid], ['', '']);
  });

  it('lend messages their callback', async () => {
    const { client } = tenant;
    const number = await client.incomingPhoneNumbers(await bought()).fetch();
    const { sid } = await client.applications.create({
      messageStatusCallback: 'https://tenant.example/message-status',
    });
    const message = { from: number.phoneNumber, to: '+12065550100', body: 'hello' };
    const sent = await client.messages.create({ ...message, applicationSid: sid });
    const { statusCallback } = edge.messaging.ledger.get(sent.sid)!;
    assert.equal(statusCallback, 'https://tenant.example/message-status');
    await assert.rejects(
      (await edge.tenant()).client.messages.create({ ...message, applicationSid: sid }),
      restError(21218),
    );
    await assert.rejects(client.messages.create({ ...message, applicationSid: 'AP1' }), restError(21218));
  });
});
