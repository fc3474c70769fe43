import { DtmfDetector } from '../audio/dtmf-detector.ts';
import { FileRecorder } from '../audio/file-recorder.ts';
import { frameMs, frameSamples } from '../audio/frame.ts';
import { encodeUlaw } from '../audio/g711.ts';
import { MachineDetector } from '../audio/machine-detector.ts';
import { SpeechDetector } from '../audio/speech-detector.ts';
import type { AnsweredBy, MachineOptions, RecordOptions, SpeechChange, TapFrame, Track } from '../media.ts';

/** Something that hears what passes on a leg, 20 ms at a time. */
export interface Listener {
  /** Which directions it needs; the other is silence where nobody else needs it. */
  readonly tracks: Track | 'both';
  /** What the party says and what it hears; both are the caller's again afterwards. */
  hear(inbound: Int16Array, outbound: Int16Array): void;
  digit?(digit: string, durationMs: number, inBand: boolean): void;
  /** The leg or the room is closed. */
  close?(): void;
  /** It wants no more. */
  readonly ended?: boolean;
}

/** Copies of each frame in µ-law. */
export class TapListener implements Listener {
  readonly tracks: Track | 'both';
  private readonly give: (frame: TapFrame) => void;
  private frames = 0;

  constructor(tracks: Track | 'both', give: (frame: TapFrame) => void) {
    this.tracks = tracks;
    this.give = give;
  }

  hear(inbound: Int16Array, outbound: Int16Array): void {
    const timestampMs = this.frames++ * frameMs;
    if (this.tracks !== 'outbound') this.give(tapFrame('inbound', inbound, timestampMs));
    if (this.tracks !== 'inbound') this.give(tapFrame('outbound', outbound, timestampMs));
  }
}

function tapFrame(track: Track, frame: Int16Array, timestampMs: number): TapFrame {
  const payload = new Uint8Array(frameSamples);
  encodeUlaw(frame, payload);
  return { track, payload, timestampMs };
}

/** Tells when the party begins to speak and when it stops. */
export class SpeechListener implements Listener {
  readonly tracks = 'inbound';
  private readonly detector = new SpeechDetector();
  private readonly give: (change: SpeechChange) => void;

  constructor(give: (change: SpeechChange) => void) {
    this.give = give;
  }

  hear(inbound: Int16Array): void {
    const change = this.detector.write(inbound);
    if (change !== undefined) this.give(change);
  }
}

/** Tells once who has answered. */
export class MachineListener implements Listener {
  readonly tracks = 'inbound';
  ended = false;
  private readonly detector: MachineDetector;
  private readonly give: (by: AnsweredBy) => void;

  constructor(options: MachineOptions, give: (by: AnsweredBy) => void) {
    this.detector = new MachineDetector(options);
    this.give = give;
  }

  hear(inbound: Int16Array): void {
    const by = this.detector.write(inbound);
    if (by === undefined) return;
    this.ended = true;
    this.give(by);
  }
}

/** Digits as tones, for a party that has no telephone events. */
export class InBandListener implements Listener {
  readonly tracks = 'inbound';
  private readonly detector = new DtmfDetector();
  private readonly give: (digit: string, durationMs: number) => void;

  constructor(give: (digit: string, durationMs: number) => void) {
    this.give = give;
  }

  hear(inbound: Int16Array): void {
    const heard = this.detector.write(inbound);
    if (heard !== undefined) this.give(heard.digit, heard.durationMs);
  }
}

/** A recording; `recorder` is also told to pause, resume and stop. */
export class RecordListener implements Listener {
  readonly recorder: FileRecorder;
  readonly tracks: Track | 'both';

  constructor(options: RecordOptions) {
    this.recorder = new FileRecorder(options);
    // Silence that ends it is always the party's.
    const party = options.silenceTimeoutMs !== undefined;
    this.tracks = options.track === 'outbound' && party ? 'both' : options.track;
  }

  get ended(): boolean {
    return this.recorder.ended;
  }

  hear(inbound: Int16Array, outbound: Int16Array): void {
    this.recorder.write(inbound, outbound);
  }

  digit(digit: string, durationMs: number, inBand: boolean): void {
    this.recorder.digit(digit, durationMs, inBand);
  }

  close(): void {
    this.recorder.legClosed();
  }
}
