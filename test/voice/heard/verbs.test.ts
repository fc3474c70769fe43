import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { decodeUlaw, encodeUlaw } from '../../../media/audio/g711.ts';
import { toneShare } from '../../peers/rtp-phone.ts';
import { twiml } from '../harness.ts';
import { StreamApplication, type StreamMessage } from '../streams/application.ts';
import { Studio } from './studio.ts';

const done = 'http://app.test/done';
const wavHeaderBytes = 44;

let studio: Studio;
before(async () => {
  studio = await Studio.open();
});
after(() => studio.close());

const samplesOf = (bytes: Buffer): Int16Array =>
  Int16Array.from({ length: bytes.length >> 1 }, (_, i) => bytes.readInt16LE(i * 2));

/** Whether half of the 100 ms pieces are this tone and little else: a phone on a busy machine stumbles between them. */
function isMostly(hz: number, samples: Int16Array): boolean {
  const pieces = Array.from({ length: Math.floor(samples.length / 800) }, (_, n) =>
    samples.subarray(n * 800, (n + 1) * 800),
  );
  return pieces.filter((piece) => toneShare(piece, hz) > 0.9).length * 2 >= pieces.length;
}

/** From the first loud sample on. */
const voiced = (samples: Int16Array): Int16Array =>
  samples.subarray(
    Math.max(
      0,
      samples.findIndex((sample) => Math.abs(sample) > 500),
    ),
  );

/** How alike two sounds are that begin together: 1 if they differ in loudness alone. */
function likeness(one: Int16Array, other: Int16Array): number {
  let [both, first, second] = [0, 0, 0];
  for (let i = 0; i < Math.min(one.length, other.length); i++) {
    const [a, b] = [one[i] ?? 0, other[i] ?? 0];
    both += a * b;
    first += a * a;
    second += b * b;
  }
  return both / Math.sqrt(first * second);
}

describe('what a caller hears', () => {
  it('is what is played, in its order', async () => {
    const { phone } = await studio.call(twiml('<Play>/tone/600</Play>', '<Play>/tone/900</Play>', '<Echo/>'));
    await phone.hears(600);
    await phone.hears(900);
  });

  it('is the sentence that is said', async () => {
    const sentence = 'The weather is sunny and warm today.';
    const { phone, asked } = await studio.call(twiml(`<Say>${sentence}</Say>`, '<Redirect>/done</Redirect>'));
    await asked(done);
    const said = await studio.speaker.say({ ssml: sentence, voice: 'man' });
    assert.ok(said.ok);
    const wanted = voiced(samplesOf(readFileSync(said.value.file)));
    assert.ok(wanted.length > 8_000, 'more than a second is said');
    assert.ok(likeness(wanted, voiced(phone.heard)) > 0.95);
  });

  it('is digits, as telephone events', async () => {
    const { phone } = await studio.call(twiml('<Play digits="1w2#"/>', '<Pause length="60"/>'));
    await phone.until(() => phone.digits.length === 3);
    assert.deepEqual(phone.digits, ['1', '2', '#']);
  });

  it('is what he says, when it is sent back', async () => {
    const { phone } = await studio.call(twiml('<Echo/>'));
    phone.say(700);
    await phone.hears(700);
  });
});

describe('what a caller does', () => {
  it('is gathered: digits stop the prompt, and are sent to the action', async () => {
    const { phone, asked } = await studio.call(
      twiml('<Gather action="/done" numDigits="4"><Play loop="0">/tone/600</Play></Gather>'),
    );
    await phone.hears(600);
    await phone.dial('1294');
    assert.equal((await asked(done))['Digits'], '1294');
  });

  it('is recorded: the sound that he made, up to the key', async () => {
    const { phone, harness, asked } = await studio.call(
      twiml(
        '<Record action="/done" finishOnKey="#" recordingStatusCallback="/status" recordingStatusCallbackEvent="in-progress"/>',
      ),
    );
    await asked('http://app.test/status');
    phone.say(500);
    await phone.ticks(50);
    await phone.dial('#');
    const sent = await asked(done);
    assert.equal(sent['Digits'], '#');
    const file = readFileSync(harness.voice.recordings.file(sent['RecordingSid'] ?? ''));
    const samples = samplesOf(file.subarray(wavHeaderBytes));
    assert.ok(samples.length >= 800 * 8, `${samples.length / 8} ms`);
    assert.ok(isMostly(500, samples.subarray(0, 6_400)));
    assert.equal(sent['RecordingDuration'], String(Math.ceil(samples.length / 8_000)));
  });
});

describe('a stream', () => {
  let application: StreamApplication;
  beforeEach(async () => {
    application = await StreamApplication.open();
  });
  afterEach(() => application.close());

  it('carries what both parties hear to the application', async () => {
    const { phone } = await studio.call(
      twiml(
        `<Start><Stream url="${application.url}" track="both_tracks"/></Start>`,
        '<Play loop="0">/tone/600</Play>',
      ),
    );
    phone.say(1_000);
    const peer = await application.accept();
    const heard: Record<string, number[]> = { inbound: [], outbound: [] };
    let lastChunk = 0;
    while (heard['inbound']!.length < 8_000 || heard['outbound']!.length < 8_000) {
      const { media } = (await peer.next()) as { media?: { track: string; payload: string; chunk: string } };
      if (media === undefined) continue;
      if (media.track === 'inbound') assert.equal(Number(media.chunk), ++lastChunk);
      const payload = Buffer.from(media.payload, 'base64');
      assert.equal(payload.length, 160);
      const frame = new Int16Array(160);
      decodeUlaw(payload, frame);
      heard[media.track]!.push(...frame);
    }
    assert.ok(isMostly(1_000, Int16Array.from(heard['inbound']!)));
    assert.ok(isMostly(600, Int16Array.from(heard['outbound']!)));
  });

  it('lets the application speak, marks what has been heard, and is cleared at once', async () => {
    const { phone, harness } = await studio.call(
      twiml(`<Connect><Stream url="${application.url}"/></Connect>`),
    );
    const peer = await application.accept();
    await peer.next();
    const { streamSid } = (await peer.next()) as unknown as { streamSid: string };
    const nextOf = async (event: string): Promise<StreamMessage> => {
      for (;;) {
        const message = await peer.next();
        if (message.event === event) return message;
      }
    };
    await harness.settle();
    const tone = (hz: number, ms: number): string => {
      const samples = Int16Array.from(
        { length: ms * 8 },
        (_, i) => 8_000 * Math.sin((2 * Math.PI * hz * i) / 8_000),
      );
      const mulaw = new Uint8Array(samples.length);
      encodeUlaw(samples, mulaw);
      return Buffer.from(mulaw).toString('base64');
    };
    peer.send({ event: 'media', streamSid, media: { payload: tone(800, 400) } });
    peer.send({ event: 'mark', streamSid, mark: { name: 'said' } });
    await phone.hears(800);
    assert.deepEqual((await nextOf('mark'))['mark'], { name: 'said' });
    peer.send({ event: 'media', streamSid, media: { payload: tone(1_200, 10_000) } });
    peer.send({ event: 'mark', streamSid, mark: { name: 'cleared' } });
    await phone.hears(1_200);
    peer.send({ event: 'clear', streamSid });
    assert.deepEqual((await nextOf('mark'))['mark'], { name: 'cleared' });
    await phone.hearsNot(1_200);
    await phone.dial('5');
    assert.deepEqual((await nextOf('dtmf'))['dtmf'], { track: 'inbound_track', digit: '5' });
  });
});
