import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { SubmitOutcome } from '../../edge/messaging/outbound/carrier.ts';
import { answer, Harness, ownedNumber, type HarnessOptions } from './harness.ts';

let harness: Harness;
const open = (options?: HarnessOptions): Harness => (harness = new Harness(options));
afterEach(() => harness.end());

const accepted = (messageId: string): SubmitOutcome => ({ kind: 'accepted', messageId });
const bodies = (h: Harness): string[] => h.alpha.taken.map((sm) => sm.shortMessage.toString('latin1'));

describe('answers and receipts that cross', () => {
  it('keeps the receipt of one segment that comes before the response to the next', async () => {
    const h = open();
    const message = await h.send({ body: 'x'.repeat(200) });
    h.alpha.reply(accepted('one'));
    await h.receipt('one', 'DELIVRD');
    h.alpha.reply(accepted('two'));
    await h.settle();
    await h.receipt('two', 'DELIVRD');
    assert.equal(h.status(message.sid), 'delivered');
  });

  it('does not take back a failure that came before the last response', async () => {
    const h = open();
    const message = await h.send({ body: 'x'.repeat(200) });
    h.alpha.reply(accepted('one'));
    await h.receipt('one', 'UNDELIV');
    h.alpha.reply(accepted('two'));
    await h.settle();
    assert.equal(h.status(message.sid), 'undelivered');
    await h.advance(2000);
    assert.equal((await h.send({ body: 'next' })).status, 'queued');
    assert.equal(h.alpha.open.length, 1);
  });

  it('keeps the feedback that a tenant gives while its message is under way', async () => {
    const h = open();
    const { sid } = await h.send({ provideFeedback: true });
    const row = h.messaging.ledger.get(sid);
    assert.ok(row);
    h.messaging.ledger.change(row, { feedback: 'confirmed' });
    h.alpha.reply(accepted('1'));
    await h.settle();
    assert.equal(h.messaging.ledger.get(sid)?.feedback, 'confirmed');
    assert.equal(h.status(sid), 'sent');
  });
});

describe('another route', () => {
  const routes = [
    { name: 'alpha', routes: [{ prefix: '+1', cost: 1 }] },
    { name: 'beta', routes: [{ prefix: '+1', cost: 9 }] },
  ];

  it('gets the whole message when it takes it in another number of parts', async () => {
    const h = open({ routes, rates: { local: 1000 } });
    Object.assign(h.beta, { format: { ...h.beta.format, longMessages: 'payload' } });
    h.alpha.answer = (_sm, count) => (count === 1 ? accepted('a1') : { kind: 'refused', status: 8 });
    h.beta.answer = () => accepted('b1');
    const message = await h.send({ body: 'x'.repeat(400) });
    await h.advance(100);
    assert.equal(h.beta.taken.length, 1);
    assert.equal(h.status(message.sid), 'sent');
    const next = await h.send({ body: 'next' });
    await h.advance(100);
    assert.notEqual(h.status(next.sid), 'sending');
    assert.equal(h.alpha.taken.length, 4, 'the sender goes on');
  });

  it('that goes down before its turn does not keep the message from the first', async () => {
    const h = open({ routes });
    const message = await h.send();
    h.alpha.reply({ kind: 'refused', status: 8 });
    h.beta.up = false;
    h.alpha.answer = () => accepted('second');
    for (let i = 0; i < 3; i++) await h.advance(1000);
    assert.equal(h.status(message.sid), 'sent');
  });
});

describe('a full carrier', () => {
  it('asks no more of the blocked than it has room for, and the first first', async () => {
    const h = open({ rates: { alphanumeric: 1000 } });
    h.alpha.window = 1;
    let looks = 0;
    const capacity = h.alpha.capacity.bind(h.alpha);
    h.alpha.capacity = () => (looks++, capacity());
    for (let i = 0; i < 200; i++)
      await h.messaging.acceptance.accept(h.wanted({ from: `S${i}`, body: `${i}` }));
    await h.settle();
    looks = 0;
    for (let i = 0; i < 50; i++) {
      h.alpha.reply(accepted(String(i)));
      h.messaging.outbound.roomAt();
      await h.settle();
    }
    assert.deepEqual(
      bodies(h),
      Array.from({ length: 51 }, (_, i) => String(i)),
    );
    assert.ok(looks < 1000, `${looks} looks for 50 messages`);
  });

  it('does not let a sender that was put on hold go when there is room', async () => {
    const h = open({ rates: { local: 1000 } });
    h.alpha.window = 1;
    await h.send({ body: 'a' });
    await h.send({ from: '+14155550002', body: 'b' });
    h.alpha.answer = (_sm, count) => accepted(String(count));
    h.alpha.reply({ kind: 'refused', status: 8 });
    h.messaging.outbound.roomAt();
    await h.advance(100);
    assert.deepEqual(bodies(h), ['a', 'b']);
    await h.advance(1000);
    assert.deepEqual(bodies(h), ['a', 'b', 'a']);
  });
});

