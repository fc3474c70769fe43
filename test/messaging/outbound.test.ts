import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { SubmitOutcome } from '../../edge/messaging/outbound/carrier.ts';
import { Harness, type HarnessOptions } from './harness.ts';

let harness: Harness;
const open = (options?: HarnessOptions): Harness => (harness = new Harness(options));
afterEach(() => harness.end());

const accept = (id: string): SubmitOutcome => ({ kind: 'accepted', messageId: id });
const text = (buffer: Buffer): string => buffer.toString('latin1');

describe('an outbound message', () => {
  it('is queued, sent and delivered', async () => {
    const h = open();
    const message = await h.send();
    assert.equal(message.status, 'queued');
    assert.equal(h.alpha.open.length, 1);
    h.alpha.reply(accept('42'));
    await h.settle();
    assert.equal(h.status(message.sid), 'sent');
    assert.equal(await h.receipt('42', 'DELIVRD'), 0);
    assert.equal(h.status(message.sid), 'delivered');
    assert.deepEqual(
      h.changes.map((change) => change.status),
      ['queued', 'sending', 'sent', 'delivered'],
    );
  });

  it('waits its turn: one segment a second for a local number, in order', async () => {
    const h = open();
    h.alpha.answer = (_sm, count) => accept(String(count));
    for (let i = 0; i < 5; i++) await h.send({ body: `m${i}` });
    assert.equal(h.alpha.taken.length, 1);
    await h.advance(999);
    assert.equal(h.alpha.taken.length, 2, 'the tolerance of 10 ms is all that a sender may run ahead');
    for (let i = 0; i < 3; i++) await h.advance(1000);
    assert.deepEqual(
      h.alpha.taken.map((sm) => text(sm.shortMessage)),
      ['m0', 'm1', 'm2', 'm3', 'm4'],
    );
  });

  it('counts segments, not messages, against the pace', async () => {
    const h = open();
    h.alpha.answer = (_sm, count) => accept(String(count));
    await h.send({ body: 'x'.repeat(400) });
    await h.send({ body: 'after' });
    assert.equal(h.alpha.taken.length, 3);
    await h.advance(2900);
    assert.equal(h.alpha.taken.length, 3);
    await h.advance(100);
    assert.equal(h.alpha.taken.length, 4);
  });

  it('is delivered only when each of its segments is', async () => {
    const h = open();
    h.alpha.answer = (_sm, count) => accept(`id${count}`);
    const message = await h.send({ body: 'x'.repeat(400) });
    assert.equal(h.status(message.sid), 'sent');
    await h.receipt('id1', 'DELIVRD');
    await h.receipt('id3', 'DELIVRD');
    assert.equal(h.status(message.sid), 'sent');
    await h.receipt('id2', 'DELIVRD');
    assert.equal(h.status(message.sid), 'delivered');
  });

  it('is undelivered with a code as soon as one segment fails', async () => {
    const h = open();
    h.alpha.answer = (_sm, count) => accept(`id${count}`);
    const message = await h.send({ body: 'x'.repeat(200) });
    await h.receipt('id2', 'UNDELIV');
    const row = h.messaging.ledger.get(message.sid);
    assert.equal(row?.status, 'undelivered');
    assert.ok(row.errorCode >= 30003);
  });

  it('meets a receipt that overtook its response', async () => {
    const h = open();
    const message = await h.send();
    assert.equal(await h.receipt('77', 'DELIVRD'), 0);
    assert.equal(h.status(message.sid), 'queued');
    h.alpha.reply(accept('77'));
    await h.settle();
    assert.equal(h.status(message.sid), 'delivered');
  });

  it('matches a decimal receipt with a hexadecimal response', async () => {
    const h = open();
    const message = await h.send();
    h.alpha.reply(accept('1A2B'));
    await h.settle();
    await h.receipt(String(0x1a2b), 'DELIVRD');
    assert.equal(h.status(message.sid), 'delivered');
  });

  it('takes a repeated receipt for nothing else', async () => {
    const h = open({ rates: { local: 1000 } });
    const ids = ['10', '16', '21'];
    h.alpha.answer = (_sm, count) => accept(ids[count - 1] ?? 'more');
    const sent = [await h.send(), await h.send(), await h.send()];
    await h.receipt('10', 'DELIVRD');
    // As a hexadecimal number, 10 is the 16 of the second message, to the same recipient.
    await h.receipt('10', 'DELIVRD');
    assert.deepEqual(
      sent.map(({ sid }) => h.status(sid)),
      ['delivered', 'sent', 'sent'],
    );
    await h.receipt('21', 'DELIVRD');
    assert.equal(h.status(sent[2]!.sid), 'delivered');
  });

  it('believes the recipient where an id may be read in two ways', async () => {
    const h = open({ rates: { local: 1000 } });
    const ids = ['10', '16'];
    h.alpha.answer = (_sm, count) => accept(ids[count - 1] ?? 'more');
    const own = await h.send();
    const other = await h.send({ to: '+12065550199' });
    // The carrier answers in hexadecimal and reports in decimal: 16 is its 10.
    await h.receipt('16', 'DELIVRD');
    assert.deepEqual([h.status(own.sid), h.status(other.sid)], ['delivered', 'sent']);
  });

  it('fails with a permanent refusal', async () => {
    const h = open();
    const message = await h.send();
    h.alpha.reply({ kind: 'refused', status: 0x0b });
    await h.settle();
    const row = h.messaging.ledger.get(message.sid);
    assert.equal(row?.status, 'failed');
    assert.equal(row.errorCode, 30005);
  });

  it('keeps its place when throttled', async () => {
    const h = open({ rates: { local: 1000 } });
    await h.send({ body: 'a' });
    await h.send({ body: 'b' });
    assert.deepEqual(
      h.alpha.open.map(({ sm }) => text(sm.shortMessage)),
      ['a'],
    );
    h.alpha.answer = (_sm, count) => accept(String(count));
    h.alpha.reply({ kind: 'throttled', status: 0x58 });
    await h.advance(50);
    assert.deepEqual(
      h.alpha.taken.map((sm) => text(sm.shortMessage)),
      ['a', 'a', 'b'],
    );
  });

  it('takes the next route when one refuses temporarily or is down', async () => {
    const h = open({
      rates: { local: 1000 },
      routes: [
        { name: 'alpha', routes: [{ prefix: '+1', cost: 1 }] },
        { name: 'beta', routes: [{ prefix: '+', cost: 9 }] },
      ],
    });
    h.beta.answer = (_sm, count) => accept(`b${count}`);
    const first = await h.send();
    h.alpha.reply({ kind: 'refused', status: 0x08 });
    await h.advance(50);
    assert.equal(h.messaging.ledger.get(first.sid)?.carrier, 'beta');
    h.alpha.up = false;
    const second = await h.send();
    await h.advance(50);
    assert.equal(h.messaging.ledger.get(second.sid)?.carrier, 'beta');
  });

  it('is tried again later when every route refuses, and fails in the end', async () => {
    const h = open({ rates: { local: 1000 } });
    h.alpha.answer = () => ({ kind: 'refused', status: 0x08 });
    const message = await h.send();
    for (let i = 0; i < 60; i++) await h.advance(500);
    assert.equal(h.alpha.taken.length, 5);
    assert.equal(h.status(message.sid), 'failed');
  });

  it('waits while its carrier is down, then goes', async () => {
    const h = open();
    h.alpha.up = false;
    const message = await h.send();
    assert.equal(h.status(message.sid), 'queued');
    h.alpha.up = true;
    h.messaging.outbound.roomAt();
    await h.settle();
    assert.equal(h.alpha.open.length, 1);
  });

  it('expires with its own validity period while it waits, also behind others', async () => {
    const h = open();
    h.alpha.up = false;
    const first = await h.send();
    const second = await h.send({ validityMs: 5_000 });
    await h.advance(5_001);
    assert.equal(h.status(first.sid), 'queued');
    const row = h.messaging.ledger.get(second.sid);
    assert.equal(row?.status, 'failed');
    assert.equal(row.errorCode, 30036);
  });

  it('is refused when its sender has too many segments waiting', async () => {
    const h = open({ queueSegmentsMax: 3 });
    h.alpha.up = false;
    for (let i = 0; i < 3; i++) await h.send();
    await assert.rejects(h.send(), /^Error: 21611/);
    assert.notEqual((await h.send({ from: '+14155550002' })).sid, '');
  });

  it('is sent when its time has come', async () => {
    const h = open();
    const message = await h.send({ sendAtMs: h.clock.now() + 600_000 });
    assert.equal(message.status, 'scheduled');
    await h.advance(599_000);
    assert.equal(h.alpha.taken.length, 0);
    await h.advance(1_100);
    await h.advance(1);
    assert.equal(h.alpha.taken.length, 1);
  });

  it('fails when its time has come and its sender has too many segments waiting', async () => {
    const h = open({ queueSegmentsMax: 3 });
    const sendAtMs = h.clock.now() + 600_000;
    const scheduled = [];
    for (let i = 0; i < 3; i++)
      scheduled.push(await h.send({ sendAtMs, statusCallback: 'http://app.test/status' }));
    h.alpha.up = false;
    await h.send();
    await h.advance(600_000);
    await h.advance(1);
    assert.deepEqual(
      scheduled.map(({ sid }) => h.status(sid)),
      ['queued', 'queued', 'failed'],
    );
    assert.equal(h.messaging.ledger.get(scheduled[2]!.sid)?.errorCode, 30001);
    const told = h.requests.map(({ params }) => Object.fromEntries(params));
    assert.deepEqual(
      told.filter(({ MessageStatus }) => MessageStatus === 'failed').map(({ ErrorCode }) => ErrorCode),
      ['30001'],
    );
    h.alpha.up = true;
    h.messaging.outbound.roomAt();
    for (let i = 0; i < 5; i++) {
      h.alpha.open.splice(0).forEach(({ done }) => done(accept('x')));
      await h.advance(1_000);
    }
    assert.equal(h.alpha.taken.length, 3);
  });

  it('can be cancelled while it is scheduled', async () => {
    const h = open();
    const message = await h.send({ sendAtMs: h.clock.now() + 600_000 });
    assert.equal(await h.messaging.cancel(message.sid), true);
    await h.advance(700_000);
    assert.equal(h.status(message.sid), 'canceled');
    assert.equal(h.alpha.taken.length, 0);
    assert.equal(await h.messaging.cancel(message.sid), false);
  });

  const refusals: readonly (readonly [number, Parameters<Harness['send']>[0]])[] = [
    [21211, { to: '12' }],
    [21211, { to: 'nonsense' }],
    [21604, { to: '' }],
    [21603, { from: '' }],
    [21606, { from: '+14155559999' }],
    [21212, { from: 'not a sender at all' }],
    [21266, { to: '+14155550001' }],
    [21602, { body: '' }],
    [21617, { body: 'x'.repeat(1601) }],
    [21624, { validityMs: 0 }],
    [21624, { validityMs: 36_000_001 }],
    [35114, { sendAtMs: 1 }],
    [21623, { mediaUrls: Array.from({ length: 11 }, () => 'http://m.test/a') }],
  ];
  for (const [code, change] of refusals) {
    it(`is refused with ${code} for ${JSON.stringify(change).slice(0, 60)}`, async () => {
      const h = open();
      await assert.rejects(h.send(change), new RegExp(`^Error: ${code}: `));
      assert.deepEqual(h.changes, []);
    });
  }

  it('fails with the documented code when it has media, which are kept', async () => {
    const h = open();
    const message = await h.send({ mediaUrls: ['http://m.test/a.png'] });
    assert.match(message.sid, /^MM/);
    await h.until(() => h.status(message.sid) === 'failed');
    const row = h.messaging.ledger.get(message.sid);
    assert.equal(row?.status, 'failed');
    assert.equal(row.errorCode, 30011);
    assert.equal(h.messaging.media.of(message.sid).length, 1);
  });
});

