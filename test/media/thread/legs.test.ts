import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Digit } from '../../../media/media.ts';
import { toneShare } from '../../peers/rtp-phone.ts';
import { Stage } from './stage.ts';

let stage: Stage;
before(async () => {
  stage = await Stage.open();
});
after(() => stage.close());

describe('what a leg plays', () => {
  it('is heard whole, as one steady stream', async () => {
    const { leg, phone } = await stage.call();
    const how = await leg.play([
      { kind: 'file', file: stage.tone(600, 400) },
      { kind: 'silence', durationMs: 100 },
      { kind: 'file', file: stage.tone(900, 300) },
    ]).done;
    assert.equal(how, 'ended');
    await phone.until(() => phone.heard.length >= 800 * 8);
    // A file that is still being read is heard as silence: the sound begins where the first sample is.
    const begins = phone.heard.findIndex((sample) => Math.abs(sample) > 500);
    assert.ok(begins < 100 * 8, `begins after ${begins / 8} ms`);
    const heard = phone.heard.subarray(begins);
    assert.ok(toneShare(heard.subarray(0, 390 * 8), 600) > 0.95);
    assert.ok(heard.subarray(405 * 8, 495 * 8).every((sample) => Math.abs(sample) < 20));
    assert.ok(toneShare(heard.subarray(505 * 8, 780 * 8), 900) > 0.95);
    const [first, ...rest] = phone.packets;
    assert.ok(first?.marker);
    for (const [i, packet] of rest.entries()) {
      assert.equal(packet.ssrc, first.ssrc);
      assert.equal(packet.bytes, 172);
      assert.equal(packet.sequence, (first.sequence + i + 1) & 0xffff);
      assert.equal(packet.timestamp, (first.timestamp + (i + 1) * 160) >>> 0);
      assert.ok(!packet.marker);
    }
  });

  it('is A-law where that was agreed', async () => {
    const { leg, phone } = await stage.call({ codecs: ['PCMA'] });
    leg.play([{ kind: 'file', file: stage.tone(700, 300) }], { loop: 0 });
    await phone.hears(700);
    assert.ok(phone.packets.every(({ payloadType }) => payloadType === 8));
    await leg.close();
  });

  it('does not reach the legs after it, nor those before', async () => {
    const { leg, phone } = await stage.call();
    leg.play([{ kind: 'file', file: stage.tone(500, 200) }], { loop: 0 });
    await phone.hears(500);
    await leg.close();
    const next = await stage.call();
    next.leg.play(
      [
        { kind: 'silence', durationMs: 200 },
        { kind: 'file', file: stage.tone(900, 200) },
      ],
      {
        loop: 0,
      },
    );
    // What was under way to the first phone has arrived by now.
    await next.phone.until(() => next.phone.packets.length > 5);
    const heardByFirst = phone.packets.length;
    await next.phone.hears(900);
    assert.ok(next.phone.heard.subarray(0, 190 * 8).every((sample) => Math.abs(sample) < 20));
    assert.ok(toneShare(next.phone.heard, 500) < 0.01);
    assert.equal(phone.packets.length, heardByFirst);
    const [first, ...rest] = next.phone.packets;
    assert.ok(first?.marker);
    for (const [i, { sequence }] of rest.entries()) assert.equal(sequence, (first.sequence + i + 1) & 0xffff);
    await next.leg.close();
  });

  it('stops when it is told to, when something else is played, and when the leg is closed', async () => {
    const { leg, phone } = await stage.call();
    const first = leg.play([{ kind: 'file', file: stage.tone(500, 200) }], { loop: 0 });
    await phone.hears(500);
    const second = leg.play([{ kind: 'file', file: stage.tone(800, 200) }], { loop: 0 });
    assert.equal(await first.done, 'stopped');
    await phone.hears(800);
    second.stop();
    assert.equal(await second.done, 'stopped');
    const third = leg.play([{ kind: 'silence', durationMs: 60_000 }]);
    await leg.close();
    assert.equal(await third.done, 'closed');
    assert.equal(await leg.play([{ kind: 'silence', durationMs: 20 }]).done, 'closed');
  });

  it('says so when a file cannot be read', async () => {
    const { leg } = await stage.call();
    assert.equal(await leg.play([{ kind: 'file', file: `${stage.folder}/nothing` }]).done, 'unreadable');
  });

  it('waits for the peer, and then reaches it before it has said anything', async () => {
    const [leg, phone] = [await stage.leg(), await stage.phone()];
    const playing = leg.play([{ kind: 'file', file: stage.tone(650, 300) }]);
    phone.connect(await leg.offer());
    assert.deepEqual(await leg.accept(phone.sdp()), { ok: true, value: undefined });
    assert.equal(await playing.done, 'ended');
    await phone.hears(650);
  });
});

