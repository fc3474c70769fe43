import type { Account } from '../../control/accounts/account.ts';
import type { Clock } from '../../control/base/clock.ts';
import type { Sid } from '../../control/base/sid.ts';
import type { Alert } from '../../control/events/alert.ts';
import type { Store } from '../../control/store/store.ts';
import { callbackTable, Callbacks } from './callbacks.ts';
import type { Params } from './signature.ts';
import type { TellDeps } from './tenants.ts';

/** Alerts of one account that are posted in a minute; of more, the store alone knows. An application that is down would
 * otherwise be asked six times more for each request that it has failed. */
const perMinute = 60;
const minuteMs = 60_000;

/** Posts under way at a time, of all accounts. */
const concurrency = 8;

export interface DebuggerDeps extends Pick<TellDeps, 'webhooks' | 'books'> {
  readonly store: Store;
  readonly clock: Clock;
  readonly accountBySid: (sid: Sid) => Account | undefined;
  /** Where an account wants its errors posted; undefined if nowhere. */
  readonly urlOf: (account: Account) => string | undefined;
}

/** Posts accounts' errors to their debugger webhooks, signed, each until it is heard or given up. */
export class DebuggerWebhook {
  private readonly deps: DebuggerDeps;
  private readonly callbacks: Callbacks;
  private minute = 0;
  /** Posts of each account within the minute. */
  private readonly counts = new Map<Sid, number>();

  constructor(deps: DebuggerDeps) {
    this.deps = deps;
    this.callbacks = new Callbacks({
      ...deps,
      table: callbackTable('debugger-callbacks'),
      concurrency,
      // A debugger that does not answer is no error of the application's: it would be posted to that same debugger.
      observer: { alert: () => undefined },
    });
  }

  start(): void {
    this.callbacks.start();
  }

  stop(): void {
    this.callbacks.stop();
  }

  /** Leaves the post of an alert that is being recorded; both commit together. */
  recorded(alert: Alert): void {
    const account = this.deps.accountBySid(alert.accountSid);
    const url = account === undefined ? undefined : this.deps.urlOf(account);
    if (account === undefined || url === undefined || !this.admits(account.sid)) return;
    this.callbacks.leave(alert.sid, 0, {
      accountNo: account.no,
      url,
      method: 'POST',
      params: debuggingEvent(alert, account),
    });
  }

  private admits(accountSid: Sid): boolean {
    const minute = Math.floor(this.deps.clock.now() / minuteMs);
    if (minute !== this.minute) {
      this.minute = minute;
      this.counts.clear();
    }
    const count = (this.counts.get(accountSid) ?? 0) + 1;
    this.counts.set(accountSid, count);
    return count <= perMinute;
  }
}

/** https://www.twilio.com/docs/usage/troubleshooting/debugging-event-webhooks#debugging-event-callback-parameters */
function debuggingEvent(alert: Alert, account: Pick<Account, 'sid' | 'ownerSid'>): Params {
  const { request } = alert;
  const payload = {
    resource_sid: alert.resourceSid,
    service_sid: null,
    error_code: String(alert.code),
    more_info: { Msg: alert.detail },
    ...(request === null
      ? {}
      : {
          webhook: {
            type: 'application/json',
            request: { url: request.url, method: request.method },
            response: { status_code: request.responseStatus === 0 ? null : request.responseStatus },
          },
        }),
  };
  return [
    ['Sid', alert.sid],
    ['AccountSid', account.sid],
    ...(account.ownerSid === account.sid ? [] : [['ParentAccountSid', account.ownerSid] as const]),
    ['Timestamp', new Date(alert.atMs).toISOString()],
    ['Level', alert.level],
    ['PayloadType', 'application/json'],
    ['Payload', JSON.stringify(payload)],
  ];
}
