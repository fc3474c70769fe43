import { request } from 'undici';
import type { Clock } from '../../control/base/clock.ts';
import { fail, ok, type Result } from '../../control/base/result.ts';
import { Slots } from '../sounds/slots.ts';
import { ssmlDocument } from './markup.ts';
import { plainText } from './ssml.ts';
import type { SpeechRefusal, SpokenSound, Synthesiser, Utterance } from './voice.ts';
import type { VoiceChoice } from './voices.ts';

export interface HttpVoiceOptions {
  readonly clock: Clock;
  readonly name: string;
  /** The operator's own choice, so no address is forbidden to it. */
  readonly url: string;
  /** The whole header, such as `Bearer …`. */
  readonly authorization?: string;
  /** Twilio's names, `*` for any ending: `Polly.*`. */
  readonly voices: readonly string[];
  /** `en` is also `en-GB`; none: every language. */
  readonly languages: readonly string[];
  readonly timeoutMs: number;
  readonly parallel: number;
}

const waitingMax = 1_000;
const answerMaxBytes = 16 * 2 ** 20;

const named = (pattern: string, name: string): boolean =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;

/**
 * Any synthesiser behind HTTP: a POST of JSON, `{text, ssml, voice, language, gender}`, answered by 200 and a sound
 * (WAV, MP3, or whatever else can be played) with its Content-Type. Redirects are not followed.
 */
export class HttpVoice implements Synthesiser {
  readonly name: string;
  /** Another server has another sound. */
  readonly edition: string;
  private readonly options: HttpVoiceOptions;
  private readonly slots: Slots;

  constructor(options: HttpVoiceOptions) {
    this.name = options.name;
    this.edition = options.url;
    this.options = options;
    this.slots = new Slots(options.parallel, waitingMax);
  }

  speaks({ name, language }: VoiceChoice): boolean {
    const { voices, languages } = this.options;
    const own = language.toLowerCase();
    return (
      voices.some((pattern) => named(pattern, name)) &&
      (languages.length === 0 ||
        languages.some((one) => own === one.toLowerCase() || own.startsWith(`${one.toLowerCase()}-`)))
    );
  }

  speak(utterance: Utterance): Promise<Result<SpokenSound, SpeechRefusal>> {
    return this.slots.run(() => this.post(utterance));
  }

  private async post({ speech, voice }: Utterance): Promise<Result<SpokenSound, SpeechRefusal>> {
    const { authorization, clock, timeoutMs, url } = this.options;
    const deadline = new AbortController();
    const timer = clock.after(timeoutMs, () => deadline.abort());
    try {
      const { statusCode, headers, body } = await request(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'audio/wav, audio/mpeg',
          ...(authorization === undefined ? {} : { authorization }),
        },
        body: JSON.stringify({
          text: plainText(speech),
          ssml: ssmlDocument(speech, voice.language),
          voice: voice.name,
          language: voice.language,
          gender: voice.gender,
        }),
        signal: deadline.signal,
      });
      if (statusCode !== 200) {
        // Destroying it is reported as an error of its own.
        body.on('error', () => undefined).destroy();
        return fail('unavailable');
      }
      const chunks: Buffer[] = [];
      let bytes = 0;
      for await (const chunk of body as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        // Leaving the loop destroys the body.
        if (bytes > answerMaxBytes) return fail('too-large');
        chunks.push(chunk);
      }
      const type = headers['content-type'];
      return ok({ bytes: Buffer.concat(chunks), contentType: typeof type === 'string' ? type : '' });
    } catch {
      // Whatever the network did: it is the server that is not there.
      return fail(deadline.signal.aborted ? 'timeout' : 'unavailable');
    } finally {
      timer.cancel();
    }
  }
}
