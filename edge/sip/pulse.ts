import type { Clock, Timer } from '../../control/base/clock.ts';

const everyMs = 100;

/** Learns how far another thread lags: it is asked ten times a second, and answers when it comes to it. */
export class Pulse {
  private readonly clock: Clock;
  private readonly ask: (serial: number) => void;
  private serial = 0;
  /** When the question was asked that has no answer yet. */
  private askedMs: number | undefined = undefined;
  private lastMs = 0;
  private timer: Timer | undefined = undefined;

  constructor(clock: Clock, ask: (serial: number) => void) {
    this.clock = clock;
    this.ask = ask;
  }

  /** How long the last answer took, or how long the next one has been awaited by now. */
  get lagMs(): number {
    const waitedMs = this.askedMs === undefined ? 0 : this.clock.monotonic() - this.askedMs;
    return Math.max(waitedMs, this.lastMs);
  }

  start(): void {
    if (this.askedMs === undefined) {
      this.askedMs = this.clock.monotonic();
      this.ask(++this.serial);
    }
    this.timer = this.clock.after(everyMs, () => this.start());
  }

  answered(serial: number): void {
    if (serial !== this.serial || this.askedMs === undefined) return;
    this.lastMs = this.clock.monotonic() - this.askedMs;
    this.askedMs = undefined;
  }

  stop(): void {
    this.timer?.cancel();
  }
}
