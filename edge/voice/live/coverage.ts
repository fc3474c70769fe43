import type { Clock, Timer } from '../../../control/base/clock.ts';
import { stretchSeconds } from '../charges.ts';
import type { CallLog } from './call-log.ts';
import type { LiveCall } from './live-call.ts';

/** More money is asked for so long before it is needed; should the process be late, nothing is lost yet. */
const leadMs = 5_000;
/** A call that is not paid for further is ended so long before its time is up, so that no second more is begun. */
const marginMs = 500;

export interface CoverageDeps {
  readonly clock: Clock;
  readonly log: Pick<CallLog, 'extend'>;
  /** The account cannot pay for another minute. */
  readonly ranDry: (live: LiveCall) => void;
}

/**
 * Keeps an answered call paid for, a stretch at a time: money for its first was held when it began. Each stretch is
 * written, so that after a crash the call is charged for what it is known to have lasted. The returned function stops it.
 */
export function cover(live: LiveCall, { clock, log, ranDry }: CoverageDeps): () => void {
  const { bill, answeredMs } = live.call;
  if (bill.price.perMinuteMicros === 0) return () => undefined;
  const stretch = stretchSeconds(bill.price);
  let coveredSeconds = stretch;
  let timer: Timer | undefined;
  const beforeItsEnd = (ms: number, act: () => void): void => {
    const atMs = answeredMs + coveredSeconds * 1000 - ms;
    timer = clock.after(Math.max(0, atMs - clock.now()), act);
  };
  const extend = (): boolean => {
    if (!log.extend(live.sid, live.account, coveredSeconds + stretch)) return false;
    coveredSeconds += stretch;
    beforeItsEnd(leadMs, ask);
    return true;
  };
  const ask = (): void => {
    if (!extend()) beforeItsEnd(marginMs, askAgain);
  };
  const askAgain = (): void => {
    if (!extend()) ranDry(live);
  };
  beforeItsEnd(leadMs, ask);
  return () => timer?.cancel();
}