describe('digits', () => {
  it('come as telephone events, under whatever number the peer has for them', async () => {
    for (const events of [101, 96]) {
      const { leg, phone } = await stage.call({ events });
      const digits: Digit[] = [];
      leg.onDigit((digit) => digits.push(digit));
      await phone.dial('159*#0');
      const { done } = leg.sendDigits('27#A');
      assert.equal(await done, 'ended');
      await phone.until(() => phone.digits.length === 4);
      assert.equal(phone.digits.join(''), '27#A');
      assert.equal(digits.map(({ digit }) => digit).join(''), '159*#0');
      assert.ok(digits.every(({ durationMs }) => durationMs === 100));
      assert.ok(phone.packets.some(({ payloadType }) => payloadType === events));
      await leg.close();
    }
  });

  it('come and go as tones where there are no telephone events', async () => {
    const { leg, phone } = await stage.call({ events: undefined });
    const digits: Digit[] = [];
    const heard = new Promise<void>((resolve) => {
      leg.onDigit((digit) => {
        digits.push(digit);
        if (digits.length === 2) resolve();
      });
    });
    phone.say();
    leg.sendDigits('1');
    await phone.hears(697, 1_209);
    phone.say(770, 1_336);
    await phone.ticks(8);
    phone.say();
    await phone.ticks(8);
    phone.say(941, 1_477);
    await phone.ticks(8);
    phone.say();
    await heard;
    assert.equal(digits.map(({ digit }) => digit).join(''), '5#');
  });
});

describe('a leg', () => {
  it('finds a phone behind NAT by what it sends, and follows it', async () => {
    const leg = await stage.leg();
    const phone = await stage.phone({ claims: { ip: '127.0.0.1', port: 9 } });
    const answer = await leg.answer(phone.sdp());
    assert.ok(answer.ok);
    phone.connect(answer.value);
    phone.say(440);
    leg.play([{ kind: 'file', file: stage.tone(660, 200) }], { loop: 0 });
    await phone.hears(660);
    await leg.close();
  });

  it('understands a peer that changes its SSRC', async () => {
    const [one, other] = [await stage.call(), await stage.call()];
    await one.leg.bridge(other.leg);
    one.phone.say(440);
    other.phone.say();
    await other.phone.hears(440);
    one.phone.ssrc++;
    one.phone.say(880);
    await other.phone.hears(880);
    assert.equal(new Set(other.phone.packets.map(({ ssrc }) => ssrc)).size, 1);
  });

  it('is put on hold and taken back', async () => {
    const { leg, phone } = await stage.call();
    leg.play([{ kind: 'file', file: stage.tone(500, 200) }], { loop: 0 });
    await phone.hears(500);
    const held = await leg.answer(phone.sdp('sendonly'));
    assert.ok(held.ok && held.value.includes('a=recvonly'));
    phone.forget();
    phone.say(440);
    await phone.ticks(10);
    assert.equal(phone.packets.length, 0);
    const back = await leg.answer(phone.sdp('sendrecv'));
    assert.ok(back.ok && back.value.includes('a=sendrecv'));
    await phone.hears(500);
    await leg.close();
  });

  it('hears itself in an echo', async () => {
    const { leg, phone } = await stage.call();
    phone.say(620);
    await leg.echo(true);
    await phone.hears(620);
    await leg.echo(false);
    phone.forget();
    phone.say(620);
    leg.play([{ kind: 'silence', durationMs: 400 }]);
    await phone.hearsNot(620);
  });

  it('gives no answer when it is closed', async () => {
    const { leg, phone } = await stage.call();
    await leg.close();
    await leg.close();
    assert.deepEqual(await leg.answer(phone.sdp()), { ok: false, error: 'closed' });
    assert.equal(await leg.offer(), '');
    await leg.bridge((await stage.call()).leg);
  });

  it('ends when nothing comes for too long', async () => {
    const { leg, phone } = await stage.call({}, { rtpTimeoutMs: 400 });
    phone.say(400);
    const fault = new Promise((resolve) => leg.onFault(resolve));
    await phone.ticks(30);
    phone.hush();
    assert.equal(await fault, 'rtp-timeout');
    assert.deepEqual(await leg.answer(phone.sdp()), { ok: false, error: 'closed' });
  });
});
