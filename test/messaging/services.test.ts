import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { NumberType, PhoneNumber } from '../../control/inventory/number.ts';
import type { MessagingService, ServiceConfig } from '../../control/messaging-services/service.ts';
import { account, Harness, ownedNumber } from './harness.ts';

const accepts = () => ({ kind: 'accepted', messageId: 'id' }) as const;
const senders = (h: Harness): string[] => h.alpha.taken.map(({ source }) => source.addr);

describe('a Messaging Service', () => {
  let h: Harness;
  let service: MessagingService;
  beforeEach(async () => {
    h = new Harness();
    service = await made();
  });
  afterEach(() => h.end());

  async function made(config: Partial<ServiceConfig> = {}): Promise<MessagingService> {
    const result = await h.services.create(account.sid, { friendlyName: 'a pool', ...config });
    assert.ok(result.ok);
    return result.value;
  }
  const configure = (config: Partial<ServiceConfig>) => h.services.update(account.sid, service.sid, config);

  async function join(e164: string, type: NumberType = 'local', country = 'US'): Promise<PhoneNumber> {
    const number = ownedNumber(e164, type);
    h.numbers.set(e164, { ...number, place: { ...number.place, country } });
    assert.ok((await h.services.addNumber(service, number.assignment!.sid)).ok);
    return number;
  }
  const send = (change: object = {}) => h.send({ from: '', messagingServiceSid: service.sid, ...change });
  const fromOf = (sid: string): string | undefined => h.messaging.ledger.get(sid)?.from;
  const refusal = async (change: object): Promise<number> => {
    const wanted = h.wanted({ from: '', messagingServiceSid: service.sid, ...change });
    const result = await h.messaging.acceptance.accept(wanted);
    assert.ok(!result.ok);
    return result.error.code;
  };

  it('sends n messages a second over n long codes', async () => {
    h.alpha.answer = accepts;
    h.alpha.window = 1000;
    await configure({ stickySender: false, areaCodeGeomatch: false });
    const pool = 7;
    for (let n = 0; n < pool; n++) await join(`+1206555020${n}`);
    for (let n = 0; n < 10 * pool; n++) await send();
    assert.equal(new Set(senders(h)).size, pool);
    assert.equal(h.alpha.taken.length, pool, 'one each at once');
    for (let second = 1; second < 10; second++) {
      await h.advance(1000);
      assert.equal(h.alpha.taken.length, (second + 1) * pool);
    }
    for (let n = 0; n < pool; n++)
      assert.equal(senders(h).filter((from) => from === `1206555020${n}`).length, 10);
  });

  it('is accepted without a sender, and tells of it when it is queued', async () => {
    h.alpha.answer = accepts;
    await join('+12065550201');
    await configure({ statusCallback: 'http://app.test/of-service' });
    const message = await send();
    assert.deepEqual([message.status, message.from, message.segments], ['accepted', '', 0]);
    await h.until(() => h.requests.length >= 3);
    const told = h.requests.map(({ url, params }) => {
      const form = new Map(params);
      return [url, form.get('MessageStatus'), form.get('From'), form.get('MessagingServiceSid')];
    });
    assert.deepEqual(
      told,
      ['queued', 'sending', 'sent'].map((status) => [
        'http://app.test/of-service',
        status,
        '+12065550201',
        service.sid,
      ]),
    );
    assert.deepEqual(
      [fromOf(message.sid), h.messaging.ledger.get(message.sid)?.segments],
      ['+12065550201', 1],
    );
  });

  it('keeps to the sender that a recipient knows, while it is in the pool', async () => {
    for (let n = 0; n < 5; n++) await join(`+1206555020${n}`);
    const first = fromOf((await send()).sid);
    for (let n = 0; n < 5; n++) {
      await send({ to: `+1206555013${n}` });
      assert.equal(fromOf((await send()).sid), first);
    }
    h.numbers.delete(first!);
    h.clock.advance(1001);
    const next = fromOf((await send()).sid);
    assert.notEqual(next, first);
    assert.equal(fromOf((await send()).sid), next);
  });

  it('picks by alphanumeric, country, short code, area code and toll-free', async () => {
    await configure({ stickySender: false });
    const to = { us: '+12065550100', elsewhere: '+13125550100', german: '+4915112345678' };
    const picked = async (recipient: string) => fromOf((await send({ to: recipient })).sid);
    await join('+12125550201');
    assert.deepEqual(
      [await picked(to.us), await picked(to.german)],
      ['+12125550201', '+12125550201'],
      'a US number stands in elsewhere',
    );
    await join('+4915112345000', 'mobile', 'DE');
    assert.equal(await picked(to.german), '+4915112345000');
    await join('+18005550201', 'tollfree');
    await join('+12065550202');
    assert.deepEqual([await picked(to.us), await picked(to.elsewhere)], ['+12065550202', '+18005550201']);
    await join('24365', 'shortcode');
    assert.deepEqual([await picked(to.us), await picked(to.german)], ['24365', '+4915112345000']);
    assert.ok((await h.services.addAlphaSender(service, 'Acme', '')).ok);
    assert.deepEqual([await picked(to.us), await picked(to.german)], ['24365', 'Acme']);
    assert.ok((await h.services.addAlphaSender(service, 'Acme GmbH', 'DE')).ok);
    assert.equal(await picked(to.german), 'Acme GmbH');
  });

  it('sends from a sender of the pool that is named, and from no other', async () => {
    await join('+12065550201');
    const message = await send({ from: '+1 206 555 0201' });
    assert.deepEqual([message.from, fromOf(message.sid)], ['+12065550201', '+12065550201']);
    assert.equal(await refusal({ from: '+14155550001' }), 21711);
  });

  it('is refused with its own numbers', async () => {
    assert.equal(await refusal({}), 21704);
    await join('24365', 'shortcode');
    assert.equal(await refusal({ to: '+4915112345678' }), 21703);
    assert.equal(await refusal({ to: 'nobody' }), 21211);
    assert.equal(await refusal({ messagingServiceSid: `MG${'0'.repeat(32)}` }), 21701);
    assert.equal(await refusal({ account: { ...account, sid: `AC${'0'.repeat(32)}` } }), 21701);
  });

  it('lends its encoding and validity to messages that say nothing of them', async () => {
    await join('+12065550201');
    await configure({ validityPeriodSeconds: 60, smartEncoding: true });
    const rowOf = async (change: object) =>
      h.messaging.ledger.get((await send({ body: '“hi”', smartEncoding: null, ...change })).sid)!;
    const lent = await rowOf({});
    assert.deepEqual([lent.smartEncoding, lent.deadlineMs - lent.createdMs], [true, 60_000]);
    const own = await rowOf({ smartEncoding: false, validityMs: 5000 });
    assert.deepEqual([own.smartEncoding, own.deadlineMs - own.createdMs], [false, 5000]);
  });

  it('fails with 30001 what its full queues do not take', async () => {
    await h.end();
    h = new Harness({ queueSegmentsMax: 1 });
    service = await made();
    await join('+12065550201');
    h.alpha.up = false;
    await send();
    const { sid, status } = await send();
    const row = h.messaging.ledger.get(sid);
    assert.deepEqual([status, row?.status, row?.errorCode], ['accepted', 'failed', 30001]);
  });

  it('hears what its numbers hear, and knows who opted out of any of them', async () => {
    await join('+12065550201');
    await join('+12065550202');
    await configure({ inboundRequestUrl: 'http://app.test/inbound' });
    const to = { ton: 1, npi: 1, addr: '12065550201' };
    await h.deliver({ destination: to, shortMessage: Buffer.from('STOP') });
    await h.until(() => h.requests.length === 1);
    const [request] = h.requests;
    const form = new Map(request!.params);
    assert.deepEqual(
      [request!.url, form.get('MessagingServiceSid'), form.get('To')],
      ['http://app.test/inbound', service.sid, '+12065550201'],
    );
    assert.equal(await refusal({ from: '+12065550202' }), 21610);
    assert.equal(await refusal({}), 21610);
    await h.deliver({ destination: { ...to, addr: '12065550202' }, shortMessage: Buffer.from('START') });
    assert.ok((await send({ from: '+12065550202' })).sid);
  });

  it('leaves inbound messages to the number where it is told to', async () => {
    const number = await join('+12065550201');
    const { assignment } = ownedNumber(number.e164, 'local', 'http://app.test/of-number');
    h.numbers.set(number.e164, { ...number, assignment });
    await configure({ inboundRequestUrl: 'http://app.test/inbound', useInboundWebhookOnNumber: true });
    const destination = { ton: 1, npi: 1, addr: '12065550201' };
    await h.deliver({ destination, shortMessage: Buffer.from('hi') });
    await h.until(() => h.requests.length === 1);
    assert.equal(h.requests[0]?.url, 'http://app.test/of-number');
  });
});
