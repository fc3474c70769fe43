/** Values below this are kept exactly; above it, each doubling has this many buckets: an error below 1 %. */
const linear = 128;

/**
 * A histogram of whole numbers from 0 to 2^40 (microseconds, here) in the manner of HdrHistogram: constant
 * memory, one increment for each value, every percentile within 1 %.
 */
export class Histogram {
  private readonly buckets: Float64Array;
  private total = 0;
  private greatest = 0;
  private sum = 0;

  constructor(state?: HistogramState) {
    this.buckets = new Float64Array(linear * 35);
    if (state === undefined) return;
    this.total = state.total;
    this.greatest = state.greatest;
    this.sum = state.sum;
    for (const [index, count] of state.filled) this.buckets[index] = count;
  }

  add(value: number): void {
    const whole = Math.max(0, Math.round(value));
    const index = Math.min(indexOf(whole), this.buckets.length - 1);
    this.buckets[index] = (this.buckets[index] ?? 0) + 1;
    this.total++;
    this.sum += whole;
    if (whole > this.greatest) this.greatest = whole;
  }

  get count(): number {
    return this.total;
  }

  get max(): number {
    return this.greatest;
  }

  get mean(): number {
    return this.total === 0 ? 0 : this.sum / this.total;
  }

  /** The least bucket bound that `fraction` (0 to 1) of the values do not exceed; 0 when empty. */
  percentile(fraction: number): number {
    const wanted = Math.max(1, Math.ceil(this.total * fraction));
    let seen = 0;
    for (let index = 0; index < this.buckets.length; index++) {
      seen += this.buckets[index] ?? 0;
      if (seen >= wanted && this.total > 0) return Math.min(upperBound(index), this.greatest);
    }
    return this.greatest;
  }

  /** The filled buckets, to send to another process. */
  state(): HistogramState {
    const filled: [number, number][] = [];
    this.buckets.forEach((count, index) => {
      if (count > 0) filled.push([index, count]);
    });
    return { total: this.total, greatest: this.greatest, sum: this.sum, filled };
  }
}

export interface HistogramState {
  readonly total: number;
  readonly greatest: number;
  readonly sum: number;
  readonly filled: readonly (readonly [index: number, count: number])[];
}

function indexOf(value: number): number {
  if (value < linear) return value;
  const doublings = Math.floor(Math.log2(value)) - Math.log2(linear);
  const step = 2 ** doublings;
  return linear + doublings * linear + Math.floor((value - linear * step) / step);
}

function upperBound(index: number): number {
  if (index < linear) return index;
  const doublings = Math.floor((index - linear) / linear);
  const step = 2 ** doublings;
  return linear * step + (((index - linear) % linear) + 1) * step - 1;
}
