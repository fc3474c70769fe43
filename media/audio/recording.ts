import { assertNever } from '../../control/base/result.ts';
import type { RecordingResult, RecordOptions } from '../media.ts';
import { frameMs, frameSamples, framesIn, newFrame, silentFrame } from './frame.ts';
import { SpeechDetector } from './speech-detector.ts';
import type { SampleSink } from './files/wav-writer.ts';

/** What a recording must know of `RecordOptions`. */
export type RecordingShape = Omit<RecordOptions, 'file'>;

export type RecordingEnd = Exclude<RecordingResult['why'], 'failed'>;

/** Kept before what the detector takes for the first word where silence is trimmed: it is known late. */
const leadFrames = framesIn(300);
/** Kept after the detector's last speech, which has its own hangover. */
const tailFrames = framesIn(60);
/** An in-band digit is known when it has ended; it began so much before what it says of itself. */
const digitMarginMs = 60;

/**
 * The rules of a recording, without its file: which sound goes into it, what is left out, and when it ends. Told each
 * frame of both directions, and what else happens; gives sound to `sink`.
 */
export class Recording {
  private readonly shape: RecordingShape;
  private readonly sink: SampleSink;
  private readonly framesMax: number;
  private readonly out: Int16Array;
  /** The last frames before anything is kept, for the words that the detector finds late. */
  private readonly lead: Int16Array[];
  private leadFilled = 0;
  private leadAt = 0;
  private readonly heard = newFrame();
  /** Whether there is speech in what is recorded (to trim), and from the party (to end). */
  private readonly anybody = new SpeechDetector();
  private readonly party = new SpeechDetector();
  private silentFrames = 0;
  /** Given to the sink; and heard, trimmed ones included. */
  private frames = 0;
  private elapsedFrames = 0;
  /** Frames up to the last speech, with its margin. */
  private spokenFrames = 0;
  private phase: 'waiting' | 'recording' | 'ended';
  private pausing: 'skip' | 'silence' | undefined;

  constructor(shape: RecordingShape, sink: SampleSink) {
    this.shape = shape;
    this.sink = sink;
    this.framesMax = Math.max(1, Math.floor(shape.maxDurationMs / frameMs));
    this.out = new Int16Array(frameSamples * this.channels);
    this.phase = shape.trimSilence ? 'waiting' : 'recording';
    this.lead = Array.from({ length: shape.trimSilence ? leadFrames : 0 }, () => new Int16Array(this.out));
  }

  get channels(): 1 | 2 {
    return this.shape.channels === 'dual' ? 2 : 1;
  }

  /** How many frames belong in the file, once it has ended; silence at its end is trimmed by cutting to this. */
  get keptFrames(): number {
    return this.shape.trimSilence ? Math.min(this.frames, this.spokenFrames) : this.frames;
  }

  pause(behavior: 'skip' | 'silence'): void {
    this.pausing = behavior;
    this.silentFrames = 0;
  }

  resume(): void {
    this.pausing = undefined;
  }

  /** 20 ms of what the party says and of what it hears. Gives why the recording ends with it, if it does. */
  write(inbound: Int16Array, outbound: Int16Array): RecordingEnd | undefined {
    if (this.phase === 'ended' || this.pausing === 'skip') return undefined;
    const muted = this.pausing === 'silence';
    this.compose(muted ? silentFrame : inbound, muted ? silentFrame : outbound);
    this.keep(this.speaks());
    if (++this.elapsedFrames >= this.framesMax) return this.end('max-duration');
    return muted ? undefined : this.endBySilence(inbound);
  }

  /** A digit of the party. `inBand`: it was heard as tones, so its last `durationMs` are cut off. */
  digit(digit: string, durationMs: number, inBand: boolean): RecordingEnd | undefined {
    if (this.phase === 'ended' || !this.shape.finishOnDigits.includes(digit)) return undefined;
    if (inBand) {
      const cut = framesIn(durationMs + digitMarginMs);
      this.frames = Math.max(0, this.frames - cut);
      this.spokenFrames = Math.min(this.spokenFrames, this.frames);
    }
    return this.end('digit');
  }

  end(why: RecordingEnd): RecordingEnd {
    this.phase = 'ended';
    return why;
  }

  /** Puts the wanted tracks into `out`, and what is to be listened to into `heard`. */
  private compose(inbound: Int16Array, outbound: Int16Array): void {
    const { track } = this.shape;
    const left = track === 'outbound' ? silentFrame : inbound;
    const right = track === 'inbound' ? silentFrame : outbound;
    const { out, heard } = this;
    for (let i = 0; i < frameSamples; i++) {
      const sum = (left[i] as number) + (right[i] as number);
      heard[i] = sum > 32_767 ? 32_767 : sum < -32_768 ? -32_768 : sum;
    }
    if (this.channels === 1) out.set(heard);
    else
      for (let i = 0; i < frameSamples; i++) {
        out[2 * i] = left[i] as number;
        out[2 * i + 1] = right[i] as number;
      }
  }

  /** Whether this frame, or one shortly before it, holds speech. Asked only where silence is trimmed. */
  private speaks(): boolean {
    if (!this.shape.trimSilence) return true;
    this.anybody.write(this.heard);
    return this.anybody.speaking;
  }

  private keep(speaking: boolean): void {
    switch (this.phase) {
      case 'waiting':
        if (!speaking) {
          this.remember();
          return;
        }
        this.phase = 'recording';
        this.giveLead();
        break;
      case 'recording':
      case 'ended':
        break;
      default:
        assertNever(this.phase);
    }
    this.sink.write(this.out);
    this.frames++;
    if (speaking) this.spokenFrames = this.frames + tailFrames;
  }

  private remember(): void {
    this.lead[this.leadAt]?.set(this.out);
    this.leadAt = (this.leadAt + 1) % leadFrames;
    this.leadFilled = Math.min(this.leadFilled + 1, leadFrames);
  }

  private giveLead(): void {
    for (let i = this.leadFilled; i > 0; i--) {
      const frame = this.lead[(this.leadAt + leadFrames - i) % leadFrames];
      if (frame === undefined) continue;
      this.sink.write(frame);
      this.frames++;
    }
  }

  private endBySilence(inbound: Int16Array): RecordingEnd | undefined {
    const limitMs = this.shape.silenceTimeoutMs;
    if (limitMs === undefined) return undefined;
    const change = this.party.write(inbound);
    // Silence is told late; it counts from where it began.
    if (change?.kind === 'silence') this.silentFrames = framesIn(this.party.heardMs - change.atMs) - 1;
    this.silentFrames = this.party.speaking ? 0 : this.silentFrames + 1;
    return this.silentFrames * frameMs >= limitMs ? this.end('silence') : undefined;
  }
}
