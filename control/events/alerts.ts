import type { Clock } from '../base/clock.ts';
import { isSid, sidBytes, sidTimeMs, type Sid, type SidFactory } from '../base/sid.ts';
import { numberedError, type Level } from '../errors/errors.ts';
import { withoutCredentials } from '../log/redact.ts';
import { FacetIndex, type Facet, type Page, type PageQuery } from '../store/facets.ts';
import { sidKey } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import type { Table, TableSpec } from '../store/table.ts';
import type { Alert, NewAlert } from './alert.ts';
import type { AlertExchange } from './alert-exchange.ts';
import type { EventBus } from './bus.ts';

const alertTable: TableSpec<Sid, Alert> = { name: 'alerts', key: sidKey('NO'), version: 1 };

/** Apart from the alerts, for lists and traces have no use for it: what people wrote is in it. */
const exchangeTable: TableSpec<Sid, AlertExchange> = {
  name: 'alert-exchanges',
  key: sidKey('NO'),
  version: 1,
};

/** How much of what others wrote is kept. */
const maxText = 2_000;
const maxAttempts = 10;
const maxAttemptUrl = 300;
/** Alerts about one resource, of which a message has a few. */
const forgottenMax = 1_000;

export interface AlertsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly makeSid: SidFactory;
  readonly bus: EventBus;
  /** Beyond this many, the oldest go. */
  readonly keep?: number;
}

/** What an account's alerts are narrowed by; times are Unix seconds, both inclusive. */
export interface AlertFilter {
  readonly resourceSid?: Sid;
  readonly level?: Level;
  readonly recorded?: { readonly sinceSecond?: number; readonly untilSecond?: number };
}

/** The alerts of an edge, newest last by their SIDs. Only the edge writes them. */
export class Alerts {
  private readonly table: Table<Sid, Alert>;
  private readonly exchanges: Table<Sid, AlertExchange>;
  /** Of each account, and of each resource of it. */
  private readonly index: FacetIndex;
  private readonly options: AlertsOptions;
  private readonly keep: number;
  /** Counted once, when the first alert is recorded. */
  private count: number | undefined;
  private removedUpTo: Sid | undefined;
  private follower: (alert: Alert) => void = () => undefined;

  constructor(options: AlertsOptions) {
    this.options = options;
    this.keep = options.keep ?? 10_000;
    this.table = options.store.table(alertTable);
    this.exchanges = options.store.table(exchangeTable);
    this.index = new FacetIndex(options.store, 'alerts-index');
  }

  /** `told` hears of each alert in the turn in which it is written: what it writes commits together with it. */
  follow(told: (alert: Alert) => void): void {
    this.follower = told;
  }

  /** Keeps the alert (on disk with the store's next group commit) and publishes it. */
  record({ exchange, ...alert }: NewAlert): Alert {
    const { clock, makeSid, bus } = this.options;
    this.count ??= this.table.count();
    const kept: Alert = {
      ...alert,
      sid: makeSid('NO'),
      atMs: clock.now(),
      level: numberedError(alert.code).level,
      detail: textOf(alert.detail),
      request:
        alert.request === null
          ? null
          : {
              ...alert.request,
              url: textOf(alert.request.url),
              // To the letter, as the signature is: it is made without credentials.
              signedUrl: alert.request.signedUrl.slice(0, maxText),
              attempts: (alert.request.attempts ?? []).slice(-maxAttempts).map((attempt) => ({
                ...attempt,
                url: textOf(attempt.url, maxAttemptUrl),
                durationMs: Math.round(attempt.durationMs),
              })),
            },
    };
    this.table.put(kept.sid, kept);
    if (exchange !== undefined) this.exchanges.put(kept.sid, exchange);
    this.index.move([], listsOf(kept), sidBytes(kept.sid));
    this.count++;
    this.trim();
    this.follower(kept);
    bus.publish({ type: 'alert', atMs: kept.atMs, alert: kept });
    return kept;
  }

  /** The newest alerts that `matches` accepts, oldest of them first. */
  recent(limit: number, matches: (alert: Alert) => boolean = () => true): readonly Alert[] {
    return recentAlerts(this.options.store, limit, matches);
  }

  get(accountSid: Sid, sid: string): Alert | undefined {
    const alert = this.find(sid);
    return alert?.accountSid === accountSid ? alert : undefined;
  }

  /** Whoever's it is; `sid` may be any text. */
  find(sid: string): Alert | undefined {
    return isSid(sid, 'NO') ? this.table.get(sid) : undefined;
  }

  /** What the webhook of an alert was sent and answered; undefined where none was, or where it is forgotten. */
  exchange({ sid }: Pick<Alert, 'sid'>): AlertExchange | undefined {
    return this.exchanges.get(sid);
  }

  /** Removes what the webhooks about a resource were sent and answered: nobody is to read it any more. */
  forget(accountSid: Sid, resourceSid: Sid): void {
    const { rows } = this.list(accountSid, { resourceSid }, { limit: forgottenMax });
    for (const { sid } of rows) this.exchanges.remove(sid);
  }

  /** One page of everybody's alerts, newest first. */
  listAll({ level }: Pick<AlertFilter, 'level'>, { after, limit }: PageQuery<Sid>): Page<Alert, Sid> {
    const rows: Alert[] = [];
    for (const [sid, alert] of this.table.entries({
      reverse: true,
      ...(after === undefined ? {} : { start: after }),
    })) {
      if (sid === after || (level ?? alert.level) !== alert.level) continue;
      if (rows.length === limit) return { rows, next: rows.at(-1)?.sid ?? null };
      rows.push(alert);
    }
    return { rows, next: null };
  }

  /** One page of an account's alerts, newest first. */
  list(accountSid: Sid, filter: AlertFilter, page: PageQuery<Sid>): Page<Alert, Sid> {
    const { resourceSid, level, recorded } = filter;
    const list = resourceSid === undefined ? [accountSid] : [accountSid, resourceSid];
    return this.index.newestSids(list, 'NO', page, (sid) => {
      const second = Math.floor(sidTimeMs(sid) / 1000);
      if (second < (recorded?.sinceSecond ?? 0) || second > (recorded?.untilSecond ?? Infinity))
        return undefined;
      const alert = this.table.get(sid);
      return alert !== undefined && (level ?? alert.level) === alert.level ? alert : undefined;
    });
  }

  /** Removes a tenth at a time, so that it is rare. */
  private trim(): void {
    const slack = Math.max(1, Math.floor(this.keep / 10));
    if (this.count === undefined || this.count < this.keep + slack) return;
    // Reads see committed rows, so what was removed a moment ago may still be there: go on after it.
    const start = this.removedUpTo;
    for (const [sid, alert] of this.table.entries(start === undefined ? {} : { start })) {
      if (sid === start) continue;
      if (this.count <= this.keep) break;
      this.table.remove(sid);
      this.exchanges.remove(sid);
      this.index.move(listsOf(alert), [], sidBytes(sid));
      this.removedUpTo = sid;
      this.count--;
    }
  }
}

/** What is kept of a text: no credentials of the URLs in it. */
const textOf = (text: string, max = maxText): string => withoutCredentials(text).slice(0, max);

const listsOf = ({ accountSid, resourceSid }: Alert): readonly Facet[] =>
  resourceSid === '' ? [[accountSid]] : [[accountSid], [accountSid, resourceSid]];

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
