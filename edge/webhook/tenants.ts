import type { Account } from '../../control/accounts/account.ts';
import { alertOf, type WebhookAlert } from './alert.ts';
import type { WebhookClient } from './client.ts';
import type { Params } from './signature.ts';
import type { HttpMethod } from './transport.ts';

/** What must be known of an account to call its application. */
export interface TenantBooks {
  accountByNo(no: number): Account | undefined;
  authToken(account: Account): string | undefined;
}

/** Something that a tenant's application is to be told, and whose answer says no more than that it was heard. */
export interface Notice {
  readonly accountNo: number;
  /** The resource that it is about; so is an alert of its failure. */
  readonly aboutSid: string;
  readonly url: string;
  readonly method: HttpMethod;
  readonly params: Params;
}

export interface TellDeps {
  readonly webhooks: Pick<WebhookClient, 'request'>;
  readonly books: TenantBooks;
  readonly observer: { alert(account: Account, alert: WebhookAlert): void };
}

/** Whether the application has heard it, or nobody is left to hear it. A failure is an alert of the account's. */
export async function tell({ webhooks, books, observer }: TellDeps, notice: Notice): Promise<boolean> {
  const { url, method, params } = notice;
  const account = books.accountByNo(notice.accountNo);
  const authToken = account === undefined ? undefined : books.authToken(account);
  if (account === undefined || authToken === undefined) return true;
  const outcome = await webhooks.request({
    url,
    method,
    params,
    account: account.sid,
    authToken,
    allowBody: false,
  });
  if (!outcome.ok) observer.alert(account, alertOf(notice.aboutSid, outcome, method));
  return outcome.ok;
}
