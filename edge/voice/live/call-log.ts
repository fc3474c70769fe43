import type { Account } from '../../../control/accounts/account.ts';
import type { Clock } from '../../../control/base/clock.ts';
import type { AnsweredBy } from '../../../media/media.ts';
import type { Callbacks } from '../../webhook/callbacks.ts';
import type { Call } from '../call.ts';
import { callParams, progressParams, type Param, type Params, type PlaceOf } from '../params.ts';
import { advance, type Progress } from '../progress.ts';
import type { CallBook } from '../store/call-book.ts';

/** Writes what happens to calls: the record and the callback that tells of it, in one stretch, so that they commit together. */
export class CallLog {
  readonly book: CallBook;
  private readonly callbacks: Callbacks;
  private readonly clock: Clock;
  private readonly placeOf: PlaceOf;

  constructor(book: CallBook, callbacks: Callbacks, clock: Clock, placeOf: PlaceOf) {
    this.book = book;
    this.callbacks = callbacks;
    this.clock = clock;
    this.placeOf = placeOf;
  }

  /** Parameters of a request about this call. */
  params(call: Call, account: Account): Params {
    return callParams(call, account.sid, this.placeOf);
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
