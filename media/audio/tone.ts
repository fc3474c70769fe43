import { frameMs, frameSamples, samplesPerMs, sampleRateHz } from './frame.ts';
import type { FrameRead, FrameSource } from './frame.ts';
import { sinePeak } from './level.ts';

/** A stretch of one or two sines together, or of silence. */
export interface ToneStep {
  /** None is silence. */
  readonly hz: readonly number[];
  /** Of each sine. */
  readonly dbm0: number;
  readonly durationMs: number;
  /** What the second sine is above the first, in dB. */
  readonly twistDb?: number;
}

/** A step begins and ends within so many samples: a click would be heard, and seen as wide-band noise. */
const rampSamples = 16;

/** One sine by recurrence: y[n] = 2 cos ω · y[n−1] − y[n−2], two operations a sample. */
interface Oscillator {
  factor: number;
  last: number;
  beforeLast: number;
}

function start(oscillator: Oscillator, hz: number, peak: number): void {
  const omega = (2 * Math.PI * hz) / sampleRateHz;
  oscillator.factor = 2 * Math.cos(omega);
  oscillator.last = -peak * Math.sin(omega);
  oscillator.beforeLast = -peak * Math.sin(2 * omega);
}

/** Plays steps one after another, and again from the first when told for how long. Sines run on across frames. */
export class ToneSource implements FrameSource {
  private readonly steps: readonly ToneStep[];
  /** Of all frames; what is left of a step that it cuts is not played. */
  private framesLeft: number;
  private step = -1;
  private sample = 0;
  private stepSamples = 0;
  private sines = 0;
  private readonly first: Oscillator = { factor: 0, last: 0, beforeLast: 0 };
  private readonly second: Oscillator = { factor: 0, last: 0, beforeLast: 0 };

  /** `durationMs`: the steps are repeated, or cut, to fill it; without it they are played once. */
  constructor(steps: readonly ToneStep[], durationMs?: number) {
    const onceMs = steps.reduce((sum, { durationMs: ms }) => sum + ms, 0);
    this.steps = steps;
    this.framesLeft = onceMs > 0 ? Math.ceil((durationMs ?? onceMs) / frameMs) : 0;
  }

  read(into: Int16Array): FrameRead {
    if (this.framesLeft <= 0) return 'ended';
    this.framesLeft--;
    let sounding = false;
    for (let at = 0; at < frameSamples;) {
      if (this.sample >= this.stepSamples) this.nextStep();
      const count = Math.min(frameSamples - at, this.stepSamples - this.sample);
      if (this.sines === 0) into.fill(0, at, at + count);
      else {
        this.sound(into, at, count);
        sounding = true;
      }
      at += count;
      this.sample += count;
    }
    return sounding ? 'frame' : 'silence';
  }

  close(): void {
    this.framesLeft = 0;
  }

  private nextStep(): void {
    this.step = (this.step + 1) % this.steps.length;
    const { hz, dbm0, durationMs, twistDb = 0 } = this.steps[this.step] as ToneStep;
    this.sample = 0;
    this.stepSamples = Math.round(durationMs * samplesPerMs);
    this.sines = hz.length;
    start(this.first, hz[0] ?? 0, sinePeak(dbm0));
    start(this.second, hz[1] ?? 0, hz.length > 1 ? sinePeak(dbm0 + twistDb) : 0);
  }

  private sound(into: Int16Array, from: number, count: number): void {
    const { first, second, stepSamples } = this;
    for (let i = 0; i < count; i++) {
      const one = first.factor * first.last - first.beforeLast;
      first.beforeLast = first.last;
      first.last = one;
      const two = second.factor * second.last - second.beforeLast;
      second.beforeLast = second.last;
      second.last = two;
      const position = this.sample + i;
      const edge = Math.min(position, stepSamples - position, rampSamples);
      into[from + i] = Math.round(((one + two) * edge) / rampSamples);
    }
  }
}
