import type {
  AnsweredBy,
  Digit,
  LegFault,
  LegOptions,
  MachineOptions,
  Playable,
  RecordingResult,
  RecordOptions,
  SdpRefusal,
  SpeechChange,
  TapFrame,
  Track,
} from '../media.ts';
import type { MeasuredLeg } from '../quality/leg-quality.ts';
import type { Home } from '../rtp/reach.ts';
import type { Result } from '../../control/base/result.ts';

/**
 * What passes between `Media` in the main thread and the media thread. Things are named by numbers that the main
 * thread chooses, so that it need not wait to speak of what it has just asked for; messages stay in order.
 */

/** How the thread is started. */
export interface ThreadOptions {
  /** One for each family of addresses, the one to offer first. */
  readonly homes: readonly Home[];
  readonly ports: { readonly first: number; readonly last: number };
  /** How many mediasoup processes. */
  readonly workers: number;
}

export type ThreadLegOptions = Omit<LegOptions, 'beside'>;

export interface PlayOptions {
  readonly items: readonly Playable[];
  readonly loop: number;
}

/** Everything that is asked for and answered. */
export interface Requests {
  openLeg: { ask: { leg: number; options: ThreadLegOptions; beside: number | undefined }; answer: Opened };
  offer: { ask: { leg: number; direction: 'sendrecv' | 'sendonly' | 'inactive' }; answer: string };
  answer: { ask: { leg: number; sdp: string }; answer: Result<string, SdpRefusal> };
  accept: { ask: { leg: number; sdp: string }; answer: Result<void, SdpRefusal> };
  bridge: { ask: { leg: number; other: number }; answer: undefined };
  unbridge: { ask: { leg: number }; answer: undefined };
  echo: { ask: { leg: number; on: boolean }; answer: undefined };
  record: { ask: { of: SoundOf; recorder: number; options: RecordOptions }; answer: undefined };
  tap: { ask: { leg: number; tap: number; track: Track | 'both' }; answer: undefined };
  watch: { ask: { leg: number; tap: number }; answer: undefined };
  watchMachine: { ask: { leg: number; tap: number; options: MachineOptions }; answer: undefined };
  feed: { ask: { leg: number; feed: number }; answer: undefined };
  closeLeg: { ask: { leg: number }; answer: undefined };
  openRoom: { ask: { room: number }; answer: undefined };
  join: { ask: { room: number; leg: number; muted: boolean; held: boolean }; answer: undefined };
  leave: { ask: { room: number; leg: number }; answer: undefined };
  closeRoom: { ask: { room: number }; answer: undefined };
  close: { ask: object; answer: undefined };
}

export type Opened = Result<undefined, 'no-ports' | 'no-worker'>;
export type SoundOf =
  { readonly kind: 'leg'; readonly leg: number } | { readonly kind: 'room'; readonly room: number };
export type RequestName = keyof Requests;
export type Ask<N extends RequestName> = Requests[N]['ask'];
export type Answer<N extends RequestName> = Requests[N]['answer'];

/** What is told and not answered. */
export type Order =
  | ({ readonly kind: 'play'; readonly of: SoundOf; readonly playback: number } & PlayOptions)
  | { readonly kind: 'digits'; readonly leg: number; readonly playback: number; readonly digits: string }
  | { readonly kind: 'stop'; readonly playback: number }
  | { readonly kind: 'pause'; readonly recorder: number; readonly behavior: 'skip' | 'silence' }
  | { readonly kind: 'resume'; readonly recorder: number }
  | { readonly kind: 'stop-recorder'; readonly recorder: number }
  | { readonly kind: 'close-tap'; readonly tap: number }
  | { readonly kind: 'push'; readonly feed: number; readonly mulaw: Uint8Array }
  | { readonly kind: 'mark'; readonly feed: number; readonly mark: number }
  | { readonly kind: 'clear'; readonly feed: number }
  | { readonly kind: 'close-feed'; readonly feed: number }
  | { readonly kind: 'mute'; readonly room: number; readonly leg: number; readonly on: boolean }
  | { readonly kind: 'hold'; readonly room: number; readonly leg: number; readonly on: boolean }
  | {
      readonly kind: 'coach';
      readonly room: number;
      readonly coach: number;
      readonly coached: number | undefined;
    };

export type PlaybackEnd = 'ended' | 'stopped' | 'closed' | 'unreadable';

export type Event =
  | { readonly kind: 'digit'; readonly leg: number; readonly digit: Digit }
  | { readonly kind: 'fault'; readonly leg: number; readonly fault: LegFault }
  /** The last of a leg, however it ended. */
  | { readonly kind: 'ended'; readonly leg: number; readonly measured: MeasuredLeg | undefined }
  | { readonly kind: 'played'; readonly playback: number; readonly how: PlaybackEnd }
  | { readonly kind: 'heard'; readonly tap: number; readonly frame: TapFrame }
  | { readonly kind: 'speech'; readonly tap: number; readonly change: SpeechChange }
  | { readonly kind: 'machine'; readonly tap: number; readonly by: AnsweredBy }
  | { readonly kind: 'marked'; readonly feed: number; readonly mark: number }
  | { readonly kind: 'recorded'; readonly recorder: number; readonly result: RecordingResult };

export type ToThread =
  | { readonly kind: 'request'; readonly id: number; readonly name: RequestName; readonly ask: unknown }
  | { readonly kind: 'order'; readonly order: Order };

export type FromThread =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unable'; readonly reason: string }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'refused'; readonly id: number; readonly reason: string }
  | { readonly kind: 'trouble'; readonly reason: string }
  /** In the order in which they happened. */
  | { readonly kind: 'events'; readonly events: readonly Event[] };
