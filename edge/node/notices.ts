import type { Clock } from '../../control/base/clock.ts';
import type { Alerts } from '../../control/events/alerts.ts';
import type { Store } from '../../control/store/store.ts';
import { BundleCallbacks } from '../webhook/bundle-callbacks.ts';
import type { WebhookClient } from '../webhook/client.ts';
import { DebuggerWebhook } from '../webhook/debugger.ts';
import type { TenantBooks } from '../webhook/tenants.ts';
import type { Books } from './books.ts';
import { messagingObserver, type Witnesses } from './observers.ts';

/** What tenants are told of besides their messages and calls. */
export interface Notices {
  start(): void;
  stop(): void;
}

/** Posts accounts' errors to their debugger webhooks, and what became of their bundles to whom they name. */
export function openNotices(
  { accounts, debuggers: debuggerUrls }: Pick<Books, 'accounts' | 'debuggers'>,
  books: TenantBooks,
  {
    alerts,
    witnesses,
    ...around
  }: {
    readonly store: Store;
    readonly clock: Clock;
    readonly webhooks: WebhookClient;
    readonly alerts: Alerts;
    readonly witnesses: Witnesses;
  },
): Notices {
  const debuggers = new DebuggerWebhook({
    ...around,
    books,
    accountBySid: (sid) => accounts.fetch(sid),
    urlOf: (account) => debuggerUrls.urlOf(account),
  });
  const bundles = new BundleCallbacks({ ...around, books, observer: messagingObserver(witnesses) });
  alerts.follow((alert) => debuggers.recorded(alert));
  return {
    start() {
      debuggers.start();
      bundles.start();
    },
    stop() {
      debuggers.stop();
      bundles.stop();
    },
  };
}
