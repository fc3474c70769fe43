import type { Account } from '../../../control/accounts/account.ts';
import type { Clock } from '../../../control/base/clock.ts';
import { alertOf } from '../../webhook/alert.ts';
import type { WebhookClient } from '../../webhook/client.ts';
import type { Message } from '../message.ts';
import type { MessagingObserver } from '../observer.ts';
import type { Callback, CallbackKey } from '../store/job-tables.ts';
import type { Ledger } from '../store/ledger.ts';
import { JobRunner, type JobEnd } from '../../../control/jobs/job-runner.ts';

/** Tries of one callback beyond the first, and the pause before each. Then it is given up, with its alert. */
const retryDelaysMs: readonly number[] = [1_000, 5_000, 30_000, 120_000, 600_000];

export interface TenantBooks {
  accountByNo(no: number): Account | undefined;
  authToken(account: Account): string | undefined;
}

export interface StatusCallbackDeps {
  readonly ledger: Ledger;
  readonly webhooks: Pick<WebhookClient, 'request'>;
  readonly books: TenantBooks;
  readonly clock: Clock;
  readonly observer: MessagingObserver;
  readonly concurrency: number;
}

/** Tells applications what became of their messages: for each message every change, in order, until it is heard. */
export class StatusCallbacks {
  private readonly deps: StatusCallbackDeps;
  private readonly runner: JobRunner;

  constructor(deps: StatusCallbackDeps) {
    this.deps = deps;
    this.runner = new JobRunner({
      clock: deps.clock,
      concurrency: deps.concurrency,
      ownerOf: (id) => deps.ledger.messages.get(id)?.accountNo,
      run: (id) => this.next(id),
      pending: (after) => this.pending(after),
    });
  }

  start(): void {
    this.runner.start();
  }

  stop(): void {
    this.runner.stop();
  }

  due({ id }: CallbackKey): void {
    this.runner.due(id);
  }

  private *pending(after: Buffer | undefined): Iterable<Buffer> {
    let before: Buffer | undefined;
    const range = after === undefined ? {} : { start: { id: after, order: Number.MAX_SAFE_INTEGER } };
    for (const { id } of this.deps.ledger.callbacks.keys(range)) {
      if (before?.equals(id) === true) continue;
      before = Buffer.from(id);
      yield before;
    }
  }

  private async next(id: Buffer): Promise<JobEnd> {
    const { ledger } = this.deps;
    const [first] = ledger.callbacks.entries({
      start: { id, order: 0 },
      end: { id, order: Number.MAX_SAFE_INTEGER },
      limit: 1,
    });
    if (first === undefined) return { kind: 'done' };
    const [key, callback] = first;
    const message = ledger.messages.get(id);
    const done = message === undefined || (await this.call(message, callback));
    const delayMs = retryDelaysMs[callback.attempts];
    if (done || delayMs === undefined) {
      ledger.callbacks.remove(key);
      await ledger.durable();
      return { kind: 'more' };
    }
    ledger.callbacks.put(key, { ...callback, attempts: callback.attempts + 1 });
    return { kind: 'retry', delayMs };
  }

  /** Whether the application has heard it, or nobody is left to hear it. */
  private async call(message: Message, callback: Callback): Promise<boolean> {
    const { books, observer, webhooks } = this.deps;
    const account = books.accountByNo(message.accountNo);
    const authToken = account === undefined ? undefined : books.authToken(account);
    if (account === undefined || authToken === undefined) return true;
    const outcome = await webhooks.request({
      url: message.statusCallback,
      method: 'POST',
      params: callbackParams(account, message, callback),
      account: account.sid,
      authToken,
      allowBody: false,
    });
    if (!outcome.ok) observer.alert(account, alertOf(message.sid, outcome, 'POST'));
    return outcome.ok;
  }
}

/** https://www.twilio.com/docs/messaging/guides/track-outbound-message-status */
function callbackParams(account: Account, message: Message, callback: Callback): [string, string][] {
  const params: [string, string][] = [
    ['SmsSid', callback.sid],
    ['SmsStatus', callback.status],
    ['MessageStatus', callback.status],
    ['To', message.to],
    ['MessageSid', callback.sid],
    ['AccountSid', account.sid],
    ['From', message.from],
    ['ApiVersion', '2010-04-01'],
  ];
  if (callback.errorCode !== 0) params.push(['ErrorCode', String(callback.errorCode)]);
  if (callback.doneDate !== '') params.push(['RawDlrDoneDate', callback.doneDate]);
  return params;
}
