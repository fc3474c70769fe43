import type { Account } from '../../../control/accounts/account.ts';
import type { Clock } from '../../../control/base/clock.ts';
import type { JobLoad } from '../../../control/jobs/job-runner.ts';
import { OrderedJobs } from '../../../control/jobs/ordered-jobs.ts';
import { tell, type TellDeps } from '../../webhook/tenants.ts';
import type { Message } from '../message.ts';
import { callbackOrderMax, type Callback } from '../store/job-tables.ts';
import type { Ledger } from '../store/ledger.ts';

export interface StatusCallbackDeps extends TellDeps {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly concurrency: number;
}

/**
 * Tells applications what became of their messages: for each message every change, in order, until it is heard. Their
 * parameters are made when they are sent, which keeps the rows small.
 */
export class StatusCallbacks {
  private readonly deps: StatusCallbackDeps;
  private readonly jobs: OrderedJobs<Callback>;

  constructor(deps: StatusCallbackDeps) {
    const { ledger, clock, concurrency } = deps;
    this.deps = deps;
    this.jobs = new OrderedJobs({
      rows: ledger.callbacks,
      orderMax: callbackOrderMax,
      durable: () => ledger.durable(),
      clock,
      concurrency,
      ownerOf: (id) => ledger.messages.get(id)?.accountNo,
      attempt: (callback, id) => this.attempt(callback, id),
    });
  }

  start(): void {
    this.jobs.start();
  }

  /** Begins nothing new; resolves when what is under way has been heard and written. */
  rest(): Promise<void> {
    return this.jobs.rest();
  }

  stop(): void {
    this.jobs.stop();
  }

  get load(): JobLoad {
    return this.jobs.load;
  }

  /** A message has callbacks on disk. */
  due(id: Buffer): void {
    this.jobs.due(id);
  }

  private async attempt(callback: Callback, id: Buffer): Promise<boolean> {
    const message = this.deps.ledger.messages.get(id);
    if (message === undefined) return true;
    const { accountNo, sid, statusCallback: url } = message;
    const account = this.deps.books.accountByNo(accountNo);
    if (account === undefined) return true;
    const params = callbackParams(account, message, callback);
    return tell(this.deps, { accountNo, aboutSid: sid, url, method: 'POST', params });
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
  const { messagingServiceSid } = message;
  if (messagingServiceSid !== '') params.push(['MessagingServiceSid', messagingServiceSid]);
  if (callback.errorCode !== 0) params.push(['ErrorCode', String(callback.errorCode)]);
  if (callback.doneDate !== '') params.push(['RawDlrDoneDate', callback.doneDate]);
  return params;
}
