import type { SpeechChange } from '../media.ts';
import { frameMs } from './frame.ts';
import { meanSquare, meanSquareOf } from './level.ts';

/** Weaker sound is never speech. */
const quietest = meanSquareOf(-48);
/** A background louder than this is not taken for one: what is so loud and steady is meant to be heard. */
const loudestFloor = meanSquareOf(-34);
/** Speech stands 7 dB above the background. */
const aboveFloor = 5;
/** The background is the quietest frame of the last one to two of these: words leave gaps, noise does not. */
const floorWindowFrames = 50;
/** 60 ms above begin speech: a click is shorter, the shortest word longer. */
const framesToBegin = 3;

export interface SpeechDetectorOptions {
  /** So much below ends speech; gaps inside and between words are shorter. */
  readonly hangoverMs?: number;
}

/**
 * Whether somebody speaks, by energy above an adapting background. A change is told with the time of the sound in
 * which it began, so a silence is told `hangoverMs` late, but dated right.
 */
export class SpeechDetector {
  private readonly framesToEnd: number;
  private frames = 0;
  /** Quietest of the window before, and of the one that is running. */
  private lastLow = Infinity;
  private low = Infinity;
  private windowFrames = 0;
  /** Frames in a row for the other state; when the first of them began. */
  private run = 0;
  private runAtMs = 0;
  private isSpeech = false;

  constructor({ hangoverMs = 240 }: SpeechDetectorOptions = {}) {
    this.framesToEnd = Math.max(1, Math.round(hangoverMs / frameMs));
  }

  get speaking(): boolean {
    return this.isSpeech;
  }

  /** How much sound has been heard. */
  get heardMs(): number {
    return this.frames * frameMs;
  }

  write(frame: Int16Array): SpeechChange | undefined {
    const power = meanSquare(frame);
    this.learn(power);
    const floor = Math.min(Math.min(this.low, this.lastLow), loudestFloor);
    return this.step(power > Math.max(floor * aboveFloor, quietest));
  }

  /** 20 ms that are known to be no speech, such as a tone: counted, but nothing is learned from them. */
  skip(): SpeechChange | undefined {
    return this.step(false);
  }

  private step(loud: boolean): SpeechChange | undefined {
    const atMs = this.frames++ * frameMs;
    if (loud === this.isSpeech) {
      // A gap of a frame does not undo a beginning; every loud frame undoes an end.
      this.run = this.isSpeech ? 0 : Math.max(0, this.run - 1);
      return undefined;
    }
    if (this.run++ === 0) this.runAtMs = atMs;
    if (this.run < (this.isSpeech ? this.framesToEnd : framesToBegin)) return undefined;
    this.run = 0;
    this.isSpeech = loud;
    return { kind: loud ? 'speech' : 'silence', atMs: this.runAtMs };
  }

  private learn(power: number): void {
    if (power < this.low) this.low = power;
    if (++this.windowFrames < floorWindowFrames) return;
    this.windowFrames = 0;
    this.lastLow = this.low;
    this.low = Infinity;
  }
}
