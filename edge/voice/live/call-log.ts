import type { Account } from '../../../control/accounts/account.ts';
import type { Clock } from '../../../control/base/clock.ts';
import type { AnsweredBy } from '../../../media/media.ts';
import type { Callbacks } from '../../webhook/callbacks.ts';
import type { Call } from '../call.ts';
import type { CallCharges } from '../charges.ts';
import { callParams, progressParams, type Param, type Params, type PlaceOf } from '../params.ts';
import { advance, type Progress } from '../progress.ts';
import type { CallBook } from '../store/call-book.ts';

/** Writes what happens to calls: the record, what it costs and the callback that tells of it, in one stretch, so that they commit together. */
export class CallLog {
  readonly book: CallBook;
  private readonly callbacks: Callbacks;
  private readonly clock: Clock;
  private readonly placeOf: PlaceOf;
  private readonly charges: CallCharges;

  constructor(book: CallBook, callbacks: Callbacks, clock: Clock, placeOf: PlaceOf, charges: CallCharges) {
    this.book = book;
    this.callbacks = callbacks;
    this.clock = clock;
    this.placeOf = placeOf;
    this.charges = charges;
  }

  /** Parameters of a request about this call. */
  params(call: Call, account: Account): Params {
    return callParams(call, account.sid, this.placeOf);
  }

  /** A call comes to be, and holds what its first minute costs. */
  begin(call: Call, account: Account): Call {
    this.charges.hold(account, call);
    return this.book.create(call);
  }

  /** Holds what a call costs up to so many seconds of it; false if its account cannot pay for them. */
  extend(sid: string, account: Account, seconds: number): boolean {
    const call = this.book.get(sid);
    const bill = call === undefined ? undefined : this.charges.extended(account, call, seconds);
    return bill !== undefined && this.book.change(sid, { bill }) !== undefined;
  }

  /** Notes a step of a call's life; the call as it is then, undefined if the step came too late. */
  note(sid: string, account: Account, progress: Progress, extra: Params = []): Call | undefined {
    const before = this.book.get(sid);
    if (before === undefined) return undefined;
    const nowMs = this.clock.now();
    const step = advance(before, progress, nowMs);
    if (step === undefined) return undefined;
    const { statusCallback: target, nextSequence } = before;
    const wanted = target?.events.includes(step.event) === true;
    const after = this.book.change(sid, {
      ...step.change,
      ...(step.event === 'completed'
        ? { bill: this.charges.settled(account, { ...before, ...step.change }) }
        : {}),
      ...(wanted ? { nextSequence: nextSequence + 1 } : {}),
    });
    if (after === undefined || !wanted) return after;
    const params: Param[] = [
      ...this.params(after, account),
      ...progressParams(after, nextSequence, nowMs),
      ...extra,
    ];
    const { url, method } = target;
    this.callbacks.leave(sid, nextSequence, { accountNo: account.no, url, method, params });
    return after;
  }

  answeredBy(sid: string, by: AnsweredBy): void {
    this.book.change(sid, { answeredBy: by });
  }
}
