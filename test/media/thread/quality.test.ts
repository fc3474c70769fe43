import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { inboundRating, outboundRating } from '../../../media/quality/leg-quality.ts';
import type { LegQuality } from '../../../media/quality/leg-quality.ts';
import type { Leg } from '../../../media/media.ts';
import { rtpPacket } from '../../peers/rtp-bytes.ts';
import { Stage } from './stage.ts';

let stage: Stage;
before(async () => {
  stage = await Stage.open();
});
after(() => stage.close());

async function endOf(leg: Leg): Promise<LegQuality> {
  await leg.close();
  const measured = await leg.measured;
  assert.ok(measured !== undefined, 'the installed worker counts nothing: run ./setup');
  return measured.sound;
}

/** A packet of silence: its number, its timestamp in packets, who sends it, and its length. */
const silence = (sequence: number, position = sequence, ssrc = 7, octets = 160): Buffer =>
  rtpPacket(
    { payloadType: 0, marker: false, sequence: sequence & 0xffff, timestamp: position * 160, ssrc },
    new Uint8Array(octets).fill(255),
  );

/** What a leg tells that was sent just these packets, and then a last one, which is shorter and comes back. */
async function receivedOf(packets: readonly Buffer[], last: Buffer): Promise<LegQuality['received']> {
  const { leg, phone } = await stage.call();
  await leg.echo(true);
  for (const packet of [...packets, last]) phone.sendRaw(packet);
  await phone.until(() => phone.packets.some(({ bytes }) => bytes === last.length));
  return (await endOf(leg)).received;
}

const short = 80;

void describe('the quality of a leg', () => {
  void it('is told when it ends: packets, bytes, and no loss on a good line', async () => {
    const { leg, phone } = await stage.call();
    phone.say(440);
    await phone.ticks(60);
    phone.hush();
    const quality = await endOf(leg);
    const { packets, bytes, lost, gaps } = quality.received;
    assert.ok(packets >= 60, String(packets));
    assert.deepEqual([bytes, lost, gaps], [160 * packets, 0, 0]);
    assert.equal(quality.codec, 'PCMU');
    const rated = inboundRating(quality);
    assert.ok(rated !== undefined && rated.mos > 4, JSON.stringify(quality));
    // A phone without RTCP.
    assert.deepEqual([quality.reported, quality.roundTrip], [null, null]);
  });

  void it('tells what a bad line lost, and a lower score', async () => {
    const { leg, phone } = await stage.call({ loses: (packet) => packet % 10 === 5 });
    phone.say(440);
    await phone.ticks(100);
    phone.hush();
    const quality = await endOf(leg);
    const { packets, lost, gaps, longestGap } = quality.received;
    assert.ok(packets >= 89 && lost >= 9, JSON.stringify(quality));
    assert.deepEqual([gaps, longestGap], [lost, 1]);
    const rated = inboundRating(quality);
    assert.ok(rated !== undefined && Math.abs(rated.lossPercent - 10) < 1.5 && rated.mos < 3.6);
  });

  void it('tells the bursts in which packets were lost, and those that came late', async () => {
    const packets = [1, 2, 3, 7, 8, 6, 9, 12, 10, 11].map((n) => silence(n));
    const received = await receivedOf(packets, silence(13, 13, 7, short));
    assert.deepEqual(
      [received.packets, received.lost, received.gaps, received.longestGap, received.late],
      [11, 2, 2, 3, 3],
    );
  });

  void it('tells how unevenly packets came', async () => {
    // A second of sound at once: each packet is 20 ms early, by those before it.
    const packets = Array.from({ length: 50 }, (_, n) => silence(n));
    const { jitterMs, jitterMaxMs } = await receivedOf(packets, silence(50, 50, 7, short));
    assert.ok(jitterMaxMs > 15 && jitterMaxMs < 25, String(jitterMaxMs));
    assert.ok(jitterMs > 8 && jitterMs <= jitterMaxMs, String(jitterMs));
  });

  void it('takes the packets of one telephone event for no jitter', async () => {
    const event = Array.from({ length: 50 }, (_, n) => silence(n, 1));
    const { packets, jitterMaxMs } = await receivedOf(event, silence(50, 1, 7, short));
    assert.deepEqual([packets, jitterMaxMs], [51, 0]);
  });

  void it('takes a stream that begins anew, and numbers that wrap, for no loss', async () => {
    const wrapping = [65_534, 65_535, 65_536, 65_537].map((n) => silence(n));
    const another = [40_000, 40_001].map((n) => silence(n, n, 8));
    // The same sender, restarted; mediasoup itself waits for a second packet that follows.
    const restarted = [9, 10, 11].map((n) => silence(n, n, 8));
    const all = [...wrapping, ...another, ...restarted];
    const { packets, lost, late } = await receivedOf(all, silence(12, 12, 8, short));
    assert.deepEqual([packets, lost, late], [10, 0, 0]);
  });

  void it('tells what the peer reports of what it hears, and how far away it is', async () => {
    const { leg, phone } = await stage.call();
    phone.say();
    leg.play([{ kind: 'file', file: stage.tone(440, 1_000) }], { loop: 0 });
    await phone.report(10, 240, 200);
    await phone.ticks(25);
    const quality = await endOf(leg);
    assert.ok(quality.sent.packets > 0);
    assert.equal(quality.sent.bytes, quality.sent.packets * 160);
    assert.deepEqual(quality.reported, { lost: 10, jitterMs: 30, jitterMaxMs: 30 });
    assert.ok(quality.roundTrip !== null && quality.roundTrip.meanMs > 190, JSON.stringify(quality));
    assert.equal(quality.roundTrip.meanMs, quality.roundTrip.maxMs);
    const rated = outboundRating(quality);
    assert.equal(Math.round(rated?.lossPercent ?? 0), Math.round(1_000 / quality.sent.packets));
  });

  void it('is unknown where nothing was agreed', async () => {
    const leg = await stage.leg();
    await leg.close();
    assert.equal(await leg.measured, undefined);
  });
});
