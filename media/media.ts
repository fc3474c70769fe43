import type { Result } from '../control/base/result.ts';
import type { Codec } from './codec.ts';
import type { MeasuredLeg } from './quality/leg-quality.ts';

/**
 * What the life of a call asks of sound, and the one thing that rooms above may know of `media/`. The implementation
 * lives in a thread of its own (`thread/`); everything here is a message to it or from it, so every call is
 * asynchronous and every event arrives in the order in which it happened on its leg.
 *
 * Sound is 8 kHz mono. Files on disk are the common currency: what is to be played has been prepared
 * (`sounds/sounds.ts`), what is recorded is written as it comes.
 */
export interface Media {
  /** Takes a pair of RTP and RTCP ports. */
  openLeg(options: LegOptions): Promise<Result<Leg, 'no-ports' | 'no-worker'>>;
  /** A conference: everyone in it hears everyone else (N−1). */
  openRoom(): Promise<Room>;
  close(): Promise<void>;
}

export type { Codec };

export interface LegOptions {
  /** In order of preference, for offers and for answers. */
  readonly codecs: readonly Codec[];
  /** SDES (RFC 4568): `offer` offers it alone, `accept` takes it where the peer offers it. */
  readonly srtp: 'never' | 'accept' | 'offer';
  /** Over which IP it will be, where the peer's is known before it has said so. Answers go by what peers say. */
  readonly family?: 4 | 6 | undefined;
  /** Nothing received for so long since the last offer or answer, while not on hold, ends the leg. */
  readonly rtpTimeoutMs: number;
  /** A leg that this one will be bridged with: both in one worker, their packets need no detour. */
  readonly beside?: Leg;
}

/** Why an SDP body was refused; a 488 in SIP, a 400 for `malformed`. */
export type SdpRefusal =
  | 'malformed'
  | 'no-audio'
  | 'no-common-codec'
  /** The peer's address is of a family of which we have none. */
  | 'no-common-address'
  | 'encryption-required'
  | 'closed';

/** Why a leg ended without having been closed. */
export type LegFault = 'worker-died' | 'rtp-timeout';

/** One party's sound: an RTP session toward a phone or a trunk. Calls on a closed leg do nothing. */
export interface Leg {
  readonly id: string;
  /** An SDP offer; again for a re-INVITE, with the session version raised. */
  offer(direction?: 'sendrecv' | 'sendonly' | 'inactive'): Promise<string>;
  /** Takes the peer's offer, first or later (hold by direction or by 0.0.0.0), and gives the answer. */
  answer(offer: string): Promise<Result<string, SdpRefusal>>;
  /** Takes the peer's answer to our offer. Of forked early answers, the last one counts. */
  accept(answer: string): Promise<Result<void, SdpRefusal>>;

  /** Plays items one after another. A leg plays one thing at a time: a new one stops what was there. */
  play(items: readonly Playable[], options?: { readonly loop?: number }): Playback;
  /** RFC 4733 events when negotiated, else in-band tones. `0-9 A-D * #`; `w` waits 0.5 s, `W` 1 s. */
  sendDigits(digits: string): Playback;

  /** Sound passes between both, inside the worker when they share a codec. Ends what they were playing. */
  bridge(other: Leg): Promise<void>;
  unbridge(): Promise<void>;
  /** What the leg says comes back to it. */
  echo(on: boolean): Promise<void>;

  record(options: RecordOptions): Promise<Recorder>;
  /** Copies of what passes, for a stream or a recogniser: 20 ms of µ-law each. */
  tap(track: Track | 'both', hear: (frame: TapFrame) => void): Promise<Tap>;
  /** Sound from outside (a bidirectional stream): µ-law of any length, queued and sent in real time. */
  feed(): Promise<Feed>;
  /** Whether the party speaks, for gathering, silence and answering machines. */
  watchSpeech(hear: (change: SpeechChange) => void): Promise<Tap>;
  /** Who has answered, found out from what the party says from now on; told once. */
  watchMachine(options: MachineOptions, hear: (by: AnsweredBy) => void): Promise<Tap>;

  /** Each once, when its event ends: RFC 4733, or in-band where that was not negotiated. */
  onDigit(hear: (digit: Digit) => void): void;
  onFault(hear: (fault: LegFault) => void): void;
  /** How good it was, once it has ended, in whatever way; undefined where nothing was agreed, or its worker died. */
  readonly measured: Promise<MeasuredLeg | undefined>;
  /** Gives the ports back. */
  close(): Promise<void>;
}

