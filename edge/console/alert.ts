import type { Account } from '../../control/accounts/account.ts';
import type { Alert } from '../../control/events/alert.ts';
import type { AlertExchange } from '../../control/events/alert-exchange.ts';
import type { ConsoleDeps } from './deps.ts';
import type { Viewer } from './page.ts';
import { visible } from './scope.ts';

export interface FoundAlert {
  readonly alert: Alert;
  readonly account: Account;
}

/** An alert that the viewer may see; `sid` may be any text. */
export function alertOf({ api }: ConsoleDeps, viewer: Viewer, sid: string): FoundAlert | undefined {
  const alert = api.alerts.find(sid);
  const account = alert && visible(viewer, api.accounts, alert.accountSid);
  return alert === undefined || account === undefined ? undefined : { alert, account };
}

/** What its webhook was sent and answered. What people wrote is in it: that an operator reads it is in the audit log. */
export async function readExchange(
  { api }: ConsoleDeps,
  viewer: Viewer,
  { alert, account }: FoundAlert,
): Promise<AlertExchange | undefined> {
  const exchange = api.alerts.exchange(alert);
  if (exchange !== undefined && viewer.kind === 'operator') {
    api.audit.note('alert-exchange', 'read', { sid: alert.sid, accounts: [account.sid], shows: {} });
    await api.durable();
  }
  return exchange;
}
