import type { Sid } from '../../../control/base/sid.ts';

/** Unix seconds, both inclusive. */
export interface TimeRange {
  readonly sinceSecond?: number;
  readonly untilSecond?: number;
}

/** Whether a moment lies in a range; 0, a moment that has not come, lies in none. */
export function inTimeRange(atMs: number, range: TimeRange | undefined): boolean {
  if (range === undefined) return true;
  if (atMs === 0) return false;
  const second = Math.floor(atMs / 1000);
  return second >= (range.sinceSecond ?? -Infinity) && second <= (range.untilSecond ?? Infinity);
}

/** A place in a list of time-ordered SIDs: all that were made before `atMs` come after it, newest first. */
export const before = (prefix: string, atMs: number): Sid =>
  prefix +
  Math.max(0, Math.min(2 ** 48 - 1, Math.ceil(atMs)))
    .toString(16)
    .padStart(12, '0')
    .padEnd(32, '0');
