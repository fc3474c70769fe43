import { fail, ok, type Result } from '../../control/base/result.ts';
import type { SoundFault, SoundRefusal } from '../sounds/fetch.ts';
import type { Sounds } from '../sounds/sounds.ts';
import type { PreparedSound } from '../sounds/store.ts';
import { plainText, readSsml } from './ssml.ts';
import type { SpeechRefusal, Synthesiser } from './voice.ts';
import { chooseVoice, type VoiceChoice } from './voices.ts';

export interface SayRequest {
  /** The content of <Say>: text with XML's escapes, and the SSML that Twilio allows in it. */
  readonly ssml: string;
  /** Twilio's names; see `chooseVoice`. */
  readonly voice?: string;
  readonly language?: string;
}

export interface Said {
  readonly sound: PreparedSound;
  /** SSML that was passed over, in words, for the tenant's alerts. */
  readonly problems: readonly string[];
}

export type SayFault =
  | SoundFault
  /** Twilio's 13511. */
  | { readonly why: 'unknown-voice'; readonly detail: string }
  /** No synthesiser speaks this language. Twilio's 13512. */
  | { readonly why: 'unknown-language'; readonly detail: string };

/** Hears of what a synthesiser could not speak, for metrics and logs. */
export interface SpeechObserver {
  speechFailed(synthesiser: string, why: SpeechRefusal): void;
}

/** Twilio says no more at once. */
const charactersMax = 4_096;
/** The characters and the markup around them. */
const ssmlMax = 65_536;

const refusals: Readonly<Record<SpeechRefusal, SoundRefusal>> = {
  'no-voice': 'unsupported',
  unavailable: 'unreachable',
  timeout: 'timeout',
  'too-large': 'too-large',
  busy: 'busy',
};

/**
 * Makes prepared sounds of words. The same words by the same voice are rendered once. A synthesiser that fails is
 * followed by the next one that speaks the language, for a call should not fall silent because a server is away.
 */
export class Speaker {
  private readonly sounds: Sounds;
  private readonly synthesisers: readonly Synthesiser[];
  private readonly observer: SpeechObserver | undefined;

  /** The first synthesiser that speaks a voice is asked first. */
  constructor(sounds: Sounds, synthesisers: readonly Synthesiser[], observer?: SpeechObserver) {
    this.sounds = sounds;
    this.synthesisers = synthesisers;
    this.observer = observer;
  }

  async say(request: SayRequest): Promise<Result<Said, SayFault>> {
    const voice = chooseVoice(request.voice, request.language);
    if (voice === undefined)
      return fail({ why: 'unknown-voice', detail: `there is no voice ${request.voice ?? ''}` });
    if (request.ssml.length > ssmlMax) return fail({ why: 'too-large', detail: 'too much to say at once' });
    const { speech, problems } = readSsml(request.ssml);
    if (plainText(speech).length > charactersMax)
      return fail({ why: 'too-large', detail: 'too much to say at once' });
    let last: SayFault | undefined;
    for (const synthesiser of this.synthesisers) {
      if (!synthesiser.speaks(voice)) continue;
      const spoken = await this.sounds.named(nameOf(synthesiser, voice, request.ssml), async () => {
        const sound = await synthesiser.speak({ speech, voice });
        if (sound.ok) return ok(sound.value);
        this.observer?.speechFailed(synthesiser.name, sound.error);
        return fail({ why: refusals[sound.error], detail: `${synthesiser.name}: ${sound.error}` });
      });
      if (spoken.ok) return ok({ sound: spoken.value, problems });
      last = spoken.error;
    }
    return fail(last ?? { why: 'unknown-language', detail: `no voice speaks ${voice.language}` });
  }
}

const nameOf = ({ name, edition }: Synthesiser, voice: VoiceChoice, ssml: string): readonly string[] => [
  'say',
  name,
  edition,
  voice.name,
  voice.language,
  voice.gender,
  ssml,
];
