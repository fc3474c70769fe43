import type { LegFigures } from './figures.ts';

/** What a leg's packets had gone through, from its beginning to this moment. */
export interface LegSample {
  /** Unix time, ms. */
  readonly atMs: number;
  readonly figures: LegFigures;
}

/** Twilio's: https://www.twilio.com/docs/voice/voice-insights/api/call/call-metrics-resource, `timestamp`. */
export const firstIntervalMs = 10_000;
/** An hour of the first interval. */
export const samplesMax = 360;

/**
 * How a leg's figures grew, in a bounded number of samples: when there are too many, every second one goes and the interval
 * doubles. Figures are sums, so that what passed between two samples is known whichever are left.
 */
export class Course {
  /** How long to wait for the next sample. */
  intervalMs = firstIntervalMs;
  private kept: LegSample[] = [];

  get samples(): readonly LegSample[] {
    return this.kept;
  }

  add(sample: LegSample): void {
    this.kept.push(sample);
    if (this.kept.length < samplesMax) return;
    this.kept = this.kept.filter((_, i) => i % 2 === 1);
    this.intervalMs *= 2;
  }
}
