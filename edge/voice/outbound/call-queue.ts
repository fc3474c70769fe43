import type { Clock, Timer } from '../../../control/base/clock.ts';
import type { Sid } from '../../../control/base/sid.ts';
import { AccountQueue } from './account-queue.ts';

export interface CallQueueOptions {
  readonly clock: Clock;
  /** Calls a second of an account. */
  readonly cpsOf: (accountNo: number) => number;
  /** Twilio queues a day's calls: 86,400 at one a second. */
  readonly queuedMax: number;
  /** A call's turn has come. */
  readonly start: (sid: Sid) => void;
}

interface Paced {
  readonly queue: AccountQueue;
  timer: Timer | undefined;
}

/** Lets each account's calls begin at its own pace. Memory holds the SIDs only; what they are to do is on disk. */
export class CallQueue {
  private readonly options: CallQueueOptions;
  private readonly accounts = new Map<number, Paced>();
  private stopped = false;

  constructor(options: CallQueueOptions) {
    this.options = options;
  }

  /** Calls that wait, of one account or of all. */
  depth(accountNo?: number): number {
    if (accountNo !== undefined) return this.accounts.get(accountNo)?.queue.length ?? 0;
    let all = 0;
    for (const { queue } of this.accounts.values()) all += queue.length;
    return all;
  }

  isFull(accountNo: number): boolean {
    return this.depth(accountNo) >= this.options.queuedMax;
  }

  /** Queues a call whose record is on disk. */
  push(accountNo: number, sid: Sid): void {
    let paced = this.accounts.get(accountNo);
    if (paced === undefined) {
      paced = { queue: new AccountQueue(this.options.cpsOf(accountNo)), timer: undefined };
      this.accounts.set(accountNo, paced);
    }
    paced.queue.push(sid);
    if (paced.timer === undefined) this.serve(accountNo, paced);
  }

  stop(): void {
    this.stopped = true;
    for (const { timer } of this.accounts.values()) timer?.cancel();
  }

  private serve(accountNo: number, paced: Paced): void {
    if (this.stopped) return;
    const { clock, start } = this.options;
    for (;;) {
      const sid = paced.queue.take(clock.now());
      if (sid === undefined) break;
      start(sid);
    }
    const dueInMs = paced.queue.dueInMs(clock.now());
    if (dueInMs === undefined && paced.queue.idle(clock.now())) {
      this.accounts.delete(accountNo);
      return;
    }
    // An empty queue is kept as long as its pace must be.
    const waitMs = dueInMs ?? 1000 / this.options.cpsOf(accountNo);
    paced.timer = clock.after(waitMs, () => {
      paced.timer = undefined;
      this.serve(accountNo, paced);
    });
  }
}
