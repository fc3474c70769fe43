import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { Harness, twiml } from '../harness.ts';

describe('Say and Play', () => {
  let harness: Harness;
  const open = (...verbs: string[]): Harness => (harness = new Harness({ app: () => twiml(...verbs) }));
  afterEach(() => harness.end());

  it('answer the call and play one after another what was made ready', async () => {
    open(
      '<Say voice="Polly.Amy" language="en-GB">Hello <break time="1s"/></Say>',
      '<Play loop="3">bell.wav</Play>',
    );
    const incoming = await harness.ring();
    assert.notEqual(incoming.answered, undefined);
    assert.equal(harness.said.length, 1);
    const { voice, language, ssml } = harness.said[0]!;
    assert.deepEqual(
      { voice, language, ssml },
      { voice: 'Polly.Amy', language: 'en-GB', ssml: 'Hello <break time="1s"/>' },
    );
    const leg = harness.media.legs[0]!;
    assert.deepEqual(leg.playing?.items, [{ kind: 'file', file: 'speech of Hello <break time="1s"/>' }]);
    leg.playing.end();
    await harness.settle();
    assert.deepEqual(harness.played, ['http://app.test/bell.wav']);
    assert.deepEqual(leg.playing.items, [{ kind: 'file', file: 'sound of http://app.test/bell.wav' }]);
    assert.equal(leg.playing.loop, 3);
    leg.playing.end();
    await harness.settle();
    assert.equal(harness.latest('inbound').status, 'completed');
  });

  it('send digits as often as they are asked to', async () => {
    open('<Play digits="w12#" loop="2"/>');
    await harness.ring();
    assert.deepEqual(harness.media.legs[0]!.sentDigits, ['w12#', 'w12#']);
  });

  it('tell of sound that cannot be had, and go on', async () => {
    open('<Play>missing.wav</Play>', '<Say>Sorry</Say>');
    await harness.ring();
    assert.deepEqual(
      harness.alerts.map(({ code }) => code),
      [11200],
    );
    assert.deepEqual(harness.media.legs[0]!.playing?.items, [{ kind: 'file', file: 'speech of Sorry' }]);
  });

  it('are stopped by the end of the call and by an update', async () => {
    open('<Say loop="0">for ever</Say>');
    const incoming = await harness.ring();
    const leg = harness.media.legs[0]!;
    const first = leg.playing!;
    const redirected = await harness.voice.updateCall(harness.latest('inbound'), {
      kind: 'redirect',
      source: { kind: 'twiml', twiml: twiml('<Say>elsewhere</Say>') },
    });
    assert.ok(redirected.ok);
    await harness.settle();
    assert.equal(first.ended, 'stopped');
    assert.deepEqual(leg.playing?.items, [{ kind: 'file', file: 'speech of elsewhere' }]);
    incoming.dialog.hangUp();
    await harness.settle();
    assert.equal(leg.playing, undefined);
    assert.equal(harness.clock.timers, 0);
  });

  it('play an answer that is sound itself', async () => {
    harness = new Harness({
      app: ({ url }) => ({
        ok: true,
        status: 200,
        contentType: 'audio/mpeg',
        body: Buffer.from([0xff, 0xfb]),
        headers: {},
        url,
        attempts: [],
      }),
    });
    await harness.ring();
    assert.deepEqual(harness.played, ['http://app.test/voice']);
  });
});

describe('Echo', () => {
  it('sends sound back until the call ends', async () => {
    const harness = new Harness({ app: () => twiml('<Echo/>', '<Say>never</Say>') });
    const incoming = await harness.ring();
    const leg = harness.media.legs[0]!;
    assert.equal(leg.echoing, true);
    incoming.dialog.hangUp();
    await harness.settle();
    assert.deepEqual(harness.said, []);
    assert.equal(harness.latest('inbound').status, 'completed');
    await harness.end();
  });
});
