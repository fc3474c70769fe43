import type { Clock, Timer } from '../../control/base/clock.ts';

interface Pending {
  readonly at: number;
  readonly order: number;
  readonly fire: () => void;
}

/** A clock that stands still until a test moves it; timers fire in order of their time, then of their setting. */
export class FakeClock implements Clock {
  private readonly pending = new Set<Pending>();
  private nowMs: number;
  private order = 0;

  constructor(startMs = Date.UTC(2026, 0, 1, 12, 0, 0)) {
    this.nowMs = startMs;
  }

  now(): number {
    return this.nowMs;
  }

  monotonic(): number {
    return this.nowMs;
  }

  after(delayMs: number, fire: () => void): Timer {
    const entry: Pending = { at: this.nowMs + Math.max(0, delayMs), order: this.order++, fire };
    this.pending.add(entry);
    return { cancel: () => void this.pending.delete(entry) };
  }

  /** How many timers are set. */
  get timers(): number {
    return this.pending.size;
  }

  /** Moves time forward by `ms`, firing on the way whatever falls due (also what those timers set in turn). */
  advance(ms: number): void {
    const end = this.nowMs + ms;
    for (;;) {
      const next = this.earliest(end);
      if (next === undefined) break;
      this.pending.delete(next);
      this.nowMs = Math.max(this.nowMs, next.at);
      next.fire();
    }
    this.nowMs = end;
  }

  /** `advance` in steps, letting promises settle between them. */
  async advanceAsync(ms: number, stepMs = ms): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      this.advance(Math.min(stepMs, left));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  private earliest(end: number): Pending | undefined {
    let best: Pending | undefined;
    for (const entry of this.pending) {
      if (entry.at > end) continue;
      if (best === undefined || entry.at < best.at || (entry.at === best.at && entry.order < best.order))
        best = entry;
    }
    return best;
  }
}
