import { sampleRateHz } from '../frame.ts';

/** Zero crossings of the sinc on each side of its middle. */
const lobes = 32;
/** The filter's middle, as a part of the lower of both Nyquist frequencies: at 8 kHz it passes 3.4 kHz whole. */
const rolloff = 0.94;
/** Kaiser's β for 80 dB. */
const beta = 7.86;
/**
 * Positions between two input samples for which the filter is made. Common rates need fewer and get theirs exactly;
 * for odd ones the nearest is taken, the closer together the lower the rate.
 */
const phasesMax = (rateHz: number): number => (rateHz > 24_000 ? 128 : 640);
const blockSamples = 4_096;

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** The modified Bessel function of order 0, by its series. */
function bessel0(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-10; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

interface Filter {
  readonly half: number;
  readonly phases: number;
  /** `2 · half` weights for each phase, which sum up to 1. */
  readonly weights: Float32Array;
}

function designFilter(rateHz: number, phases: number): Filter {
  const cutoff = (rolloff * Math.min(rateHz, sampleRateHz)) / (2 * rateHz);
  const half = Math.ceil(lobes / (2 * cutoff));
  const weights = new Float32Array(2 * half * phases);
  for (let phase = 0; phase < phases; phase++) {
    let sum = 0;
    const row = weights.subarray(2 * half * phase, 2 * half * (phase + 1));
    for (let i = 0; i < row.length; i++) {
      const t = i - half + 1 - phase / phases;
      const x = 2 * Math.PI * cutoff * t;
      const window = bessel0(beta * Math.sqrt(Math.max(0, 1 - (t / half) ** 2)));
      const weight = (x === 0 ? 1 : Math.sin(x) / x) * window;
      row[i] = weight;
      sum += weight;
    }
    for (let i = 0; i < row.length; i++) row[i] = (row[i] as number) / sum;
  }
  return { half, phases, weights };
}

/** Samples of any rate to 8 kHz, through a low-pass (a sinc under a Kaiser window) that leaves nothing to fold back. */
export class Resampler {
  private readonly filter: Filter;
  /** Output samples for each `stepDown` input samples; equal: the rate is 8 kHz already. */
  private readonly stepUp: number;
  private readonly stepDown: number;
  private readonly input: Float32Array;
  private filled: number;
  /** Where in `input` the filter's first weight goes for the next output, and how far beyond, in 1/stepUp. */
  private at = 0;
  private fraction = 0;
  private readonly out = new Float32Array(blockSamples);
  private outFilled = 0;

  constructor(rateHz: number) {
    const divisor = gcd(rateHz, sampleRateHz);
    this.stepUp = sampleRateHz / divisor;
    this.stepDown = rateHz / divisor;
    this.filter = designFilter(rateHz, Math.min(this.stepUp, phasesMax(rateHz)));
    this.input = new Float32Array(2 * this.filter.half + blockSamples);
    // Silence before the first sample puts the middle of the filter on it.
    this.filled = this.filter.half - 1;
  }

  /** `hear` is given samples that are valid during the call. */
  push(samples: Float32Array, hear: (samples: Float32Array) => void): void {
    if (this.stepUp === this.stepDown) {
      hear(samples);
      return;
    }
    for (let from = 0; from < samples.length;) {
      const count = Math.min(samples.length - from, this.input.length - this.filled);
      this.input.set(samples.subarray(from, from + count), this.filled);
      this.filled += count;
      from += count;
      this.filterInput(hear);
    }
  }

  /** Gives what the filter still holds. */
  end(hear: (samples: Float32Array) => void): void {
    if (this.stepUp !== this.stepDown) this.push(new Float32Array(this.filter.half), hear);
    if (this.outFilled > 0) this.flush(hear);
  }

  private filterInput(hear: (samples: Float32Array) => void): void {
    const { half, phases, weights } = this.filter;
    const taps = 2 * half;
    while (this.at + taps <= this.filled) {
      const row = Math.floor((this.fraction * phases) / this.stepUp) * taps;
      let sum = 0;
      for (let i = 0; i < taps; i++)
        sum += (weights[row + i] as number) * (this.input[this.at + i] as number);
      this.out[this.outFilled++] = sum;
      if (this.outFilled === blockSamples) this.flush(hear);
      this.fraction += this.stepDown;
      this.at += Math.floor(this.fraction / this.stepUp);
      this.fraction %= this.stepUp;
    }
    // The next output may begin beyond what is there, where the rate is high.
    const used = Math.min(this.at, this.filled);
    this.input.copyWithin(0, used, this.filled);
    this.filled -= used;
    this.at -= used;
  }

  private flush(hear: (samples: Float32Array) => void): void {
    hear(this.out.subarray(0, this.outFilled));
    this.outFilled = 0;
  }
}
