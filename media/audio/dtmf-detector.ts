import { columnHz, keys, rowHz } from './dtmf.ts';
import { sampleRateHz } from './frame.ts';
import { meanSquareOf } from './level.ts';

/**
 * Samples that are judged together: 12.75 ms, long enough to tell the rows from each other (they are 73 Hz apart).
 * Blocks overlap by half, so that the shortest tone of ITU-T Q.24 (40 ms) fills four of them wherever it begins.
 */
const blockSamples = 102;
const hopSamples = 51;
const msOf = (samples: number): number => (samples * 1_000) / sampleRateHz;
/** Weaker sound is no digit; nothing more is computed for it. Q.24 asks for −25 dBm0 a tone; this leaves 10 dB. */
const weakest = blockSamples * meanSquareOf(-35);
/** The tones must carry this part of the block's energy: voices have more beside them (talk-off). */
const purity = 0.7;
/** A tone must be so much stronger than the others of its group, in power. */
const clearance = 6.3;
/** Q.24, as in North America: the low tone at most 8 dB above the high one, the high one at most 4 dB above the low. */
const lowAbove = 10 ** 0.8;
const highAbove = 10 ** 0.4;
/** So many equal blocks begin a digit: at least 24 ms of it. */
const blocksToBegin = 4;
/** So many without it end it: a gap of 10 ms does not make two of one, one of 25 ms does. */
const blocksToEnd = 4;

const factorOf = (hz: number): number => 2 * Math.cos((2 * Math.PI * hz) / sampleRateHz);
const rowFactors = Float64Array.from(rowHz, factorOf);
const columnFactors = Float64Array.from(columnHz, factorOf);

export interface HeardDigit {
  readonly digit: string;
  readonly durationMs: number;
}

/** Finds in-band digits (ITU-T Q.23, Q.24) by Goertzel's algorithm. Each is given once, when it has ended. */
export class DtmfDetector {
  private readonly block = new Int16Array(blockSamples);
  private filled = 0;
  private readonly rows = new Float64Array(4);
  private readonly columns = new Float64Array(4);
  /** The key of the last block, −1 for none, and how many blocks in a row it was that one. */
  private lastKey = -1;
  private run = 0;
  /** The key that is down, its blocks so far, and how many blocks it has been missing. */
  private downKey = -1;
  private downBlocks = 0;
  private missing = 0;

  /** The digit that is sounding now. */
  get down(): string | undefined {
    return this.downKey < 0 ? undefined : keys[this.downKey];
  }

  /** Takes 20 ms; gives the digit that ended in them, if one did. */
  write(frame: Int16Array): HeardDigit | undefined {
    let heard: HeardDigit | undefined;
    for (let at = 0; at < frame.length;) {
      const count = Math.min(blockSamples - this.filled, frame.length - at);
      for (let i = 0; i < count; i++) this.block[this.filled + i] = frame[at + i] as number;
      at += count;
      this.filled += count;
      if (this.filled === blockSamples) {
        heard = this.judge(this.keyOfBlock()) ?? heard;
        this.block.copyWithin(0, hopSamples);
        this.filled = blockSamples - hopSamples;
      }
    }
    return heard;
  }

  private judge(key: number): HeardDigit | undefined {
    this.run = key === this.lastKey ? this.run + 1 : 1;
    this.lastKey = key;
    if (key >= 0 && key === this.downKey) {
      this.downBlocks += this.missing + 1;
      this.missing = 0;
      return undefined;
    }
    let ended: HeardDigit | undefined;
    const begins = key >= 0 && this.run >= blocksToBegin;
    if (this.downKey >= 0 && (begins || ++this.missing >= blocksToEnd)) {
      const samples = (this.downBlocks - 1) * hopSamples + blockSamples;
      ended = { digit: keys[this.downKey] as string, durationMs: Math.round(msOf(samples)) };
      this.downKey = -1;
    }
    if (begins) {
      this.downKey = key;
      this.downBlocks = this.run;
      this.missing = 0;
    }
    return ended;
  }

  /** The key whose two tones make up this block, or −1. */
  private keyOfBlock(): number {
    let energy = 0;
    for (let i = 0; i < blockSamples; i++) {
      const sample = this.block[i] as number;
      energy += sample * sample;
    }
    if (energy < 2 * weakest) return -1;
    // A sine that fills a block gives |X|² = energy · N / 2.
    const whole = (energy * blockSamples) / 2;
    powers(this.block, rowFactors, this.rows);
    const row = strongest(this.rows);
    if (row < 0) return -1;
    const low = this.rows[row] as number;
    // Most voices end here: beside a high tone that may be so much stronger, this low one cannot make up its part.
    if (low * (1 + highAbove) < whole * purity) return -1;
    powers(this.block, columnFactors, this.columns);
    const column = strongest(this.columns);
    if (column < 0) return -1;
    const high = this.columns[column] as number;
    if (low > high * lowAbove || high > low * highAbove) return -1;
    return low + high > whole * purity ? row * 4 + column : -1;
  }
}

/** The power at each of four frequencies: Goertzel's recurrence, the four side by side in registers. */
function powers(block: Int16Array, factors: Float64Array, into: Float64Array): void {
  const [k0 = 0, k1 = 0, k2 = 0, k3 = 0] = factors;
  let [a1, a2, b1, b2, c1, c2, d1, d2] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i < blockSamples; i++) {
    const sample = block[i] as number;
    const a = sample + k0 * a1 - a2;
    const b = sample + k1 * b1 - b2;
    const c = sample + k2 * c1 - c2;
    const d = sample + k3 * d1 - d2;
    a2 = a1;
    a1 = a;
    b2 = b1;
    b1 = b;
    c2 = c1;
    c1 = c;
    d2 = d1;
    d1 = d;
  }
  into[0] = a1 * a1 + a2 * a2 - k0 * a1 * a2;
  into[1] = b1 * b1 + b2 * b2 - k1 * b1 * b2;
  into[2] = c1 * c1 + c2 * c2 - k2 * c1 * c2;
  into[3] = d1 * d1 + d2 * d2 - k3 * d1 * d2;
}

/** The index of the value that stands clear of the three others, or −1. */
function strongest(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < 4; i++) if ((values[i] as number) > (values[best] as number)) best = i;
  for (let i = 0; i < 4; i++)
    if (i !== best && (values[i] as number) * clearance > (values[best] as number)) return -1;
  return best;
}
