import { frameMs, sampleRateHz } from './frame.ts';
import { meanSquareOf } from './level.ts';

const weakest = meanSquareOf(-38);
/** What is beside the sine must be 19 dB weaker. */
const noise = 0.012;
/** The quarters of a frame must be alike in power: two tones close together would beat. */
const quarterSamples = 40;
const evenness = 0.6;
/** A sine whose frequency wanders more from frame to frame is a voice. */
const driftHz = 15;

/**
 * Finds a single sine of any frequency: the beep of an answering machine, the tones of a fax. A sine obeys
 * x[n] + x[n−2] = 2 cos ω · x[n−1]; the best ω in the sense of least squares and what is left over say what it is
 * and whether it is one.
 */
export class SingleTone {
  private frequency = 0;
  private held = 0;

  /** Of the sine that sounds now, 0 for none. */
  get hz(): number {
    return this.frequency;
  }

  /** How long it has sounded. */
  get heldMs(): number {
    return this.held * frameMs;
  }

  write(frame: Int16Array): void {
    const hz = frequencyOf(frame);
    const same = hz > 0 && this.held > 0 && Math.abs(hz - this.frequency) <= driftHz;
    this.held = hz === 0 ? 0 : same ? this.held + 1 : 1;
    // The mean of what was heard so far: noise moves a single frame's value by a few hertz.
    this.frequency = same ? this.frequency + (hz - this.frequency) / this.held : hz;
  }
}

/** The frequency of a frame that is a sine, else 0. */
function frequencyOf(frame: Int16Array): number {
  if (!isEven(frame)) return 0;
  let [cross, power, sums] = [0, 0, 0];
  let before = frame[0] as number;
  let middle = frame[1] as number;
  for (let i = 2; i < frame.length; i++) {
    const sample = frame[i] as number;
    const sum = sample + before;
    cross += middle * sum;
    power += middle * middle;
    sums += sum * sum;
    before = middle;
    middle = sample;
  }
  const factor = cross / power;
  // White noise of power N leaves (2 + factor²) N, and adds N to the power by which the factor was divided.
  const noisePower = (sums - cross * factor) / (2 + factor * factor);
  if (noisePower > noise * power) return 0;
  const corrected = cross / (power - noisePower);
  return Math.abs(corrected) >= 2 ? 0 : (Math.acos(corrected / 2) * sampleRateHz) / (2 * Math.PI);
}

/** Loud enough, and equally loud throughout. */
function isEven(frame: Int16Array): boolean {
  let [least, most] = [Infinity, 0];
  for (let from = 0; from < frame.length; from += quarterSamples) {
    let power = 0;
    for (let i = from; i < from + quarterSamples; i++) power += (frame[i] as number) * (frame[i] as number);
    least = Math.min(least, power);
    most = Math.max(most, power);
  }
  return least > evenness * most && least > weakest * quarterSamples * evenness;
}
