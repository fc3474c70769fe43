import type { Clock } from '../../control/base/clock.ts';
import type { ConfigOf } from '../../control/config/load.ts';
import type { Sounds } from '../sounds/sounds.ts';
import type { speechPart } from './config.ts';
import { Espeak } from './espeak/espeak.ts';
import { HttpVoice } from './http-voice.ts';
import { debianFiles, Pocketsphinx } from './pocketsphinx/pocketsphinx.ts';
import type { Recogniser } from './recogniser.ts';
import { Speaker, type SpeechObserver } from './say.ts';

/** `speech` of the configuration. */
export type SpeechConfig = ConfigOf<typeof speechPart>;

export interface SpeechOptions {
  readonly clock: Clock;
  readonly config: SpeechConfig;
  readonly sounds: Sounds;
  readonly observer?: SpeechObserver;
}

export interface Speech {
  readonly speaker: Speaker;
  readonly recogniser: Recogniser;
}

/** Speech as it is configured. Nothing runs until something is said or listened to. */
export function openSpeech({ clock, config, sounds, observer }: SpeechOptions): Speech {
  const servers = config.voices.map(
    ({ authorization, ...voice }) =>
      new HttpVoice({ clock, ...voice, ...(authorization === undefined ? {} : { authorization }) }),
  );
  return {
    speaker: new Speaker(
      sounds,
      [...servers, new Espeak({ clock, parallel: config.synthesisers })],
      observer,
    ),
    recogniser: new Pocketsphinx({ clock, files: debianFiles, parallel: config.recognisers }),
  };
}
