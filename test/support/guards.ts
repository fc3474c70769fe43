import type { Clock } from '../../control/base/clock.ts';
import { guardsPart } from '../../control/guards/config.ts';
import { Guards, type GuardObserver } from '../../control/guards/guards.ts';
import type { Store } from '../../control/store/store.ts';

/** What guards said to their observer. */
export interface GuardReports extends GuardObserver {
  readonly refusals: string[];
  readonly alerts: { readonly accountSid: string; readonly code: number; readonly detail: string }[];
}

export function guardReports(): GuardReports {
  const refusals: string[] = [];
  const alerts: GuardReports['alerts'] = [];
  return {
    refusals,
    alerts,
    refused: (guard, traffic) => void refusals.push(`${traffic} ${guard}`),
    alert: ({ sid }, code, detail) => void alerts.push({ accountSid: sid, code, detail }),
  };
}

/** Guards over a test's store, with `guards` of strowger.yaml as given. */
export const testGuards = (
  store: Store,
  clock: Clock,
  config: Parameters<ReturnType<typeof guardsPart>['parse']>[0] = {},
  observer: GuardObserver = guardReports(),
): Guards => new Guards({ store, clock, config: guardsPart().parse(config), observer });
