import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, describe, it } from 'node:test';
import type { Leg } from '../../../media/media.ts';
import type { LegQuality } from '../../../media/quality/leg-quality.ts';
import { rtpPacket } from '../../peers/rtp-bytes.ts';
import { toneShare } from '../../peers/rtp-phone.ts';
import type { RtpPhone } from '../../peers/rtp-phone.ts';
import { SrtpSender } from '../../peers/srtp.ts';
import { bye, receiverReport, Stranger } from '../../peers/stranger.ts';
import { Stage } from './stage.ts';

let stage: Stage;
before(async () => {
  stage = await Stage.open();
});
after(() => stage.close());

const ssrc = 7;

/** The peer's nth packet; silence. */
const packet = (sequence: number, octets = 160): Buffer =>
  rtpPacket(
    { payloadType: 0, marker: false, sequence, timestamp: sequence * 160, ssrc },
    new Uint8Array(octets).fill(255),
  );

/** A call in which the phone hears itself, and strangers who know its port. */
async function echoing(claims?: { readonly ip: string; readonly port: number }) {
  const leg = await stage.leg();
  const phone = await stage.phone({ ssrc, ...(claims === undefined ? {} : { claims }) });
  const answer = await leg.answer(phone.sdp());
  assert.ok(answer.ok);
  phone.connect(answer.value);
  await leg.echo(true);
  const { farPort } = phone;
  const strangers = [await Stranger.open(farPort), await Stranger.open(farPort, '127.0.0.1')];
  return { leg, phone, strangers };
}

/** The phone's packets of these lengths have come back. */
const back = (phone: RtpPhone, octets: number): Promise<void> =>
  phone.until(() => phone.packets.some(({ bytes }) => bytes === octets + 12));

/** Sends `count` packets, the last one of so many octets, by which it is known when it comes back. */
async function speaks(phone: RtpPhone, from: number, count: number, octets: number): Promise<void> {
  for (let n = 0; n < count - 1; n++) phone.sendRaw(packet(from + n));
  phone.sendRaw(packet(from + count - 1, octets));
  await back(phone, octets);
}

async function soundOf(leg: Leg): Promise<LegQuality> {
  await leg.close();
  const measured = await leg.measured;
  assert.ok(measured !== undefined);
  return measured.sound;
}

/** Everything that a stranger can say: with an SSRC of its own and with the peer's, and keys. */
async function intrudes(strangers: readonly Stranger[]): Promise<void> {
  for (const stranger of strangers) {
    await stranger.says(20);
    await stranger.says(20, { ssrc });
    await stranger.says(5, { ssrc, payloadType: 8 });
    await stranger.presses('666');
    await stranger.presses('666', 101, { ssrc });
  }
}

