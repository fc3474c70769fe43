import type { Clock, Timer } from '../../control/base/clock.ts';
import { frameMs } from '../audio/frame.ts';

/** Parts of a tick. See `Rota`. */
export const tickParts = 4;
const partMs = frameMs / tickParts;

/** After a longer stall the missed ticks are given up: nobody wants a second of sound at once. */
const catchUpParts = 5 * tickParts;

/**
 * The one clock of all sound: a tick each 20 ms, in parts, counted from when it was made. It does not drift: each part is
 * due at a multiple of its length, however late the one before was. It runs while somebody needs it; ticks are counted
 * even so.
 */
export class Ticker {
  private readonly clock: Clock;
  private readonly fire: (tick: number, part: number) => void;
  private readonly beganMs: number;
  private timer: Timer | undefined;
  private next = 0;

  constructor(clock: Clock, fire: (tick: number, part: number) => void) {
    this.clock = clock;
    this.fire = fire;
    this.beganMs = clock.monotonic();
  }

  /** The number of the tick that is due now. */
  get now(): number {
    return Math.floor(this.partsGone / tickParts);
  }

  start(): void {
    if (this.timer !== undefined) return;
    this.next = this.partsGone + 1;
    this.arm();
  }

  stop(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }

  private get partsGone(): number {
    return Math.floor((this.clock.monotonic() - this.beganMs) / partMs);
  }

  private arm(): void {
    const dueMs = this.beganMs + this.next * partMs;
    this.timer = this.clock.after(Math.max(0, dueMs - this.clock.monotonic()), () => this.run());
  }

  private run(): void {
    const gone = this.partsGone;
    if (gone - this.next > catchUpParts) this.next = gone;
    this.timer = undefined;
    // A timer may fire a hair early; then there is nothing to do yet.
    for (; this.next <= gone; this.next++)
      this.fire(Math.floor(this.next / tickParts), this.next % tickParts);
    this.arm();
  }
}
