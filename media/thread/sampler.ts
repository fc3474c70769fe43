import type { Clock, Timer } from '../../control/base/clock.ts';
import { Course, type LegSample } from '../quality/course.ts';
import type { LegFigures } from '../quality/figures.ts';

export interface SamplerOptions {
  readonly clock: Clock;
  /** What has passed so far; undefined where the worker does not count. */
  readonly figures: () => Promise<LegFigures | undefined>;
}

/** Takes a leg's samples while it lives. */
export class Sampler {
  private readonly options: SamplerOptions;
  private readonly course = new Course();
  private timer: Timer | undefined;
  private stopped = false;

  constructor(options: SamplerOptions) {
    this.options = options;
  }

  /** From the first agreement on. */
  start(): void {
    if (this.timer === undefined && !this.stopped) this.arm();
  }

  /** Those taken; none comes to them any more. */
  stop(): readonly LegSample[] {
    this.stopped = true;
    this.timer?.cancel();
    return this.course.samples;
  }

  private arm(): void {
    this.timer = this.options.clock.after(this.course.intervalMs, () => void this.take());
  }

  private async take(): Promise<void> {
    const figures = await this.options.figures();
    if (this.stopped) return;
    if (figures !== undefined) this.course.add({ atMs: this.options.clock.now(), figures });
    this.arm();
  }
}
