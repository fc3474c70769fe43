import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Leg } from '../../../media/media.ts';
import { Stage } from './stage.ts';
import type { Call } from './stage.ts';

let stage: Stage;
before(async () => {
  stage = await Stage.open({ workers: 2 });
});
after(() => stage.close());

/** Both phones say a tone of their own and hear the other's. */
async function converse(one: Call, other: Call): Promise<void> {
  one.phone.say(440);
  other.phone.say(1_000);
  await Promise.all([one.phone.hears(1_000), other.phone.hears(440)]);
}

async function digitsCross(one: Call, other: Call): Promise<void> {
  const heard: string[] = [];
  one.leg.onDigit(({ digit }) => heard.push(digit));
  await one.phone.dial('42#');
  await other.phone.until(() => other.phone.digits.length === 3);
  assert.equal(other.phone.digits.join(''), '42#');
  assert.equal(heard.join(''), '42#');
}

describe('a bridge', () => {
  it('carries sound and digits both ways inside a worker', async () => {
    const one = await stage.call();
    const other = await stage.call({ events: 96 }, { beside: one.leg });
    const played = one.leg.play([{ kind: 'silence', durationMs: 60_000 }]);
    await one.leg.bridge(other.leg);
    assert.equal(await played.done, 'stopped');
    await converse(one, other);
    await digitsCross(one, other);
    await digitsCross(other, one);
  });

  it('carries them between codecs', async () => {
    const one = await stage.call({ codecs: ['PCMU'] });
    const other = await stage.call({ codecs: ['PCMA'] }, { beside: one.leg });
    await one.leg.bridge(other.leg);
    await converse(one, other);
    assert.ok(other.phone.packets.every(({ payloadType }) => payloadType === 8 || payloadType === 101));
    assert.ok(one.phone.packets.every(({ payloadType }) => payloadType === 0 || payloadType === 101));
    await digitsCross(one, other);
  });

  it('carries them between workers', async () => {
    const calls = [await stage.call(), await stage.call(), await stage.call()] as const;
    // Two workers, three legs: the last two cannot both be in the first one's.
    await calls[0].leg.bridge(calls[1].leg);
    await converse(calls[0], calls[1]);
    await calls[0].leg.unbridge();
    await calls[1].leg.bridge(calls[2].leg);
    await converse(calls[1], calls[2]);
    await digitsCross(calls[1], calls[2]);
  });

  it('gives digits as tones to a party that has no telephone events', async () => {
    const one = await stage.call();
    const other = await stage.call({ events: undefined });
    await one.leg.bridge(other.leg);
    other.phone.say();
    await one.phone.dial('1');
    await other.phone.hears(697, 1_209);
  });

  it('ends when it is taken apart, and when a party goes', async () => {
    const [one, other, third] = [await stage.call(), await stage.call(), await stage.call()];
    await one.leg.bridge(other.leg);
    await converse(one, other);
    await one.leg.unbridge();
    other.leg.play([{ kind: 'file', file: stage.tone(700, 200) }], { loop: 0 });
    await other.phone.hears(700);
    await other.leg.bridge(third.leg);
    await converse(other, third);
    await third.leg.close();
    other.leg.play([{ kind: 'file', file: stage.tone(800, 200) }], { loop: 0 });
    await other.phone.hears(800);
  });

  it('is interrupted by what is played, and goes on behind it', async () => {
    const [one, other] = [await stage.call(), await stage.call()];
    await one.leg.bridge(other.leg);
    await converse(one, other);
    const playing = one.leg.play([{ kind: 'file', file: stage.tone(700, 400) }]);
    await one.phone.hears(700);
    assert.equal(await playing.done, 'ended');
    await one.phone.hears(1_000);
    assert.equal(new Set(one.phone.packets.map(({ ssrc }) => ssrc)).size, 1);
  });

  it('survives a re-INVITE of one of its parties', async () => {
    const [one, other] = [await stage.call({ codecs: ['PCMU', 'PCMA'] }), await stage.call()];
    await one.leg.bridge(other.leg);
    await converse(one, other);
    assert.ok((await one.leg.answer(one.phone.sdp('sendonly'))).ok);
    const changed = await one.leg.answer(one.phone.sdp('sendrecv', ['PCMA']));
    assert.ok(changed.ok);
    one.phone.connect(changed.value);
    one.phone.forget();
    other.phone.forget();
    await converse(one, other);
    assert.ok(one.phone.packets.slice(-5).every(({ payloadType }) => payloadType === 8));
  });

  it('is encrypted toward whoever asks for it', async () => {
    const [near, far] = [await stage.call(), await stage.call()];
    const caller = await stage.leg({ srtp: 'offer' });
    const callee = await stage.leg({ srtp: 'accept' });
    const offer = await caller.offer();
    assert.match(offer, /RTP\/SAVP/);
    const answer = await callee.answer(offer);
    assert.ok(answer.ok);
    assert.match(answer.value, /a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:/);
    assert.ok((await caller.accept(answer.value)).ok);
    await near.leg.bridge(caller);
    await far.leg.bridge(callee);
    await converse(near, far);
    await digitsCross(near, far);
    await rejectsPlain(caller, await stage.leg());
  });
});

/** A leg that demands encryption takes no answer without. */
async function rejectsPlain(secure: Leg, plain: Leg): Promise<void> {
  const offer = await secure.offer();
  assert.deepEqual(await plain.answer(offer), { ok: false, error: 'encryption-required' });
}
