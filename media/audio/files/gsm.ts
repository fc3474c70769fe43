import { sampleRateHz } from '../frame.ts';
import { gsmFrameBytes, gsmSignature, newGsmFrame, readGsmFrame } from './gsm-frame.ts';
import type { GsmPart } from './gsm-frame.ts';
import type { Hear, SoundDecoder, SoundFault } from './sound-decoder.ts';

/** Arithmetic of 16 bits, as GSM 06.10 §5.1 defines it: what overflows is cut, products are rounded. */
const cut = (value: number): number => (value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : value);
const add = (a: number, b: number): number => cut(a + b);
const multiply = (a: number, b: number): number => cut((a * b + 16_384) >> 15);

/** §4.1.4, tables 4.1 and 4.2: what undoes the coding of each log-area ratio. */
const ratioOffset = [0, 0, 2_048, -2_560, 94, -1_792, -341, -1_144] as const;
const ratioLowest = [-32, -32, -16, -16, -8, -8, -4, -4] as const;
const ratioScale = [13_107, 13_107, 13_107, 13_107, 19_223, 17_476, 31_454, 29_708] as const;
/** Table 4.3b: the gain of the pitch. Table 4.6: the mantissas of a pulse's peak. */
const gains = [3_277, 11_469, 21_299, 32_767] as const;
const mantissas = [18_431, 20_479, 22_527, 24_575, 26_623, 28_671, 30_719, 32_767] as const;

const frameSamples = 160;
const partSamples = 40;
const shortestLag = 40;
const longestLag = 120;

/** GSM full rate (GSM 06.10), as it lies in `.gsm` files: frames of 33 octets, 8 kHz, mono. */
export class GsmDecoder implements SoundDecoder {
  private readonly bytes = new Uint8Array(gsmFrameBytes);
  private filled = 0;
  private readonly frame = newGsmFrame();
  private readonly out = new Float32Array(frameSamples);
  /** The excitation: the last 120 samples, and the 40 that are being made. */
  private readonly excitation = new Int16Array(longestLag + partSamples);
  private readonly residual = new Int16Array(frameSamples);
  private lag = shortestLag;
  private ratios = new Int16Array(8);
  private previousRatios = new Int16Array(8);
  private readonly reflections = new Int16Array(8);
  private readonly lattice = new Int16Array(9);
  private emphasis = 0;

  push(bytes: Uint8Array, hear: Hear): SoundFault | undefined {
    for (let at = 0; at < bytes.length;) {
      const count = Math.min(gsmFrameBytes - this.filled, bytes.length - at);
      this.bytes.set(bytes.subarray(at, at + count), this.filled);
      at += count;
      this.filled += count;
      if (this.filled < gsmFrameBytes) break;
      this.filled = 0;
      if (((this.bytes[0] as number) & 0xf0) !== gsmSignature) return 'malformed';
      readGsmFrame(this.bytes, this.frame);
      this.decode();
      hear(this.out, sampleRateHz);
    }
    return undefined;
  }

  end(): undefined {
    // A last frame that is not whole is left out.
  }

  close(): void {
    this.filled = 0;
  }

  private decode(): void {
    this.frame.parts.forEach((part, i) => this.excite(part, i * partSamples));
    [this.ratios, this.previousRatios] = [this.previousRatios, this.ratios];
    this.decodeRatios();
    // §5.2.9.1: the filter moves from that of the last frame to this one's in four steps.
    this.synthesise(0, 13, 1);
    this.synthesise(13, 27, 2);
    this.synthesise(27, 40, 3);
    this.synthesise(40, frameSamples, 4);
  }

  /** §5.3.1 and §5.3.2: pulses upon the excitation of one pitch period ago. */
  private excite({ lag, gain, grid, peak, pulses }: GsmPart, at: number): void {
    const { excitation } = this;
    if (lag >= shortestLag && lag <= longestLag) this.lag = lag;
    for (let i = 0; i < partSamples; i++)
      excitation[longestLag + i] = multiply(
        gains[gain] as number,
        excitation[longestLag + i - this.lag] as number,
      );
    let exponent = peak > 15 ? (peak >> 3) - 1 : 0;
    let mantissa = peak - (exponent << 3);
    if (mantissa === 0) {
      exponent = -4;
      mantissa = 7;
    } else {
      for (; mantissa <= 7; exponent--) mantissa = (mantissa << 1) | 1;
      mantissa -= 8;
    }
    const shift = 6 - exponent;
    const half = (1 << shift) >> 1;
    pulses.forEach((pulse, i) => {
      const position = longestLag + grid + 3 * i;
      const height = add(multiply(mantissas[mantissa] as number, (2 * pulse - 7) << 12), half) >> shift;
      excitation[position] = add(excitation[position] as number, height);
    });
    this.residual.set(excitation.subarray(longestLag), at);
    excitation.copyWithin(0, partSamples);
  }

  /** §5.2.8. */
  private decodeRatios(): void {
    this.frame.ratios.forEach((code, i) => {
      const coded = cut(((code + (ratioLowest[i] as number)) << 10) - 2 * (ratioOffset[i] as number));
      const half = multiply(ratioScale[i] as number, coded);
      this.ratios[i] = add(half, half);
    });
  }

  /** §5.2.9.2, §5.3.4 and §5.3.5, with the ratios of this frame weighing so many quarters. */
  private synthesise(from: number, to: number, quarters: 1 | 2 | 3 | 4): void {
    const { reflections, lattice } = this;
    for (let i = 0; i < 8; i++)
      reflections[i] = reflection(
        weigh(this.previousRatios[i] as number, this.ratios[i] as number, quarters),
      );
    for (let k = from; k < to; k++) {
      let sample = this.residual[k] as number;
      for (let i = 7; i >= 0; i--) {
        sample = cut(sample - multiply(reflections[i] as number, lattice[i] as number));
        lattice[i + 1] = add(lattice[i] as number, multiply(reflections[i] as number, sample));
      }
      lattice[0] = sample;
      this.emphasis = add(sample, multiply(this.emphasis, 28_180));
      this.out[k] = (add(this.emphasis, this.emphasis) & ~7) / 32_768;
    }
  }
}

/** §5.2.9.1, table 5.2: each term is rounded down by itself. */
function weigh(previous: number, current: number, quarters: 1 | 2 | 3 | 4): number {
  switch (quarters) {
    case 1:
      return add(add(previous >> 2, current >> 2), previous >> 1);
    case 2:
      return add(previous >> 1, current >> 1);
    case 3:
      return add(add(previous >> 2, current >> 2), current >> 1);
    case 4:
      return current;
  }
}

/** §5.2.9.2: the reflection coefficient of a log-area ratio, in three straight pieces. */
function reflection(ratio: number): number {
  const size = Math.min(32_767, Math.abs(ratio));
  const value = size < 11_059 ? size << 1 : size < 20_070 ? size + 11_059 : add(size >> 2, 26_112);
  return ratio < 0 ? -value : value;
}
