import type { Account } from '../../../control/accounts/account.ts';
import type { Clock } from '../../../control/base/clock.ts';
import { sidBytes, type Sid } from '../../../control/base/sid.ts';
import { JobRunner, type JobEnd } from '../../../control/jobs/job-runner.ts';
import type { Store } from '../../../control/store/store.ts';
import type { Table } from '../../../control/store/table.ts';
import { alertOf } from '../../webhook/alert.ts';
import type { WebhookClient } from '../../webhook/client.ts';
import type { VoiceObserver } from '../observer.ts';
import { allOf, callbackTable, type Callback, type OrderedKey } from '../store/tables.ts';

/** Tries of one callback beyond the first, and the pause before each. Then it is given up, with its alert. */
const retryDelaysMs: readonly number[] = [1_000, 5_000, 30_000, 120_000, 600_000];

export interface TenantBooks {
  accountByNo(no: number): Account | undefined;
  authToken(account: Account): string | undefined;
}

export interface CallbackDeps {
  readonly store: Store;
  readonly webhooks: Pick<WebhookClient, 'request'>;
  readonly books: TenantBooks;
  readonly clock: Clock;
  readonly observer: VoiceObserver;
  /** Callbacks under way at a time. */
  readonly concurrency: number;
}

/** Tells applications what became of their calls, recordings and conferences: each one's events in order, until heard. */
export class Callbacks {
  private readonly deps: CallbackDeps;
  private readonly rows: Table<OrderedKey, Callback>;
  private readonly runner: JobRunner;
  private stopped = false;

  constructor(deps: CallbackDeps) {
    this.deps = deps;
    this.rows = deps.store.table(callbackTable);
    this.runner = new JobRunner({
      clock: deps.clock,
      concurrency: deps.concurrency,
      ownerOf: (id) => this.first(id)?.[1].accountNo,
      run: (id) => this.next(id),
      pending: (after) => this.pending(after),
    });
  }

  start(): void {
    this.runner.start();
  }

  /** Begins nothing new. What is being told is told again after the next start: nobody may write any more. */
  stop(): void {
    this.stopped = true;
    this.runner.stop();
  }

  /** Leaves a callback about a resource, `sequence` in its order; joins the write of the change it tells of. */
  leave(sid: Sid, sequence: number, callback: Omit<Callback, 'attempts' | 'aboutSid'>): void {
    const key: OrderedKey = { id: sidBytes(sid), order: sequence };
    this.rows.put(key, { ...callback, aboutSid: sid, attempts: 0 });
    // A commit that fails is reported to whoever acknowledges; nothing waits on disk then.
    this.deps.store.durable().then(
      () => this.runner.due(key.id),
      () => undefined,
    );
  }

  private *pending(after: Buffer | undefined): Iterable<Buffer> {
    let before: Buffer | undefined;
    for (const { id } of this.rows.keys(after === undefined ? {} : { start: allOf(after).end })) {
      if (before?.equals(id) === true) continue;
      before = id;
      yield id;
    }
  }

  private first(id: Buffer): readonly [OrderedKey, Callback] | undefined {
    const [first] = this.rows.entries({ ...allOf(id), limit: 1 });
    return first;
  }

  private async next(id: Buffer): Promise<JobEnd> {
    const first = this.first(id);
    if (first === undefined) return { kind: 'done' };
    const [key, callback] = first;
    const done = await this.call(callback);
    if (this.stopped) return { kind: 'done' };
    const delayMs = retryDelaysMs[callback.attempts];
    if (done || delayMs === undefined) {
      this.rows.remove(key);
      await this.deps.store.durable();
      return { kind: 'more' };
    }
    this.rows.put(key, { ...callback, attempts: callback.attempts + 1 });
    return { kind: 'retry', delayMs };
  }

  /** Whether the application has heard it, or nobody is left to hear it. */
  private async call({ accountNo, aboutSid, url, method, params }: Callback): Promise<boolean> {
    const { books, observer, webhooks } = this.deps;
    const account = books.accountByNo(accountNo);
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
    if (!outcome.ok) observer.alert(account, alertOf(aboutSid, outcome, method));
    return outcome.ok;
  }
}
