import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'node:test';
import { openTestEdge, restError, until, type Edge, type Tenant } from './edge.ts';

let edge: Edge;
let tenant: Tenant;
let from: string;
let last = 5_550_100;
const to = '+12065550100';
const url = 'https://tenant.example/voice';

before(async () => {
  edge = await openTestEdge();
});
beforeEach(async () => {
  tenant = await edge.tenant();
  from = `+1415${++last}`;
  await edge.stock({ e164: from });
  await tenant.client.incomingPhoneNumbers.create({ phoneNumber: from });
});

const sidsOf = (rows: readonly { sid: string }[]) => rows.map(({ sid }) => sid);
const create = (options: object = {}) => tenant.client.calls.create({ to, from, url, ...options });
/** The party of a call answers. */
const answered = async (sid: string): Promise<void> => {
  await until(() => edge.signalling.outgoing.length > 0);
  const invite = edge.signalling.outgoing.at(-1)!;
  invite.answer();
  await until(() => edge.voice.calls.get(sid)?.status === 'in-progress');
  // Lists are read from what has been committed.
  await edge.messaging.ledger.durable();
};

describe('Calls', () => {
  it('are created with every parameter, and fetched', async () => {
    const { client, account } = tenant;
    const call = await create({
      method: 'GET',
      fallbackUrl: 'https://tenant.example/fallback',
      fallbackMethod: 'GET',
      statusCallback: 'https://tenant.example/status',
      statusCallbackMethod: 'GET',
      statusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'],
      sendDigits: 'ww12#',
      timeout: 30,
      timeLimit: 60,
      record: true,
      recordingChannels: 'dual',
      recordingTrack: 'inbound',
      recordingStatusCallback: 'https://tenant.example/recording',
      recordingStatusCallbackEvent: ['in-progress', 'completed'],
      trim: 'do-not-trim',
      machineDetection: 'DetectMessageEnd',
      machineDetectionTimeout: 20,
      asyncAmd: 'true',
      asyncAmdStatusCallback: 'https://tenant.example/amd',
      callReason: 'A reminder',
    });
    assert.match(call.sid, /^CA[0-9a-f]{32}$/);
    assert.deepEqual(
      [call.accountSid, call.to, call.from, call.status, call.direction, call.duration, call.startTime],
      [account.sid, to, from, 'queued', 'outbound-api', null, null],
    );
    assert.deepEqual(
      [call.toFormatted, call.priceUnit, call.price, call.answeredBy, call.parentCallSid, call.trunkSid],
      ['(206) 555-0100', 'USD', null, null, null, null],
    );
    assert.equal(call.uri, `/2010-04-01/Accounts/${account.sid}/Calls/${call.sid}.json`);
    const row = edge.voice.calls.get(call.sid)!;
    assert.deepEqual(row.statusCallback, {
      url: 'https://tenant.example/status',
      method: 'GET',
      events: ['initiated', 'ringing', 'answered', 'completed'],
    });
    assert.equal((await client.calls(call.sid).fetch()).sid, call.sid);
  });

  it('take SIP URIs with headers and credentials', async () => {
    const before = edge.signalling.outgoing.length;
    const call = await create({
      to: 'sip:jack@example.com?X-Order=a%20b&User-to-User=7',
      // Means nothing where To is no number.
      byoc: 'BY1',
      sipAuthUsername: 'jack',
      sipAuthPassword: 'secret',
      twiml: '<Response/>',
    });
    assert.equal(call.to, 'sip:jack@example.com');
    await until(() => edge.signalling.outgoing.length > before);
    const { request } = edge.signalling.outgoing.at(-1)!;
    assert.deepEqual(request.destination, {
      kind: 'uri',
      uri: 'sip:jack@example.com',
      username: 'jack',
      password: 'secret',
    });
    assert.deepEqual(request.headers, [
      ['X-Order', 'a b'],
      ['User-to-User', '7'],
    ]);
  });

  it('go by an application’s URLs and callback', async () => {
    const { client } = tenant;
    const { sid: applicationSid } = await client.applications.create({
      voiceUrl: 'https://tenant.example/application',
      statusCallback: 'https://tenant.example/app-status',
    });
    const call = await client.calls.create({ to, from, applicationSid });
    assert.deepEqual(edge.voice.calls.get(call.sid)?.statusCallback, {
      url: 'https://tenant.example/app-status',
      method: 'POST',
      events: ['completed'],
    });
    await answered(call.sid);
    await until(() => edge.app.requests.at(-1)?.url === 'https://tenant.example/application');
  });

  it('refuse what cannot be called', async () => {
    const wrong = (options: object, code: number) => assert.rejects(create(options), restError(code));
    await wrong({ to: '' }, 21201);
    await wrong({ from: '' }, 21213);
    await wrong({ to: 'nonsense' }, 21211);
    await wrong({ from: 'nonsense' }, 21212);
    await wrong({ from: '+14155559999' }, 21210);
    await wrong({ to: '+442071838750' }, 21215);
    await wrong({ url: 'nowhere' }, 21205);
    await wrong({ url: '' }, 21205);
    await wrong({ url: '', twiml: 'x'.repeat(4001) }, 20422);
    await wrong({ method: 'PUT' }, 21209);
    await wrong({ timeout: 601 }, 21208);
    await wrong({ timeLimit: 0 }, 20422);
    await wrong({ sendDigits: 'hello' }, 21206);
    await wrong({ applicationSid: 'AP1' }, 21218);
    await wrong({ statusCallback: 'nowhere' }, 21609);
    await wrong({ statusCallback: url, statusCallbackEvent: ['hung-up'] }, 21626);
    await wrong({ record: true, recordingStatusCallback: 'nowhere' }, 21502);
    await wrong({ record: true, recordingStatusCallbackEvent: ['done'] }, 13621);
    await wrong({ record: true, recordingChannels: 'quadro' }, 20422);
    await wrong({ machineDetection: 'perhaps' }, 21207);
    await wrong({ machineDetection: 'Enable', machineDetectionTimeout: 61 }, 21234);
    await wrong({ sipAuthUsername: 'jack' }, 21225);
    await wrong({ sipAuthUsername: 'x'.repeat(256), sipAuthPassword: 'y' }, 21221);
    await wrong({ sipAuthUsername: 'a"b', sipAuthPassword: 'y' }, 21222);
    await wrong({ sipAuthUsername: 'a', sipAuthPassword: 'y'.repeat(256) }, 21223);
    await wrong({ to: `sip:a@example.com?X-A=${'x'.repeat(1024)}` }, 21227);
    await wrong({ to: 'sip:a@example.com?Via=x' }, 21228);
    await wrong({ to: 'sip:a@example.com?X-A=%0D%0AVia:x' }, 21229);
    await wrong({ byoc: 'BY1' }, 21300);
    await wrong({ callToken: 'token' }, 20422);
    assert.deepEqual(await tenant.client.calls.list(), []);
  });

  it('show a verified caller ID', async () => {
    const mine = '+14158675309';
    await assert.rejects(create({ from: mine }), restError(21210));
    await edge.callerIds.add(tenant.account.sid, mine);
    const call = await create({ from: mine });
    assert.deepEqual([call.from, call.phoneNumberSid], [mine, null]);
  });

  it('are listed by to, from, status, parent and times, in pages', async () => {
    const { calls } = tenant.client;
    const first = await create();
    edge.clock.advance(1000);
    const second = await create({ to: '+12065550101' });
    edge.clock.advance(1000);
    const third = await create();
    await answered(third.sid);
    assert.deepEqual(sidsOf(await calls.list({ pageSize: 2 })), [third.sid, second.sid, first.sid]);
    assert.deepEqual(sidsOf(await calls.list({ to })), [third.sid, first.sid]);
    assert.deepEqual(sidsOf(await calls.list({ to: '+12065550101', from })), [second.sid]);
    assert.deepEqual(sidsOf(await calls.list({ status: 'in-progress' })), [third.sid]);
    assert.deepEqual(await calls.list({ parentCallSid: first.sid }), []);
    const now = new Date(edge.clock.now());
    const day = 86_400_000;
    assert.deepEqual(sidsOf(await calls.list({ status: 'in-progress', startTime: now })), [third.sid]);
    assert.deepEqual(sidsOf(await calls.list({ startTimeAfter: new Date(now.getTime() + day) })), []);
    assert.equal((await calls.list({ startTimeBefore: now })).length, 3);
    assert.deepEqual(await calls.list({ endTimeAfter: new Date(now.getTime() - day) }), []);
    await calls(third.sid).update({ status: 'completed' });
    assert.deepEqual(sidsOf(await calls.list({ endTimeAfter: new Date(now.getTime() - day) })), [third.sid]);
    await assert.rejects(calls.list({ status: 'asleep' as 'queued' }), restError(20422));
    await assert.rejects(calls.list({ parentCallSid: 'nobody' }), restError(20422));
    const page = await calls.page({ pageSize: 1 });
    const next = await page.nextPage();
    assert.deepEqual(sidsOf(next!.instances), [second.sid]);
    assert.deepEqual(sidsOf((await next!.previousPage())!.instances), [third.sid]);
  });

  it('are redirected, limited, told elsewhere, ended and canceled', async () => {
    const { calls } = tenant.client;
    const call = await create();
    await assert.rejects(calls(call.sid).update({ url: 'https://tenant.example/other' }), restError(21220));
    await answered(call.sid);
    await calls(call.sid).update({ url: 'https://tenant.example/other', method: 'GET' });
    await until(() => edge.app.requests.at(-1)?.url === 'https://tenant.example/other');
    assert.equal(edge.app.requests.at(-1)?.method, 'GET');
    await calls(call.sid).update({ twiml: '<Response><Pause length="100"/></Response>' });
    await assert.rejects(calls(call.sid).update({ url, twiml: '<Response/>' }), restError(20422));
    await assert.rejects(calls(call.sid).update({ status: 'busy' as 'completed' }), restError(21220));
    await assert.rejects(calls(call.sid).update({ status: 'canceled' }), restError(21220));
    await calls(call.sid).update({ statusCallback: 'https://tenant.example/elsewhere', timeLimit: 50 });
    assert.equal(edge.voice.calls.get(call.sid)?.statusCallback?.url, 'https://tenant.example/elsewhere');
    await assert.rejects(calls(call.sid).remove(), restError(21220));
    edge.clock.advance(50_000);
    await until(() => edge.voice.calls.get(call.sid)?.status === 'completed');
    assert.equal((await calls(call.sid).fetch()).duration, '50');
    await until(() => edge.app.requests.at(-1)?.url === 'https://tenant.example/elsewhere');
    await assert.rejects(calls(call.sid).update({ status: 'completed' }), restError(21220));
    const other = await create();
    assert.equal((await calls(other.sid).update({ status: 'canceled' })).status, 'canceled');
  });

  it('are deleted with what was asked of their application', async () => {
    const { calls } = tenant.client;
    const call = await create();
    await answered(call.sid);
    await until(() => edge.voice.eventsOf(call.sid).length > 0);
    const [event] = await calls(call.sid).events.list();
    const request = event!.request as Record<string, unknown>;
    const response = event!.response as Record<string, unknown>;
    assert.deepEqual([request['url'], request['method']], [url, 'POST']);
    assert.equal((request['parameters'] as Record<string, string>)['CallSid'], call.sid);
    assert.deepEqual([response['response_code'], response['content_type']], [200, 'text/xml']);
    await calls(call.sid).update({ status: 'completed' });
    assert.equal(await calls(call.sid).remove(), true);
    await assert.rejects(calls(call.sid).fetch(), restError(20404, 404));
    assert.deepEqual(edge.voice.eventsOf(call.sid), []);
  });

  it('leave notifications of what went wrong', async () => {
    const { client } = tenant;
    edge.app.answer = () => 'no TwiML';
    const call = await create();
    await answered(call.sid);
    const noted = () => edge.alerts.list(tenant.account.sid, {}, { limit: 1 }).rows.length > 0;
    await until(noted);
    edge.app.answer = () => '<Response/>';
    const [notification] = await client.calls(call.sid).notifications.list();
    assert.match(notification!.errorCode, /^12[12]00$/);
    assert.deepEqual(
      [notification!.callSid, notification!.log, notification!.requestUrl, notification!.requestMethod],
      [call.sid, '0', url, 'POST'],
    );
    const { sid } = notification!;
    assert.equal((await client.notifications(sid).fetch()).sid, sid);
    assert.equal((await client.calls(call.sid).notifications(sid).fetch()).sid, sid);
    assert.deepEqual(sidsOf(await client.notifications.list({ log: 0 })), [sid]);
    assert.deepEqual(await client.notifications.list({ log: 1 }), []);
    const now = new Date(edge.clock.now());
    assert.deepEqual(sidsOf(await client.notifications.list({ messageDate: now })), [sid]);
    const later = new Date(now.getTime() + 2 * 86_400_000);
    assert.deepEqual(await client.notifications.list({ messageDateAfter: later }), []);
    const other = await edge.tenant();
    await assert.rejects(other.client.notifications(sid).fetch(), restError(20404, 404));
    assert.deepEqual(await other.client.notifications.list(), []);
  });

  it('of one tenant are nothing to another', async () => {
    const call = await create();
    const { client } = await edge.tenant();
    await assert.rejects(client.calls(call.sid).fetch(), restError(20404, 404));
    await assert.rejects(client.calls(call.sid).update({ status: 'canceled' }), restError(20404, 404));
    await assert.rejects(client.calls(call.sid).remove(), restError(20404, 404));
    await assert.rejects(client.calls(call.sid).events.list(), restError(20404, 404));
    await assert.rejects(client.calls(call.sid).recordings.create(), restError(20404, 404));
    await assert.rejects(
      client.calls(call.sid).streams.create({ url: 'wss://x.example/' }),
      restError(20404, 404),
    );
    assert.deepEqual(await client.calls.list(), []);
    assert.deepEqual(await client.calls.list({ to, from }), []);
    await assert.rejects(client.calls.create({ to, from, url }), restError(21210));
  });

  it('are pretended with test credentials', async () => {
    const { account } = tenant;
    const test = edge.accounts.testCredentials(account.sid);
    assert.ok(test !== undefined);
    const { calls } = edge.clientOf(test.sid, test.token);
    const magic = '+15005550006';
    const before = edge.signalling.outgoing.length;
    const call = await calls.create({ from: magic, to, url });
    assert.deepEqual([call.accountSid, call.from, call.to, call.status], [test.sid, magic, to, 'queued']);
    for (const [bad, code] of [
      ['+15005550001', 21217],
      ['+15005550002', 21214],
      ['+15005550003', 21215],
      ['+15005550004', 21216],
    ] as const)
      await assert.rejects(calls.create({ from: magic, to: bad, url }), restError(code));
    await assert.rejects(calls.create({ from: '+15005550001', to, url }), restError(21212));
    await assert.rejects(calls.create({ from, to, url }), restError(21210));
    await assert.rejects(calls.create({ from: magic, to }), restError(21205));
    await assert.rejects(calls.list(), restError(20008, 403));
    assert.equal(edge.signalling.outgoing.length, before);
  });
});
