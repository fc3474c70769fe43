import { dayOf } from '../periods.ts';
import { isArmed, isReached, periodOf } from '../trigger.ts';
import type { Check } from './check.ts';

/** A usage trigger has fired in a period if, and only if, that period's usage has reached its value. */
export const checkTriggers: Check = ({ triggers, usage, nowMs }, differ) => {
  const today = dayOf(nowMs);
  for (const trigger of triggers.all()) {
    const { sid, accountSid, recurring, firedPeriod, fires } = trigger;
    const isReachedIn = (day: string): boolean => {
      const [row = []] = usage.rows(accountSid, true, [periodOf(recurring, day).span]);
      return isReached(trigger, row);
    };
    if ((fires === 0) !== (firedPeriod === ''))
      differ(`trigger ${sid}: it has fired ${fires} times, last in no period`);
    const firedDay = recurring === 'alltime' ? today : firedPeriod;
    if (firedPeriod !== '' && !isReachedIn(firedDay))
      differ(`trigger ${sid}: it has fired for ${firedPeriod}, whose usage is below its value`);
    const period = periodOf(recurring, today);
    if (isArmed(trigger, period) && isReachedIn(today))
      differ(`trigger ${sid}: the usage of ${period.name} has reached its value, and it has not fired`);
  }
};
