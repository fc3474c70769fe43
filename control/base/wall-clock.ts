import type { Clock } from './clock.ts';

/**
 * The time of day in microseconds, for records that stand beside those of other clocks: `now` tells whole milliseconds,
 * and `monotonic` knows their parts. It never leaves the millisecond that `now` tells, so a clock that is set is followed.
 */
export class WallClock {
  private readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  /** From the monotonic time to the time of day. */
  private offsetMs: number;

  constructor(clock: Pick<Clock, 'now' | 'monotonic'>) {
    this.clock = clock;
    this.offsetMs = clock.now() + 0.5 - clock.monotonic();
  }

  /** Microseconds since 1970. */
  nowUs(): number {
    const wholeMs = Math.floor(this.clock.now());
    const monotonicMs = this.clock.monotonic();
    const guessMs = Math.min(Math.max(monotonicMs + this.offsetMs, wholeMs), wholeMs + lastPartMs);
    this.offsetMs = guessMs - monotonicMs;
    return Math.floor(guessMs * 1000);
  }
}

/** The last microsecond of a millisecond. */
const lastPartMs = 0.999;