export type Playable =
  /** A file made by `sounds/`: signed 16-bit little-endian samples, 8 kHz, mono. */
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'silence'; readonly durationMs: number }
  | { readonly kind: 'tone'; readonly tone: ToneName; readonly durationMs: number };

/** ITU-T E.180 as used in North America, the beep before a recording, and the beeps of a conference. */
export type ToneName = 'ringback' | 'busy' | 'record-beep' | 'enter-beep' | 'exit-beep';

export interface Playback {
  /** `ended` when the last frame has been sent, `stopped` when it was cut, `closed` when the leg was. */
  readonly done: Promise<'ended' | 'stopped' | 'closed' | 'unreadable'>;
  stop(): void;
}

export interface Digit {
  readonly digit: string;
  readonly durationMs: number;
  /** Of the clock's `now`. */
  readonly atMs: number;
}

/** From the party, or to it. */
export type Track = 'inbound' | 'outbound';

export interface TapFrame {
  readonly track: Track;
  /** 160 bytes of µ-law. */
  readonly payload: Uint8Array;
  /** Since the tap began. */
  readonly timestampMs: number;
}

export interface Tap {
  close(): void;
}

export interface Feed {
  push(mulaw: Uint8Array): void;
  /** Calls back when all sound pushed before has been sent, or was cleared. In order. */
  mark(passed: () => void): void;
  /** Empties what waits, at once; marks that waited pass. */
  clear(): void;
  close(): void;
}

export type SpeechChange = {
  readonly kind: 'speech' | 'silence';
  /** Where in the sound it began. */ readonly atMs: number;
};

/** Who answered a call, in Twilio's words. */
export type AnsweredBy =
  | 'human'
  | 'machine_start'
  | 'machine_end_beep'
  | 'machine_end_silence'
  | 'machine_end_other'
  | 'fax'
  | 'unknown';

/** Twilio's parameters of the same names, and their defaults: 30 s, 2.4 s, 1.2 s, 5 s. */
export interface MachineOptions {
  /** `message-end` waits for the end of a machine's greeting (DetectMessageEnd). */
  readonly until: 'answer' | 'message-end';
  readonly timeoutMs?: number;
  /** A greeting longer than this is a machine's. */
  readonly speechThresholdMs?: number;
  /** So much silence after speech is its end. */
  readonly speechEndThresholdMs?: number;
  /** So much silence in the beginning is `unknown`. */
  readonly silenceTimeoutMs?: number;
}

export interface RecordOptions {
  /** A WAV file at this path (its folder exists); an MP3 is made from it when it is asked for. */
  readonly file: string;
  /** Dual: the party left, what it hears right. Mono: both mixed, unless only one track is wanted. */
  readonly channels: 'mono' | 'dual';
  readonly track: Track | 'both';
  readonly trimSilence: boolean;
  readonly maxDurationMs: number;
  /** Ends after so much silence of the party; undefined: never. */
  readonly silenceTimeoutMs?: number;
  /** Any of these digits ends it and is not heard in it. */
  readonly finishOnDigits: string;
}

export interface Recorder {
  pause(behavior: 'skip' | 'silence'): void;
  resume(): void;
  stop(): void;
  readonly done: Promise<RecordingResult>;
}

export interface RecordingResult {
  readonly why: 'stopped' | 'digit' | 'silence' | 'max-duration' | 'leg-closed' | 'failed';
  readonly digit?: string;
  readonly durationMs: number;
  readonly bytes: number;
}

/** A conference's sound. */
export interface Room {
  join(leg: Leg, options?: { readonly muted?: boolean; readonly held?: boolean }): Promise<void>;
  leave(leg: Leg): Promise<void>;
  /** Its words reach nobody. */
  mute(leg: Leg, on: boolean): void;
  /** It hears and is heard by nobody; what it plays meanwhile is the caller's affair. */
  hold(leg: Leg, on: boolean): void;
  /** `coach` hears everyone and is heard by `coached` alone; undefined ends it. */
  coach(coach: Leg, coached: Leg | undefined): void;
  /** To everyone in it. */
  play(items: readonly Playable[], options?: { readonly loop?: number }): Playback;
  record(options: RecordOptions): Promise<Recorder>;
  close(): Promise<void>;
}
