import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '../../../control/base/clock.ts';
import { fail, ok } from '../../../control/base/result.ts';
import { fileKinds } from '../../../control/config/kinds.ts';
import { Sounds } from '../../../media/sounds/sounds.ts';
import { speechPart } from '../../../media/speech/config.ts';
import { openSpeech } from '../../../media/speech/open.ts';
import { Speaker } from '../../../media/speech/say.ts';
import type { SpeechRefusal, Synthesiser, Utterance } from '../../../media/speech/voice.ts';
import { sine, wavOf } from '../sounds/files.ts';

/** A synthesiser that hums, or refuses. */
class Fake implements Synthesiser {
  readonly edition = '1';
  readonly spoken: Utterance[] = [];
  refusal: SpeechRefusal | undefined;
  readonly name: string;
  private readonly language: string;
  constructor(name: string, language: string) {
    this.name = name;
    this.language = language;
  }
  speaks = ({ language }: { readonly language: string }): boolean => language.startsWith(this.language);
  speak: Synthesiser['speak'] = async (utterance) => {
    this.spoken.push(utterance);
    await Promise.resolve();
    return this.refusal === undefined
      ? ok({ bytes: wavOf(sine(440, 100)), contentType: 'audio/wav' })
      : fail(this.refusal);
  };
}

describe('saying', () => {
  let folder: string;
  let sounds: Sounds;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'say-'));
    const fetchSound = () => Promise.reject(new Error('nothing is fetched'));
    sounds = await Sounds.open({ clock: systemClock, folder, fetchSound, cacheMaxBytes: 10_000_000 });
  });
  after(async () => {
    await sounds.close();
    rmSync(folder, { recursive: true });
  });

  it('renders the same words by the same voice once', async () => {
    const fake = new Fake('once', 'en');
    const speaker = new Speaker(sounds, [fake]);
    const both = await Promise.all([speaker.say({ ssml: 'hello' }), speaker.say({ ssml: 'hello' })]);
    assert.deepEqual(both[0], both[1]);
    await speaker.say({ ssml: 'hello' });
    assert.equal(fake.spoken.length, 1);
    await speaker.say({ ssml: 'hello', voice: 'woman' });
    await speaker.say({ ssml: 'hello', language: 'en-GB' });
    assert.equal(fake.spoken.length, 3);
  });

  it('tells of SSML that it passed over', async () => {
    const said = await new Speaker(sounds, [new Fake('problems', 'en')]).say({ ssml: '<blink>x</blink>' });
    assert.deepEqual(said.ok && said.value.problems, ['<blink> is not understood']);
  });

  it('asks the next synthesiser when one fails, and reports it', async () => {
    const [first, second] = [new Fake('first', 'en'), new Fake('second', 'en')];
    first.refusal = 'unavailable';
    const failures: string[] = [];
    const speaker = new Speaker(sounds, [first, second], {
      speechFailed: (name, why) => failures.push(`${name} ${why}`),
    });
    assert.ok((await speaker.say({ ssml: 'after all' })).ok);
    assert.deepEqual(failures, ['first unavailable']);
    first.refusal = undefined;
    assert.ok((await speaker.say({ ssml: 'after all' })).ok);
    assert.equal(first.spoken.length, 2);
    assert.equal(second.spoken.length, 1);
  });

  it('says why it cannot', async () => {
    const fake = new Fake('refuses', 'en');
    const speaker = new Speaker(sounds, [fake]);
    const why = async (request: Parameters<Speaker['say']>[0]): Promise<string> => {
      const said = await speaker.say(request);
      return said.ok ? 'none' : said.error.why;
    };
    assert.equal(await why({ ssml: 'x', voice: 'HAL' }), 'unknown-voice');
    assert.equal(await why({ ssml: 'x', language: 'de-DE' }), 'unknown-language');
    assert.equal(await why({ ssml: 'x'.repeat(4_097) }), 'too-large');
    assert.equal(await why({ ssml: '<p/>'.repeat(20_000) }), 'too-large');
    assert.equal(await why({ ssml: 'x'.repeat(4_096) }), 'none');
    fake.refusal = 'timeout';
    assert.equal(await why({ ssml: 'too slow' }), 'timeout');
  });

  it('gives a file that sounds like speech, as configured by default', async () => {
    const config = speechPart(fileKinds({ directory: '/', readText: () => '' })).parse({});
    const { speaker, recogniser } = openSpeech({ clock: systemClock, config, sounds });
    assert.ok(recogniser.understands('en-GB'));
    const said = await speaker.say({
      ssml: 'The weather is sunny <break time="500ms"/> today.',
      voice: 'alice',
    });
    assert.ok(said.ok);
    const { file, durationMs } = said.value.sound;
    assert.ok(durationMs > 1_500 && durationMs < 5_000, String(durationMs));
    const bytes = readFileSync(file);
    const samples = new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    assert.equal(Math.round(samples.length / 8), durationMs);
    // Speech comes and goes: some 20 ms are loud, some nearly silent, and neither is all of it.
    const levels = Array.from(
      { length: Math.floor(samples.length / 160) },
      (_, frame) => Math.hypot(...samples.subarray(frame * 160, frame * 160 + 160)) / Math.sqrt(160),
    );
    const share = (wanted: (level: number) => boolean): number =>
      levels.filter(wanted).length / levels.length;
    assert.ok(share((level) => level > 1_000) > 0.3);
    assert.ok(share((level) => level < 100) > 0.15);
  });
});
