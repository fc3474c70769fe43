import type { Clock, Timer } from '../../control/base/clock.ts';

/** Many delayed calls on one timer: a load of a million receipts must not be a million timers. */
export class Later {
  private readonly clock: Clock;
  private readonly waiting: { readonly dueMs: number; readonly run: () => void }[] = [];
  private timer: Timer | undefined;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Calls `run` after `delayMs`. Nearly all delays of one SMSC are the same, so appending nearly always keeps the order. */
  after(delayMs: number, run: () => void): void {
    const { waiting } = this;
    const dueMs = this.clock.now() + delayMs;
    let at = waiting.length;
    while (at > 0 && (waiting[at - 1]?.dueMs ?? 0) > dueMs) at--;
    if (at === waiting.length) waiting.push({ dueMs, run });
    else waiting.splice(at, 0, { dueMs, run });
    if (at === 0) this.arm(delayMs);
  }

  /** Forgets every call that has not been made. */
  clear(): void {
    this.timer?.cancel();
    this.waiting.length = 0;
  }

  private arm(delayMs: number): void {
    this.timer?.cancel();
    this.timer = this.clock.after(delayMs, () => {
      const nowMs = this.clock.now();
      let due = 0;
      while ((this.waiting[due]?.dueMs ?? Infinity) <= nowMs) due++;
      for (const { run } of this.waiting.splice(0, due)) run();
      const next = this.waiting[0];
      if (next !== undefined) this.arm(Math.max(1, next.dueMs - nowMs));
    });
  }
}
