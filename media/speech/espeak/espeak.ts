import type { Clock } from '../../../control/base/clock.ts';
import { fail, ok, type Result } from '../../../control/base/result.ts';
import { Slots } from '../../sounds/slots.ts';
import { runTool } from '../tool.ts';
import type { SpeechRefusal, SpokenSound, Synthesiser, Utterance } from '../voice.ts';
import type { VoiceChoice } from '../voices.ts';
import { espeakMarkup } from './markup.ts';
import { espeakLanguage, espeakVoice } from './voices.ts';

export interface EspeakOptions {
  readonly clock: Clock;
  /** Default `espeak-ng`, found on the path. */
  readonly command?: string;
  /** Processes at once. */
  readonly parallel: number;
}

const wordsPerMinute = 160;
const waitingMax = 1_000;
const timeoutMs = 20_000;
/** 22.05 kHz, 16-bit: ten minutes. */
const outputMaxBytes = 26_460_000;
const headerBytes = 44;
/** 20 ms of silence. */
const aMoment = Buffer.alloc(882);

/** Debian's espeak-ng: small, quick (hundreds of times faster than speech), in a hundred languages, and a robot. */
export class Espeak implements Synthesiser {
  readonly name = 'espeak-ng';
  readonly edition = '1';
  private readonly options: EspeakOptions;
  private readonly slots: Slots;

  constructor(options: EspeakOptions) {
    this.options = options;
    this.slots = new Slots(options.parallel, waitingMax);
  }

  speaks(voice: VoiceChoice): boolean {
    return espeakLanguage(voice.language) !== undefined;
  }

  async speak({ speech, voice }: Utterance): Promise<Result<SpokenSound, SpeechRefusal>> {
    const name = espeakVoice(voice);
    if (name === undefined) return fail('no-voice');
    const input = espeakMarkup(speech, espeakLanguage(voice.language) ?? '');
    const spoken = await this.slots.run(() =>
      runTool({
        command: this.options.command ?? 'espeak-ng',
        args: ['-m', '-b', '1', '-v', name, '-s', String(wordsPerMinute), '--stdin', '--stdout'],
        input,
        timeoutMs,
        outputMaxBytes,
        clock: this.options.clock,
      }),
    );
    if (!spoken.ok) return fail(spoken.error);
    // Of text without a word, such as `…`, only the header comes. Saying nothing is no fault.
    const bytes = spoken.value.length > headerBytes ? spoken.value : Buffer.concat([spoken.value, aMoment]);
    return ok({ bytes, contentType: 'audio/wav' });
  }
}
