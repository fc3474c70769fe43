import type { Clock } from '../base/clock.ts';

export interface RecentTopOptions {
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Counts are forgotten when they are this old, a slice at a time. */
  readonly windowMs: number;
  readonly slices: number;
  /** Names counted one by one in each slice; all beyond count as others. */
  readonly namesMax: number;
}

interface Slice {
  readonly number: number;
  readonly counts: Map<string, number>;
  others: number;
}

/** Who had most of something lately. Tenants are many: metrics name the few that matter and sum up the rest. */
export interface Ranking {
  /** By their counts, the greatest first; names of one count in their order. */
  readonly top: readonly (readonly [name: string, count: number])[];
  /** All that is not in `top`. */
  readonly others: number;
}

/** Counts by name over a sliding window, in bounded memory. */
export class RecentTop {
  private readonly options: RecentTopOptions;
  private readonly sliceMs: number;
  /** Oldest first. */
  private slices: Slice[] = [];

  constructor(options: RecentTopOptions) {
    this.options = options;
    this.sliceMs = options.windowMs / options.slices;
  }

  count(name: string): void {
    const slice = this.current();
    const before = slice.counts.get(name);
    if (before !== undefined || slice.counts.size < this.options.namesMax)
      slice.counts.set(name, (before ?? 0) + 1);
    else slice.others++;
  }

  /** The `length` names with the greatest counts of the window. */
  ranking(length: number): Ranking {
    this.forgetOld();
    const sums = new Map<string, number>();
    let total = 0;
    for (const { counts, others } of this.slices) {
      total += others;
      for (const [name, count] of counts) {
        total += count;
        sums.set(name, (sums.get(name) ?? 0) + count);
      }
    }
    const top = Array.from(sums)
      .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
      .slice(0, length);
    return { top, others: top.reduce((rest, [, count]) => rest - count, total) };
  }

  private current(): Slice {
    const number = this.sliceNow();
    const last = this.slices.at(-1);
    if (last?.number === number) return last;
    this.forgetOld();
    const slice: Slice = { number, counts: new Map(), others: 0 };
    this.slices.push(slice);
    return slice;
  }

  private sliceNow(): number {
    return Math.floor(this.options.clock.monotonic() / this.sliceMs);
  }

  private forgetOld(): void {
    const oldest = this.sliceNow() - this.options.slices + 1;
    if ((this.slices[0]?.number ?? oldest) < oldest)
      this.slices = this.slices.filter(({ number }) => number >= oldest);
  }
}