describe('strangers in a call', () => {
  /** A call into which strangers broke before its phone had said anything, within the second that is its own. */
  async function brokenInto(): ReturnType<typeof echoing> {
    for (;;) {
      const begunMs = performance.now();
      const call = await echoing();
      await intrudes(call.strangers);
      await speaks(call.phone, 1, 10, 80);
      if (performance.now() - begunMs < 900) return call;
      // The machine was too busy: the second was over.
      await call.leg.close();
      for (const stranger of call.strangers) stranger.close();
    }
  }

  it('are not heard before the peer has said anything', async () => {
    const { leg, strangers } = await brokenInto();
    assert.deepEqual(
      strangers.map(({ heard }) => heard),
      [0, 0],
    );
    const { received } = await soundOf(leg);
    assert.deepEqual([received.packets, received.lost, received.late], [10, 0, 0]);
    for (const stranger of strangers) stranger.close();
  });

  it('are not heard in what is recorded, nor do their keys end it', async () => {
    const { leg, phone, strangers } = await echoing();
    await speaks(phone, 1, 10, 80);
    const digits: string[] = [];
    leg.onDigit(({ digit }) => digits.push(digit));
    const file = join(stage.folder, 'peer.wav');
    const recorder = await leg.record({
      file,
      channels: 'mono',
      track: 'inbound',
      trimSilence: false,
      maxDurationMs: 60_000,
      finishOnDigits: '6',
    });
    await intrudes(strangers);
    await speaks(phone, 11, 10, 40);
    recorder.stop();
    const { why } = await recorder.done;
    assert.equal(why, 'stopped');
    const { received } = await soundOf(leg);
    assert.deepEqual([received.packets, received.lost, received.late], [20, 0, 0]);
    assert.deepEqual(
      strangers.map(({ heard }) => heard),
      [0, 0],
    );
    assert.deepEqual(digits, []);
    const wav = readFileSync(file);
    const samples = new Int16Array(wav.buffer, wav.byteOffset + 44, (wav.length - 44) >> 1);
    assert.ok(toneShare(samples, 1_900) < 0.001);
    for (const stranger of strangers) stranger.close();
  });

  it('cannot press keys beside the peer', async () => {
    const { leg, phone, strangers } = await echoing();
    const digits: string[] = [];
    leg.onDigit(({ digit }) => digits.push(digit));
    await phone.dial('1');
    await intrudes(strangers);
    await phone.dial('2');
    await intrudes(strangers);
    await phone.dial('3#');
    phone.hush();
    await phone.until(() => phone.digits.length === 4);
    assert.deepEqual(digits, ['1', '2', '3', '#']);
    await leg.close();
    for (const stranger of strangers) stranger.close();
  });

  it('cannot end, blame or rename it by RTCP', async () => {
    const { leg, phone, strangers } = await echoing();
    await speaks(phone, 1, 2, 80);
    const ours = phone.packets[0]!.ssrc;
    for (const stranger of strangers)
      for (const to of ['rtcp', 'rtp'] as const) {
        await stranger.sends(bye(ssrc), to);
        await stranger.sends(bye(ours), to);
        await stranger.sends(receiverReport(ssrc, ours, 4_000, 80_000), to);
        await stranger.sends(receiverReport(99, ours, 4_000, 80_000), to);
      }
    phone.say();
    await phone.report(3, 80, 100);
    await phone.ticks(10);
    phone.hush();
    const { reported } = await soundOf(leg);
    assert.deepEqual(reported, { lost: 3, jitterMs: 10, jitterMaxMs: 10 });
    for (const stranger of strangers) stranger.close();
  });

  it('do not take the place of a peer that pauses, behind NAT or not', async () => {
    for (const claims of [undefined, { ip: '127.0.0.1', port: 9 }, { ip: '224.0.0.9', port: 9 }]) {
      const { leg, phone, strangers } = await echoing(claims);
      // Until it is believed: a second of silence where it said it would be.
      phone.say();
      await phone.until(() => phone.packets.length > 0);
      phone.hush();
      const pause = await stage.phone();
      pause.say();
      await pause.ticks(60);
      await intrudes(strangers);
      pause.hush();
      await speaks(phone, 1_000, 5, 80);
      assert.deepEqual(
        strangers.map(({ heard }) => heard),
        [0, 0],
      );
      const { received } = await soundOf(leg);
      // What came before: the phone alone.
      assert.equal(received.late, 0);
      assert.ok(received.bytes >= 160 * (received.packets - 1) && received.bytes % 160 === 80);
      for (const stranger of strangers) stranger.close();
    }
  });

  it('are found out when the peer speaks from where it said it would', async () => {
    const { leg, phone, strangers } = await echoing();
    const [impostor] = strangers;
    // Nobody else spoke for a second: it may be the peer, behind NAT.
    while (impostor!.heard === 0) await impostor!.says(1, { ssrc });
    await speaks(phone, 40_000, 5, 80);
    await intrudes(strangers);
    await speaks(phone, 40_005, 5, 40);
    const { received } = await soundOf(leg);
    assert.deepEqual([received.packets, received.lost, received.late], [10, 0, 0]);
    for (const stranger of strangers) stranger.close();
  });

  it('are what a peer becomes that has moved by a re-INVITE', async () => {
    const { leg, phone, strangers } = await echoing();
    await speaks(phone, 1, 5, 80);
    const elsewhere = await stage.phone({ ssrc });
    const answer = await leg.answer(elsewhere.sdp());
    assert.ok(answer.ok);
    elsewhere.connect(answer.value);
    phone.forget();
    await speaks(elsewhere, 6, 5, 40);
    await intrudes(strangers);
    for (let n = 0; n < 5; n++) phone.sendRaw(packet(200 + n, 120));
    await speaks(elsewhere, 11, 5, 20);
    assert.equal(phone.packets.length, 0);
    assert.ok(elsewhere.packets.every(({ bytes }) => bytes !== 132));
    assert.equal((await soundOf(leg)).received.packets, 15);
    for (const stranger of strangers) stranger.close();
  });

  it('who flood a leg cost it nothing of its peer, nor any memory', async () => {
    const { leg, phone, strangers } = await echoing();
    await speaks(phone, 1, 1, 80);
    const [worker] = workers();
    const before = residentPages(worker!);
    for (let n = 0; n < 100; n++) {
      for (const stranger of strangers) await stranger.says(50, { ssrc });
      phone.forget();
      await speaks(phone, 2 + n, 1, 80);
    }
    // 4 KB each.
    const grown = residentPages(worker!) - before;
    assert.ok(grown < 2_000, `${grown} pages`);
    const { received } = await soundOf(leg);
    assert.deepEqual([received.packets, received.lost], [101, 0]);
    for (const stranger of strangers) stranger.close();
  });

  it('change nothing without the keys of an encrypted call', async () => {
    const leg = await stage.leg({ srtp: 'accept' });
    const phone = await stage.phone({ ssrc });
    const master = randomBytes(30);
    const [its, foreign] = [new SrtpSender(master), new SrtpSender(randomBytes(30))];
    const crypto = `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${master.toString('base64')}\r\n`;
    const answer = await leg.answer(phone.sdp().replace('RTP/AVP', 'RTP/SAVP') + crypto);
    assert.ok(answer.ok);
    phone.connect(answer.value);
    await leg.echo(true);
    const stranger = await Stranger.open(phone.farPort);
    const from = async (first: number): Promise<void> => {
      for (let n = 0; n < 20; n++) {
        await stranger.sends(foreign.protect(packet(first + n)));
        await stranger.sends(packet(first + n));
        // From the peer's own place, even.
        phone.sendRaw(foreign.protect(packet(first + n)));
        phone.sendRaw(packet(first + n));
      }
    };
    await from(1);
    phone.sendRaw(its.protect(packet(1)));
    phone.sendRaw(its.protect(packet(2, 80)));
    await back(phone, 80 + 10);
    await from(3);
    phone.sendRaw(its.protect(packet(3)));
    phone.sendRaw(its.protect(packet(4, 40)));
    await back(phone, 40 + 10);
    assert.equal(stranger.heard, 0);
    const { received } = await soundOf(leg);
    assert.deepEqual([received.packets, received.lost, received.late], [4, 0, 0]);
    stranger.close();
  });
});

const workers = (): readonly number[] =>
  execFileSync('ps', ['-o', 'pid=,comm=', '--ppid', String(process.pid)], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes('mediasoup'))
    .map((line) => Number.parseInt(line, 10));

const residentPages = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