describe('what waits', () => {
  it('is counted right after a restart', async () => {
    const h = open();
    h.alpha.up = false;
    for (let i = 0; i < 2; i++) await h.send({ body: `m${i}` });
    await h.crash();
    harness = new Harness({ folder: h.folder, clock: h.clock });
    harness.alpha.answer = (_sm, count) => accepted(String(count));
    harness.alpha.reply(accepted('first'));
    for (let i = 0; i < 5; i++) await harness.advance(1000);
    assert.equal(harness.alpha.taken.length, 2);
    assert.equal(harness.messaging.depths().get('local')?.segments ?? 0, 0);
  });

  it('is counted once when it expires on disk, and leaves room again', async () => {
    const h = open({ queueSegmentsMax: 60, rates: { local: 1000 } });
    h.alpha.up = false;
    for (let i = 0; i < 40; i++) await h.send({ body: `m${i}` });
    for (let i = 0; i < 20; i++) await h.send({ validityMs: 5000 });
    await assert.rejects(h.send(), /21611/);
    await h.advance(5001);
    h.alpha.up = true;
    h.alpha.answer = (_sm, count) => accepted(String(count));
    h.messaging.outbound.roomAt();
    for (let i = 0; i < 60; i++) await h.advance(50);
    assert.equal(h.alpha.taken.length, 40);
    assert.equal(h.messaging.depths().get('local')?.segments ?? 0, 0);
  });

  it('of an account that is suspended, or whose parent is, fails with 30002', async () => {
    const h = open();
    await h.send();
    const waiting = await h.send();
    // The account's own row may still say active: its parent is suspended.
    Object.assign(h.books, { activeAccount: () => undefined });
    h.alpha.reply(accepted('1'));
    await h.advance(1100);
    await h.advance(1100);
    assert.equal(h.messaging.ledger.get(waiting.sid)?.errorCode, 30002);
  });

  it('of a sender that has fallen silent is out of memory', async () => {
    const h = open();
    h.alpha.answer = (_sm, count) => accepted(String(count));
    for (let i = 0; i < 100; i++) await h.messaging.acceptance.accept(h.wanted({ from: `S${i}` }));
    for (let i = 0; i < 5; i++) await h.advance(1000);
    assert.equal(h.alpha.taken.length, 100);
    assert.equal(h.messaging.depths().size, 0);
  });
});

describe('an application', () => {
  it('has its reply and the action after it committed together', async () => {
    const twiml = '<Response><Message action="/next">one</Message></Response>';
    const h = open({ webhook: (request) => answer(request.url.endsWith('/next') ? '<Response/>' : twiml) });
    h.numbers.set('+14155550001', ownedNumber('+14155550001', 'local', 'http://app.test/sms'));
    const atReply: string[] = [];
    const take = h.messaging.acceptance.take.bind(h.messaging.acceptance);
    h.messaging.acceptance.take = (wanted) => {
      const taken = take(wanted);
      if (taken.ok) {
        const durable = taken.value.durable.then(() => {
          // The commit of the reply has just been heard of: what the store holds now is what a crash would leave.
          const inbox = h.store.table<Buffer, { url: string }>({ name: 'inbox' } as never);
          for (const [, step] of inbox.entries()) atReply.push(step.url);
        });
        return { ok: true, value: { ...taken.value, durable } };
      }
      return taken;
    };
    await h.deliver({ shortMessage: Buffer.from('hi') });
    await h.settle();
    assert.deepEqual(atReply, ['http://app.test/next']);
    const second = h.requests[1];
    assert.equal(second?.url, 'http://app.test/next');
    assert.match(second.params.find(([name]) => name === 'ReplySid')?.[1] ?? '', /^SM/);
  });

  it('that fails, and its fallback too, is told of once for each', async () => {
    const h = open({
      webhook: (request) => ({ ok: false, code: 11200, detail: '', url: request.url, attempts: [] }),
    });
    const number = ownedNumber('+14155550001', 'local', 'http://app.test/sms');
    Object.assign(number.assignment?.config ?? {}, { smsFallbackUrl: 'http://app.test/fallback' });
    h.numbers.set('+14155550001', number);
    await h.deliver({ shortMessage: Buffer.from('hi') });
    await h.settle();
    assert.deepEqual(
      h.alerts.map((alert) => alert.url),
      ['http://app.test/sms', 'http://app.test/fallback'],
    );
  });
});

describe('parts of inbound messages', () => {
  it('are all looked over, also behind many that are not due yet', async () => {
    const h = open();
    const part = (reference: number): Promise<number> =>
      new Promise((resolve) => {
        const sm = {
          serviceType: '',
          source: { ton: 1, npi: 1, addr: reference < 5000 ? '10000000000' : '19999999999' },
          destination: { ton: 1, npi: 1, addr: '14155550001' },
          esmClass: 0x40,
          protocolId: 0,
          priorityFlag: 0,
          scheduleDeliveryTime: '',
          validityPeriod: '',
          registeredDelivery: 0,
          replaceIfPresent: 0,
          dataCoding: 0,
          shortMessage: Buffer.from([6, 8, 4, reference >> 8, reference & 0xff, 2, 1, 0x41]),
          tlvs: [],
        };
        h.messaging.inbound.receive('alpha', 'gsm7', sm, resolve);
      });
    await part(6000);
    await h.advance(590_000);
    await Promise.all(Array.from({ length: 2500 }, (_, i) => part(i)));
    await h.advance(30_000);
    await h.settle();
    await h.settle();
    assert.equal(h.alerts.length, 1);
  });
});
