import type { Clock, Timer } from '../../control/base/clock.ts';

/** What is sampled besides what is counted. */
export interface Gauges {
  readonly calls: number;
  readonly queuedSegments: number;
}

/** One interval of `RecentFigures`. */
export interface Sample extends Gauges {
  /** The interval's end, Unix milliseconds. */
  readonly atMs: number;
  /** Accepted, in both directions. */
  readonly messagesPerSecond: number;
  readonly requestsPerSecond: number;
  /** 95 of 100 REST requests were answered within it; null where there was none. */
  readonly latencyMs: number | null;
}

const sampleEveryMs = 5_000;
/** An hour. */
const samplesMax = 720;

/** Upper bounds of the classes that latencies are counted in, each a fifth more than the one before: 0.1 ms to 2 min. */
const bounds = Array.from({ length: 78 }, (_, index) => 0.1 * 1.2 ** index);

/**
 * The figures of the last hour, for charts: a sample each five seconds, in memory alone. To count costs an addition, so
 * the path of messages may do it.
 */
export class RecentFigures {
  private readonly clock: Clock;
  private readonly samples: Sample[] = [];
  private readonly latencies = new Uint32Array(bounds.length + 1);
  private messages = 0;
  private requests = 0;
  private sinceMs: number;
  private timer: Timer | undefined;

  constructor(clock: Clock) {
    this.clock = clock;
    this.sinceMs = clock.monotonic();
  }

  /** Samples from now on, with the gauges as they are then. */
  start(gauges: () => Gauges): void {
    this.timer = this.clock.after(sampleEveryMs, () => {
      this.sample(gauges());
      this.start(gauges);
    });
  }

  stop(): void {
    this.timer?.cancel();
  }

  messageAccepted(): void {
    this.messages++;
  }

  requestAnswered(durationMs: number): void {
    this.requests++;
    const at = Math.ceil(Math.log(durationMs / 0.1) / Math.log(1.2));
    const index = Math.min(bounds.length, Math.max(0, Number.isFinite(at) ? at : 0));
    this.latencies[index] = (this.latencies[index] ?? 0) + 1;
  }

  /** Oldest first, at most an hour's. */
  recent(): readonly Sample[] {
    return this.samples;
  }

  private sample(gauges: Gauges): void {
    const nowMs = this.clock.monotonic();
    const seconds = Math.max(0.001, (nowMs - this.sinceMs) / 1000);
    if (this.samples.length >= samplesMax) this.samples.shift();
    this.samples.push({
      ...gauges,
      atMs: this.clock.now(),
      messagesPerSecond: this.messages / seconds,
      requestsPerSecond: this.requests / seconds,
      latencyMs: this.percentile(0.95),
    });
    this.sinceMs = nowMs;
    this.messages = this.requests = 0;
    this.latencies.fill(0);
  }

  private percentile(share: number): number | null {
    if (this.requests === 0) return null;
    let seen = 0;
    for (const [index, count] of this.latencies.entries()) {
      seen += count;
      if (seen >= this.requests * share) return bounds[Math.min(index, bounds.length - 1)] ?? null;
    }
    return null;
  }
}
