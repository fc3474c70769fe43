import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { encodeUcs2 } from '../../edge/smpp/text/ucs2.ts';
import { buildUdh } from '../../edge/smpp/text/udh.ts';
import { bytesTlv, integerTlv } from '../../edge/smpp/tlvs.ts';
import { answer, Harness, ownedNumber, type HarnessOptions } from './harness.ts';

let harness: Harness;
afterEach(() => harness.end());

/** A harness whose +14155550001 has an application. */
function open(options?: HarnessOptions): Harness {
  harness = new Harness(options);
  harness.numbers.set('+14155550001', ownedNumber('+14155550001', 'local', 'http://app.test/sms'));
  return harness;
}

const param = (h: Harness, name: string, request = 0): string | undefined =>
  h.requests[request]?.params.find(([key]) => key === name)?.[1];

const part = (body: string, index: number, total: number): Buffer =>
  Buffer.concat([
    buildUdh({ concatenation: { bits: 8, reference: 7, total, sequence: index } }),
    Buffer.from(body, 'latin1'),
  ]);

const replies = (h: Harness): string[] => h.alpha.taken.map((sm) => sm.shortMessage.toString('latin1'));

describe('an inbound message', () => {
  it('goes to the application with the documented parameters', async () => {
    const h = open();
    assert.equal(await h.deliver({ shortMessage: Buffer.from('Oslo') }), 0);
    assert.equal(h.requests.length, 1);
    assert.equal(param(h, 'Body'), 'Oslo');
    assert.equal(param(h, 'From'), '+12065550100');
    assert.equal(param(h, 'To'), '+14155550001');
    assert.equal(param(h, 'SmsStatus'), 'received');
    assert.equal(param(h, 'NumSegments'), '1');
    assert.equal(param(h, 'MessageSid'), param(h, 'SmsMessageSid'));
  });

  it('is answered by the messages of the TwiML, in order', async () => {
    const twiml =
      '<Response><Message>one</Message><Message to="+12065550199"><Body>two</Body></Message></Response>';
    const h = open({ webhook: () => answer(twiml), rates: { local: 1000 } });
    h.alpha.answer = (_sm, count) => ({ kind: 'accepted', messageId: String(count) });
    await h.deliver({ shortMessage: Buffer.from('hi') });
    await h.advance(50);
    assert.deepEqual(replies(h), ['one', 'two']);
    assert.equal(h.alpha.taken[1]?.destination.addr, '12065550199');
  });

  it('follows a Redirect, relative to the document, and no more than ten', async () => {
    const h = open({ webhook: () => answer('<Response><Redirect>next</Redirect></Response>') });
    await h.deliver({ shortMessage: Buffer.from('hi') });
    await h.settle();
    await h.settle();
    assert.equal(h.requests[1]?.url, 'http://app.test/next');
    assert.equal(h.requests.length, 10);
  });

  it('raises an alert for TwiML that cannot be read', async () => {
    const h = open({ webhook: () => answer('<Response><Message>') });
    await h.deliver({ shortMessage: Buffer.from('hi') });
    assert.equal(h.alerts[0]?.code, 12100);
    assert.equal(h.alpha.taken.length, 0);
  });

  it('is refused for a number that is nobody’s', async () => {
    const h = open();
    assert.equal(await h.deliver({ destination: { ton: 1, npi: 1, addr: '19995550000' } }), 0x0b);
    assert.equal(h.requests.length, 0);
  });

  it('is put together from parts in any order, one of them twice', async () => {
    const h = open();
    for (const index of [3, 1, 1]) {
      await h.deliver({ esmClass: 0x40, shortMessage: part(`part${index}.`, index, 3) });
    }
    assert.equal(h.requests.length, 0);
    await h.deliver({ esmClass: 0x40, shortMessage: part('part2.', 2, 3) });
    assert.equal(param(h, 'Body'), 'part1.part2.part3.');
    assert.equal(param(h, 'NumSegments'), '3');
  });

  it('keeps parts over a restart', async () => {
    const h = open();
    await h.deliver({ esmClass: 0x40, shortMessage: part('a', 1, 2) });
    await h.crash();
    harness = new Harness({ folder: h.folder, clock: h.clock });
    harness.numbers.set('+14155550001', ownedNumber('+14155550001', 'local', 'http://app.test/sms'));
    await harness.deliver({ esmClass: 0x40, shortMessage: part('b', 2, 2) });
    assert.equal(param(harness, 'Body'), 'ab');
  });

  it('passes on what came when the rest does not', async () => {
    const h = open();
    await h.deliver({ esmClass: 0x40, shortMessage: part('lonely', 1, 2) });
    for (let i = 0; i < 25; i++) await h.advance(30_000);
    assert.equal(param(h, 'Body'), 'lonely');
    assert.equal(h.alerts[0]?.code, 30009);
  });

  it('is read from SAR parameters and message_payload, in UCS-2 too', async () => {
    const h = open();
    const sar = (index: number) => [
      integerTlv('sar_msg_ref_num', 9),
      integerTlv('sar_total_segments', 2),
      integerTlv('sar_segment_seqnum', index),
    ];
    await h.deliver({ dataCoding: 8, shortMessage: encodeUcs2('schön '), tlvs: sar(1) });
    await h.deliver({ dataCoding: 8, shortMessage: encodeUcs2('日本'), tlvs: sar(2) });
    assert.equal(param(h, 'Body'), 'schön 日本');
    await h.deliver({ tlvs: [bytesTlv('message_payload', Buffer.from('long text'))] });
    assert.equal(param(h, 'Body', 1), 'long text');
  });
});

