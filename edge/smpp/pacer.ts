/**
 * Generic cell rate algorithm (ITU-T I.371): at most `perSecond` on average, with bursts no longer than `burstMs` of
 * that rate. Times are monotonic milliseconds.
 */
export class Pacer {
  private readonly intervalMs: number;
  private readonly burstMs: number;
  /** When the next one would leave if all kept an even distance. */
  private dueMs = -Infinity;

  /** `perSecond` 0 means no limit. */
  constructor(perSecond: number, burstMs = 10) {
    this.intervalMs = perSecond > 0 ? 1000 / perSecond : 0;
    this.burstMs = burstMs;
  }

  /** How many may leave now. */
  available(nowMs: number): number {
    if (this.intervalMs === 0) return Infinity;
    const dueMs = Math.max(this.dueMs, nowMs);
    return Math.max(0, Math.floor((nowMs + this.burstMs - dueMs) / this.intervalMs + 1));
  }

  /** One leaves now. */
  take(nowMs: number): void {
    this.dueMs = Math.max(this.dueMs, nowMs) + this.intervalMs;
  }

  /** When `available` is next above 0. */
  readyMs(): number {
    return this.dueMs - this.burstMs;
  }
}
