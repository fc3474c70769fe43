import type { Clock } from '../base/clock.ts';
import type { Sid, SidFactory } from '../base/sid.ts';
import { numberedError } from '../errors/errors.ts';
import { sidKey } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import type { Table, TableSpec } from '../store/table.ts';
import type { Alert, NewAlert } from './alert.ts';
import type { EventBus } from './bus.ts';

const alertTable: TableSpec<Sid, Alert> = { name: 'alerts', key: sidKey('NO'), version: 1 };

/** How much of what others wrote is kept. */
const maxText = 2_048;

export interface AlertsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly makeSid: SidFactory;
  readonly bus: EventBus;
  /** Beyond this many, the oldest go. */
  readonly keep?: number;
}

/** The alerts of an edge, newest last by their SIDs. Only the edge writes them. */
export class Alerts {
  private readonly table: Table<Sid, Alert>;
  private readonly options: AlertsOptions;
  private readonly keep: number;
  /** Counted once, when the first alert is recorded. */
  private count: number | undefined;
  private removedUpTo: Sid | undefined;

  constructor(options: AlertsOptions) {
    this.options = options;
    this.keep = options.keep ?? 10_000;
    this.table = options.store.table(alertTable);
  }

  /** Keeps the alert (on disk with the store's next group commit) and publishes it. */
  record(alert: NewAlert): Alert {
    const { clock, makeSid, bus } = this.options;
    this.count ??= this.table.count();
    const kept: Alert = {
      ...alert,
      sid: makeSid('NO'),
      atMs: clock.now(),
      level: numberedError(alert.code).level,
      detail: alert.detail.slice(0, maxText),
      request:
        alert.request === null
          ? null
          : {
              ...alert.request,
              url: alert.request.url.slice(0, maxText),
              signedUrl: alert.request.signedUrl.slice(0, maxText),
            },
    };
    this.table.put(kept.sid, kept);
    this.count++;
    this.trim();
    bus.publish({ type: 'alert', atMs: kept.atMs, alert: kept });
    return kept;
  }

  /** The newest alerts that `matches` accepts, oldest of them first. */
  recent(limit: number, matches: (alert: Alert) => boolean = () => true): readonly Alert[] {
    return recentAlerts(this.options.store, limit, matches);
  }

  /** Removes a tenth at a time, so that it is rare. */
  private trim(): void {
    const slack = Math.max(1, Math.floor(this.keep / 10));
    if (this.count === undefined || this.count < this.keep + slack) return;
    // Reads see committed rows, so what was removed a moment ago may still be there: go on after it.
    const start = this.removedUpTo;
    for (const sid of this.table.keys(start === undefined ? {} : { start })) {
      if (sid === start) continue;
      if (this.count <= this.keep) break;
      this.table.remove(sid);
      this.removedUpTo = sid;
      this.count--;
    }
  }
}

/** `Alerts.recent` for a reader that records none. */
export function recentAlerts(
  store: Store,
  limit: number,
  matches: (alert: Alert) => boolean = () => true,
): readonly Alert[] {
  const found: Alert[] = [];
  for (const [, alert] of store.table(alertTable).entries({ reverse: true })) {
    if (found.length >= limit) break;
    if (matches(alert)) found.push(alert);
  }
  return found.reverse();
}
