import { Guards } from '../../control/guards/guards.ts';
import type { Store } from '../../control/store/store.ts';
import type { Config } from '../config.ts';
import type { Witnesses } from './observers.ts';

/** The guards against fraud, whose refusals become metrics, alerts and log lines. */
export function openGuards(
  config: Pick<Config, 'guards'>,
  store: Store,
  { clock, metrics, log, alerts }: Witnesses,
): Guards {
  const { guardRefusals, alerts: alertCount } = metrics.instruments;
  return new Guards({
    store,
    clock,
    config: config.guards,
    observer: {
      refused: (guard, traffic) => guardRefusals(guard, traffic).inc(),
      alert(account, code, detail) {
        alertCount(String(code)).inc();
        log.warn({ account: account.sid, code }, detail);
        alerts.record({ accountSid: account.sid, code, resourceSid: account.sid, detail, request: null });
      },
    },
  });
}
