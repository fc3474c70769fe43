import type { Clock } from '../base/clock.ts';

/** Who has sent too much, and when he may send again. */
export interface Excess {
  readonly sid: string;
  readonly perSecond: number;
  readonly waitMs: number;
}

/** What is wrong, and what to do. */
export const excessText = ({ sid, perSecond }: Excess, what: 'requests' | 'messages'): string =>
  `${sid} may send ${perSecond} ${what} a second: send fewer, or ask your operator for more`;

/** So much of a second's acts may come at once. */
const burstMs = 1_000;

/**
 * What accounts and keys do in a second, by the generic cell rate algorithm (ITU-T I.371): one number is kept for each
 * sender of the last second, and nothing for those at rest.
 */
export class Rates {
  private readonly clock: Clock;
  private readonly perSecond: (sid: string) => number;
  private readonly sendersMax: number;
  /** When the next act of each would come if all kept an even distance, in monotonic milliseconds. */
  private readonly dueMs = new Map<string, number>();

  /** `perSecond` gives what a SID may; 0 is no limit. */
  constructor(clock: Clock, perSecond: (sid: string) => number, sendersMax = 20_000) {
    this.clock = clock;
    this.perSecond = perSecond;
    this.sendersMax = sendersMax;
  }

  /** Counts one act of each of `sids`, or for none of them if one has sent too much. */
  enter(sids: readonly string[]): Excess | undefined {
    const nowMs = this.clock.monotonic();
    for (const sid of sids) {
      const perSecond = this.perSecond(sid);
      const dueMs = this.dueMs.get(sid);
      if (perSecond === 0 || dueMs === undefined) continue;
      const waitMs = dueMs + 1_000 / perSecond - burstMs - nowMs;
      // Times are sums of fractions: a hair's breadth is no excess.
      if (waitMs > 0.001) return { sid, perSecond, waitMs };
    }
    for (const sid of sids) {
      const perSecond = this.perSecond(sid);
      if (perSecond > 0)
        this.keep(sid, Math.max(this.dueMs.get(sid) ?? nowMs, nowMs) + 1_000 / perSecond, nowMs);
    }
    return undefined;
  }

  private keep(sid: string, dueMs: number, nowMs: number): void {
    if (this.dueMs.size >= this.sendersMax && !this.dueMs.has(sid)) this.forget(nowMs);
    this.dueMs.set(sid, dueMs);
  }

  /** Forgets those at rest; where all are busy, the one known longest. */
  private forget(nowMs: number): void {
    for (const [sid, dueMs] of this.dueMs) if (dueMs <= nowMs) this.dueMs.delete(sid);
    const oldest = this.dueMs.keys().next();
    if (this.dueMs.size >= this.sendersMax && oldest.done !== true) this.dueMs.delete(oldest.value);
  }
}
