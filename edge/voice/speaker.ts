import type { Result } from '../../control/base/result.ts';
import type { Sid } from '../../control/base/sid.ts';
import type { Playable } from '../../media/media.ts';

/** Sound that is ready to be played. */
export interface Sound {
  /** See `Playable`. */
  readonly file: string;
  readonly durationMs: number;
}

export interface SoundFault {
  /** One of Twilio's codes: 11200 and its like, 13420, 13511, 13520, … */
  readonly code: number;
  readonly detail: string;
}

/** What is to be said, as <Say> has it. */
export interface Words {
  /** SSML without its <speak>. */
  readonly ssml: string;
  readonly voice: string;
  readonly language?: string;
}

/** Prepares sound: files of applications, and speech. */
export interface Speaker {
  /** What one account has fetched is not another's. */
  play(accountSid: Sid, url: string): Promise<Result<Sound, SoundFault>>;
  say(words: Words): Promise<Result<Sound, SoundFault>>;
  /** What callers hear who wait in a conference or queue that names nothing; empty: silence. */
  music(): Promise<readonly Playable[]>;
}
