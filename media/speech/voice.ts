import type { Result } from '../../control/base/result.ts';
import type { Spoken } from './ssml.ts';
import type { VoiceChoice } from './voices.ts';

/** Something to be said, by whom. */
export interface Utterance {
  readonly speech: readonly Spoken[];
  readonly voice: VoiceChoice;
}

/** A sound file in memory, of a kind that `sounds/` can prepare. */
export interface SpokenSound {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/** Why nothing was spoken. */
export type SpeechRefusal =
  | 'no-voice'
  /** The synthesiser could not be started or reached, or ended badly. */
  | 'unavailable'
  | 'timeout'
  | 'too-large'
  /** Too many wait for it. */
  | 'busy';

/** A synthesiser: text in, a sound file out. One contract suite is run on each. */
export interface Synthesiser {
  readonly name: string;
  /** Changes whenever the same utterance would sound different: a part of the key of what is kept. */
  readonly edition: string;
  speaks(voice: VoiceChoice): boolean;
  speak(utterance: Utterance): Promise<Result<SpokenSound, SpeechRefusal>>;
}