describe('a restart', () => {
  it('goes on with what waits, in order, and sends nothing again that was confirmed', async () => {
    const h = open();
    h.alpha.answer = (_sm, count) => (count <= 2 ? accept(`id${count}`) : undefined);
    for (let i = 0; i < 4; i++) await h.send({ body: `m${i}` });
    await h.advance(1000);
    await h.advance(1000);
    assert.deepEqual(
      h.alpha.taken.map((sm) => text(sm.shortMessage)),
      ['m0', 'm1', 'm2'],
    );
    await h.crash();
    harness = new Harness({ folder: h.folder, clock: h.clock });
    await harness.settle();
    harness.alpha.answer = (_sm, count) => accept(`again${count}`);
    harness.alpha.reply(accept('again1'));
    await harness.advance(2000);
    await harness.advance(2000);
    // m2 was never answered, so it is sent again; m0 and m1 were.
    assert.deepEqual(
      harness.alpha.taken.map((sm) => text(sm.shortMessage)),
      ['m2', 'm3'],
    );
    await harness.receipt('id1', 'DELIVRD');
    assert.equal(harness.changes.at(-1)?.status, 'delivered');
  });

  it('submits only the segments that are missing, under the same reference', async () => {
    const h = open({ rates: { local: 1000 } });
    h.alpha.answer = (_sm, count) => (count === 2 ? accept('two') : undefined);
    await h.send({ body: 'x'.repeat(400) });
    await h.settle();
    await h.crash();
    harness = new Harness({ folder: h.folder, clock: h.clock, rates: { local: 1000 } });
    await harness.settle();
    const parts = harness.alpha.taken.map((sm) => sm.shortMessage.subarray(0, 6));
    assert.deepEqual(
      parts.map((header) => header[5]),
      [1, 3],
    );
    assert.deepEqual(new Set(parts.map((header) => header[3])), new Set([h.alpha.taken[0]?.shortMessage[3]]));
  });
});
