import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'node:test';
import type { MessageListInstanceCreateOptions } from 'twilio/lib/rest/api/v2010/account/message.js';
import { openTestEdge, restError, until, type Edge, type Tenant } from './edge.ts';

const to = '+14155550100';
const minuteMs = 60_000;

describe('Messages', () => {
  let edge: Edge;
  let tenant: Tenant;
  let from: string;
  let last = 1000;

  before(async () => {
    edge = await openTestEdge();
  });
  beforeEach(async () => {
    tenant = await edge.tenant();
    from = `+1212555${++last}`;
    await edge.stock({ e164: from, mms: 'yes' });
    assert.ok((await edge.inventory.buy(tenant.account.sid, from)).ok);
  });

  const send = (options: Partial<MessageListInstanceCreateOptions> = {}) =>
    tenant.client.messages.create({ to, from, body: 'Hello', ...options });
  const statusOf = (sid: string): string | undefined => edge.messaging.ledger.get(sid)?.status;
  const serviceWithNumber = async (): Promise<string> => {
    const { services } = tenant.client.messaging.v1;
    const { sid } = await services.create({ friendlyName: 'a pool' });
    const phoneNumberSid = edge.inventory.number(from)?.assignment?.sid ?? '';
    await services(sid).phoneNumbers.create({ phoneNumberSid });
    return sid;
  };
  const finish = async (sid: string): Promise<void> => {
    await until(() => statusOf(sid) === 'sent');
    edge.messaging.ledger.change(edge.messaging.ledger.get(sid)!, { status: 'delivered' });
    await edge.messaging.ledger.durable();
  };

  it('are created, queued and handed to a carrier', async () => {
    const made = await send({ body: 'x'.repeat(161), statusCallback: 'https://tenant.example/status' });
    assert.match(made.sid, /^SM[0-9a-f]{32}$/);
    assert.deepEqual(
      [made.status, made.direction, made.numSegments, made.numMedia, made.to, made.from, made.dateSent],
      ['queued', 'outbound-api', '2', '0', to, from, null],
    );
    assert.deepEqual(
      [made.price, made.errorCode, made.errorMessage, made.messagingServiceSid, made.accountSid],
      [null, null, null, null, tenant.account.sid],
    );
    assert.equal(made.dateCreated.getTime(), edge.clock.now());
    const path = `/2010-04-01/Accounts/${tenant.account.sid}/Messages/${made.sid}`;
    assert.deepEqual(
      [made.uri, made.subresourceUris],
      [`${path}.json`, { media: `${path}/Media.json`, feedback: `${path}/Feedback.json` }],
    );
  });

  it('take every parameter that does not need another product', async () => {
    const made = await send({
      maxPrice: 0.5,
      provideFeedback: true,
      attempt: 2,
      validityPeriod: 60,
      forceDelivery: false,
      contentRetention: 'retain',
      addressRetention: 'retain',
      smartEncoded: true,
      persistentAction: ['geo:37.7,-122.4'],
      trafficType: 'free',
      shortenUrls: false,
      sendAsMms: false,
      riskCheck: 'disable',
      messageIntent: 'otp',
      body: '“' + 'x'.repeat(100),
    });
    assert.equal(made.numSegments, '1', 'the typographic quote became a plain one');
    const kept = edge.messaging.ledger.get(made.sid)!;
    assert.equal(kept.deadlineMs, kept.createdMs + 60_000);
  });

  const tooEarly = { scheduleType: 'fixed', sendAt: new Date(Date.UTC(2026, 0, 1, 12, 4)) } as const;
  const refusals: readonly [string, Partial<MessageListInstanceCreateOptions>, number, number?][] = [
    ['no To', { to: '' }, 21604],
    ['a bad To', { to: '+1' }, 21211],
    ['an endless To', { to: '1'.repeat(5000) }, 21211],
    ['no From', { from: '' }, 21603],
    ["a stranger's From", { from: '+12125559999' }, 21606],
    ['a bad From', { from: '%%%' }, 21212],
    ['no content', { body: '' }, 21602],
    ['too long a body', { body: 'x'.repeat(1601) }, 21617],
    ['no route', { to: '+4915112345678' }, 21612],
    ['a relative StatusCallback', { statusCallback: '/status' }, 21609],
    ['a StatusCallback over ftp', { statusCallback: 'ftp://tenant.example/' }, 21609],
    ['an endless StatusCallback', { statusCallback: `https://tenant.example/${'x'.repeat(2083)}` }, 21609],
    ['a ValidityPeriod of 0', { validityPeriod: 0 }, 21624],
    ['a ValidityPeriod of too much', { validityPeriod: 36_001 }, 21624],
    ['a fractional ValidityPeriod', { validityPeriod: 1.5 }, 21624],
    ['a bad MediaUrl', { mediaUrl: ['nowhere'] }, 21620],
    ['eleven media', { mediaUrl: Array.from({ length: 11 }, (_, n) => `https://x.example/${n}`) }, 21623],
    ['a bad MaxPrice', { maxPrice: NaN }, 21627],
    ['ScheduleType without SendAt', { scheduleType: 'fixed' }, 35111],
    ['SendAt without ScheduleType', { sendAt: tooEarly.sendAt }, 35126],
    ['SendAt without a Messaging Service', tooEarly, 35118],
    ['SendAt that is no time', { ...tooEarly, sendAt: 'tomorrow' as unknown as Date }, 35114],
    ['a Messaging Service', { messagingServiceSid: `MG${'0'.repeat(32)}` }, 21701],
    ['a bad MessagingServiceSid', { messagingServiceSid: 'service' }, 21705],
    ['a Content template', { contentSid: `HX${'0'.repeat(32)}` }, 21655],
    ['ContentVariables alone', { contentVariables: '{}' }, 21654],
    ['an application', { applicationSid: `AP${'0'.repeat(32)}` }, 21218],
    ['content that may not be kept', { contentRetention: 'discard' }, 30029],
    ['addresses that may not be kept', { addressRetention: 'obfuscate' }, 30030],
    ['an MMS', { sendAsMms: true }, 21622],
    ['short links', { shortenUrls: true }, 20422],
    ['a bad flag', { smartEncoded: 'maybe' as unknown as boolean }, 20422],
    ['a bad Attempt', { attempt: 0 }, 20422],
    ['a bad RiskCheck', { riskCheck: 'perhaps' as never }, 20422],
  ];
  for (const [name, options, code, status] of refusals) {
    it(`refuse ${name}`, () => assert.rejects(send(options), restError(code, status)));
  }

  it('refuse a recipient that opted out, and one sender flooding its queue', async () => {
    edge.optOuts.set({ accountNo: tenant.account.no, sender: from, recipient: to }, edge.clock.now());
    await assert.rejects(send(), restError(21610));
    edge.optOuts.clear({ accountNo: tenant.account.no, sender: from, recipient: to });
    // Ten segments each; the queue holds a hundred, and one message may have left it already.
    const body = 'x'.repeat(1530);
    for (let n = 0; n < 11; n++) await send({ body }).catch(restError(21611, 429));
    await assert.rejects(send({ body }), restError(21611, 429));
  });

  it('are fetched, redacted once final, and deleted once final', async () => {
    edge.carrier.room = 0;
    const { sid } = await send();
    await assert.rejects(tenant.client.messages(sid).update({ body: '' }), restError(20009, 409));
    await assert.rejects(tenant.client.messages(sid).remove(), restError(20009, 409));
    edge.messaging.ledger.change(edge.messaging.ledger.get(sid)!, { status: 'failed', errorCode: 30003 });
    await edge.messaging.ledger.durable();
    const failed = await tenant.client.messages(sid).fetch();
    assert.deepEqual(
      [failed.status, failed.errorCode, failed.errorMessage],
      ['failed', 30003, 'Unreachable destination handset'],
    );
    const whole = (text: string) => ({ text, cutFrom: null });
    const alert = edge.alerts.record({
      accountSid: tenant.account.sid,
      code: 11200,
      resourceSid: sid,
      detail: 'the answer was 500',
      request: null,
      exchange: {
        variables: whole('Body=Hello'),
        requestHeaders: whole(''),
        responseHeaders: whole(''),
        responseBody: whole(''),
      },
    });
    await edge.durable();
    assert.equal((await tenant.client.messages(sid).update({ body: '' })).body, '');
    // What its webhooks were sent is redacted with it.
    assert.equal((await tenant.client.monitor.v1.alerts(alert.sid).fetch()).requestVariables, '');
    await assert.rejects(tenant.client.messages(sid).update({ body: 'other' }), restError(30400));
    await assert.rejects(tenant.client.messages(sid).update({}), restError(30400));
    await assert.rejects(tenant.client.messages(sid).update({ status: 'canceled' }), restError(30409));
    await assert.rejects(
      tenant.client.messages(sid).update({ body: '', status: 'canceled' }),
      restError(30400),
    );
    assert.equal(await tenant.client.messages(sid).remove(), true);
    await assert.rejects(tenant.client.messages(sid).fetch(), restError(20404, 404));
    assert.deepEqual(await tenant.client.messages.list(), []);
    edge.carrier.room = 100;
  });

  it('are scheduled by a Messaging Service, between 5 minutes and 35 days ahead, and canceled', async () => {
    const messagingServiceSid = await serviceWithNumber();
    const schedule = (ms: number) =>
      send({ messagingServiceSid, scheduleType: 'fixed', sendAt: new Date(edge.clock.now() + ms) });
    for (const ms of [4 * minuteMs, 36 * 24 * 60 * minuteMs])
      await assert.rejects(schedule(ms), restError(35114));
    const made = await schedule(10 * minuteMs);
    assert.equal(made.messagingServiceSid, messagingServiceSid);
    assert.equal(made.status, 'scheduled');
    const canceled = await tenant.client.messages(made.sid).update({ status: 'canceled' });
    assert.equal(canceled.status, 'canceled');
    await assert.rejects(tenant.client.messages(made.sid).update({ status: 'canceled' }), restError(30409));
    await assert.rejects(
      tenant.client.messages(made.sid).update({ status: 'sent' as never }),
      restError(30400),
    );
  });

  it('are listed in pages, both ways, newest first', async () => {
    const sids: string[] = [];
    for (let n = 0; n < 7; n++) {
      edge.clock.advance(1000);
      sids.unshift((await send({ body: String(n) })).sid);
    }
    const found = await tenant.client.messages.list({ pageSize: 3 });
    assert.deepEqual(
      found.map((one) => one.sid),
      sids,
    );
    const sidsOf = (page: { instances: { sid: string }[] } | undefined) =>
      page!.instances.map((one) => one.sid);
    const first = await tenant.client.messages.page({ pageSize: 3 });
    const third = await (await first.nextPage())!.nextPage();
    assert.deepEqual(sidsOf(third), sids.slice(6));
    assert.equal(third!.nextPageUrl, undefined);
    const second = await third!.previousPage();
    assert.deepEqual(sidsOf(second), sids.slice(3, 6));
    const again = await second!.previousPage();
    assert.deepEqual(sidsOf(again), sids.slice(0, 3));
    assert.equal(again!.previousPageUrl, undefined);
    assert.equal((await tenant.client.messages.list({ limit: 2000 })).length, 7);
  });

  it('are listed by To, From and time of sending', async () => {
    const { client } = tenant;
    const one = await send();
    await finish(one.sid);
    const day = new Date(edge.clock.now()).toISOString().slice(0, 10);
    edge.clock.advance(24 * 60 * minuteMs);
    const other = await send({ to: '+14155550199' });
    await until(() => statusOf(other.sid) === 'sent');
    const unsent = await send({
      messagingServiceSid: await serviceWithNumber(),
      scheduleType: 'fixed',
      sendAt: new Date(edge.clock.now() + 10 * minuteMs),
    });
    const list = async (query: string): Promise<unknown[]> => {
      const { body } = await edge.raw(
        tenant,
        `/2010-04-01/Accounts/${tenant.account.sid}/Messages.json?${query}`,
      );
      return (body['messages'] as { sid: string }[]).map(({ sid }) => sid);
    };
    assert.deepEqual(await list(''), [unsent.sid, other.sid, one.sid]);
    assert.deepEqual(await list('To=%2B1%20415%20555%200199'), [other.sid]);
    assert.deepEqual(await list(`To=${to.replace('+', ' ')}`), [unsent.sid, one.sid]);
    assert.deepEqual(await list(`From=${encodeURIComponent(from)}&To=%2B14155550199`), [other.sid]);
    assert.deepEqual(await list('From=NOBODY'), []);
    assert.deepEqual(await list(`DateSent=${day}`), [one.sid]);
    assert.deepEqual(await list(`DateSent<=${day}`), [one.sid]);
    assert.deepEqual(await list(`DateSent%3C%3D=${day}`), [one.sid]);
    assert.deepEqual(await list(`DateSent>=${day}`), [other.sid, one.sid]);
    const since = await client.messages.list({ dateSentAfter: new Date(edge.clock.now() - minuteMs) });
    assert.deepEqual(
      since.map(({ sid }) => sid),
      [other.sid],
    );
    const on = await client.messages.list({ dateSent: new Date(`${day}T23:00:00Z`) });
    assert.deepEqual(
      on.map(({ sid }) => sid),
      [one.sid],
    );
    assert.deepEqual(await client.messages.list({ dateSentBefore: new Date(0) }), []);
  });

  it('refuse lists that cannot be', async () => {
    const path = `/2010-04-01/Accounts/${tenant.account.sid}/Messages.json`;
    for (const [query, code] of [
      ['DateSent=yesterday', 20422],
      ['DateSent=2026-02-31', 20422],
      ['PageSize=0', 20422],
      ['PageSize=many', 20422],
      ['Page=1', 21481],
      ['PageToken=PASM', 21481],
      [`PageToken=PX${'0'.repeat(40)}`, 21481],
    ] as const) {
      const { status, body } = await edge.raw(tenant, `${path}?${query}`);
      assert.deepEqual([status, body['code']], [400, code], query);
    }
  });

  it('carry media, which are listed, described, served and deleted', async () => {
    const made = await send({ mediaUrl: ['https://media.example/1.png', 'https://media.example/2.png'] });
    assert.match(made.sid, /^MM/);
    assert.equal(made.numMedia, '2');
    await until(() => statusOf(made.sid) === 'failed');
    const { client } = tenant;
    const media = await client.messages(made.sid).media.list();
    assert.equal(media.length, 2);
    const one = await client.messages(made.sid).media(media[0]!.sid).fetch();
    assert.deepEqual([one.contentType, one.parentSid], ['image/png', made.sid]);
    const bare = edge.origin + one.uri.replace('.json', '');
    const served = await fetch(bare);
    assert.deepEqual(
      [served.status, served.headers.get('content-type'), await served.text()],
      [200, 'image/png', 'a picture'],
    );
    assert.equal((await fetch(bare.replace(tenant.account.sid, `AC${'0'.repeat(32)}`))).status, 404);
    assert.deepEqual(await client.messages(made.sid).media.list({ dateCreatedBefore: new Date(0) }), []);
    assert.equal(await client.messages(made.sid).media(one.sid).remove(), true);
    assert.equal((await fetch(bare)).status, 404);
    await assert.rejects(client.messages(made.sid).media(one.sid).fetch(), restError(20404, 404));
    assert.equal(await client.messages(made.sid).remove(), true);
    assert.equal((await fetch(edge.origin + media[1]!.uri.replace('.json', ''))).status, 404);
  });

  it('take feedback', async () => {
    const { sid } = await send({ provideFeedback: true });
    const given = await tenant.client.messages(sid).feedback.create({ outcome: 'confirmed' });
    assert.deepEqual([given.messageSid, given.outcome], [sid, 'confirmed']);
    assert.equal(edge.messaging.ledger.get(sid)?.feedback, 'confirmed');
    const path = `/2010-04-01/Accounts/${tenant.account.sid}/Messages/${sid}/Feedback.json`;
    assert.equal((await edge.raw(tenant, path, { Outcome: 'unconfirmed' })).status, 200);
    await assert.rejects(
      tenant.client.messages(sid).feedback.create({ outcome: 'maybe' as never }),
      restError(20422),
    );
  });

  it('of one tenant are nothing to another', async () => {
    const made = await send({ mediaUrl: ['https://media.example/1.png'] });
    await until(() => statusOf(made.sid) === 'failed');
    const [media] = await tenant.client.messages(made.sid).media.list();
    const { client } = await edge.tenant();
    const theirs = client.messages(made.sid);
    await assert.rejects(theirs.fetch(), restError(20404, 404));
    await assert.rejects(theirs.update({ body: '' }), restError(20404, 404));
    await assert.rejects(theirs.remove(), restError(20404, 404));
    await assert.rejects(theirs.media.list(), restError(20404, 404));
    await assert.rejects(theirs.media(media!.sid).fetch(), restError(20404, 404));
    await assert.rejects(theirs.media(media!.sid).remove(), restError(20404, 404));
    await assert.rejects(theirs.feedback.create(), restError(20404, 404));
    assert.deepEqual(await client.messages.list(), []);
    const elsewhere = client.api.v2010.accounts(tenant.account.sid);
    await assert.rejects(elsewhere.messages(made.sid).fetch(), restError(20003, 401));
    await assert.rejects(elsewhere.messages.create({ to, from, body: 'x' }), restError(20003, 401));
    assert.equal((await tenant.client.messages(made.sid).fetch()).sid, made.sid);
  });

  it('are not found under a SID that is none', async () => {
    for (const sid of ['SM1', `XX${'0'.repeat(32)}`, `SM${'0'.repeat(32)}`, 'x'.repeat(300)])
      await assert.rejects(tenant.client.messages(sid).fetch(), restError(20404, 404), sid);
  });
});