describe('STOP, START and HELP', () => {
  it('opt a phone out and in again, with the replies that people know', async () => {
    const h = open({ rates: { local: 1000 } });
    h.alpha.answer = (_sm, count) => ({ kind: 'accepted', messageId: String(count) });
    await h.deliver({ shortMessage: Buffer.from(' stop ') });
    assert.match(replies(h)[0] ?? '', /unsubscribed/);
    assert.equal(param(h, 'Body'), ' stop ');
    await assert.rejects(h.send(), /^Error: 21610/);
    await h.deliver({ shortMessage: Buffer.from('START') });
    await h.advance(50);
    assert.equal((await h.send()).status, 'queued');
    await h.deliver({ shortMessage: Buffer.from('help') });
    await h.advance(50);
    assert.equal(replies(h).length, 4);
  });
});

describe('status callbacks', () => {
  it('tell each change after the first status, in order, signed for the account', async () => {
    const h = open();
    await h.send({ statusCallback: 'http://app.test/status' });
    h.alpha.reply({ kind: 'accepted', messageId: '9' });
    await h.settle();
    await h.receipt('9', 'DELIVRD');
    const told = h.requests.map((request) => request.params.find(([key]) => key === 'MessageStatus')?.[1]);
    assert.deepEqual(told, ['sending', 'sent', 'delivered']);
    assert.equal(h.requests[0]?.authToken, '12345');
    assert.equal(param(h, 'RawDlrDoneDate', 2), '2601011201');
  });

  it('are tried again in order, and given up after six tries', async () => {
    const h = open({
      webhook: () => ({ ok: false, code: 11200, detail: 'no', url: 'http://app.test/status', attempts: [] }),
    });
    await h.send({ statusCallback: 'http://app.test/status' });
    for (let i = 0; i < 80; i++) await h.advance(10_000);
    const sending = h.requests.filter((request) => request.params.some(([, value]) => value === 'sending'));
    assert.equal(sending.length, 6);
    assert.equal(h.alerts.length, 6);
  });

  it('survive a restart', async () => {
    const down = { ok: false, code: 11200, detail: 'no', url: '', attempts: [] } as const;
    const h = open({ webhook: () => down });
    await h.send({ statusCallback: 'http://app.test/status' });
    await h.crash();
    harness = new Harness({ folder: h.folder, clock: h.clock });
    await harness.settle();
    assert.equal(harness.requests.length > 0, true);
  });
});
