import type { Clock, Timer } from '../../control/base/clock.ts';
import { frameMs } from '../audio/frame.ts';

/** After a longer stall the missed ticks are given up: nobody wants a second of sound at once. */
const catchUpTicks = 5;

/**
 * The one clock of all sound: a tick each 20 ms, counted from when it was made. Ticks do not drift: each is due at a
 * multiple of 20 ms, however late the one before was. It runs while somebody needs it; ticks are counted even so.
 */
export class Ticker {
  private readonly clock: Clock;
  private readonly fire: (tick: number) => void;
  private readonly beganMs: number;
  private timer: Timer | undefined;
  private next = 0;

  constructor(clock: Clock, fire: (tick: number) => void) {
    this.clock = clock;
    this.fire = fire;
    this.beganMs = clock.monotonic();
  }

  /** The number of the tick that is due now. */
  get now(): number {
    return Math.floor((this.clock.monotonic() - this.beganMs) / frameMs);
  }

  start(): void {
    if (this.timer !== undefined) return;
    this.next = this.now + 1;
    this.arm();
  }

  stop(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }

  private arm(): void {
    const dueMs = this.beganMs + this.next * frameMs;
    this.timer = this.clock.after(Math.max(0, dueMs - this.clock.monotonic()), () => this.run());
  }

  private run(): void {
    const { now } = this;
    if (now - this.next > catchUpTicks) this.next = now;
    this.timer = undefined;
    // A timer may fire a hair early; then there is nothing to do yet.
    while (this.next <= now) this.fire(this.next++);
    this.arm();
  }
}
