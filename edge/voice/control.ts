import type { Account } from '../../control/accounts/account.ts';
import { fail, ok, type Result } from '../../control/base/result.ts';
import type { Store } from '../../control/store/store.ts';
import { isFinal, type Call } from './call.ts';
import { hungUp, type Ending } from './live/live-call.ts';
import type { LiveCalls } from './live/live-calls.ts';
import type { Refusal } from './outbound/new-call.ts';
import type { Outbound } from './outbound/outbound.ts';
import type { Documents } from './program/documents.ts';
import type { Source } from './program/source.ts';
import type { ActiveRecording, Recordings, RecordingWish } from './recordings/recordings.ts';
import type { CallBook } from './store/call-book.ts';
import type { Stream } from './stream.ts';
import type { Streams, StreamWish } from './streams/streams.ts';

/** What the REST API changes in a call. */
export type CallUpdate =
  | { readonly kind: 'redirect'; readonly source: Source }
  /** Ends it, whatever it does. */
  | { readonly kind: 'complete' }
  /** Ends it if it has not been answered. */
  | { readonly kind: 'cancel' }
  /** From now on its status is told there. */
  | { readonly kind: 'tell'; readonly statusCallback: NonNullable<Call['statusCallback']> }
  /** How long it may last, from its answer. */
  | { readonly kind: 'limit'; readonly timeLimitMs: number };

export interface ControlDeps {
  readonly store: Store;
  readonly calls: CallBook;
  readonly live: LiveCalls;
  readonly outbound: Outbound;
  readonly documents: Documents;
  readonly recordings: Recordings;
  readonly streams: Streams;
  readonly accountByNo: (no: number) => Account | undefined;
}

const takenBack: Ending = { status: 'canceled', errorCode: 0, sipCode: 487 };

const refuse = (code: number, detail: string): Result<never, Refusal> => fail({ code, detail });
const notInState = (why: string): Result<never, Refusal> => refuse(21220, `The call ${why}.`);

/** What the REST API does to calls that there are. Everything is on disk when it resolves. */
export class CallControl {
  private readonly deps: ControlDeps;

  constructor(deps: ControlDeps) {
    this.deps = deps;
  }

  /** Changes a call that has not ended. 21220: it has, or has not come so far. */
  async update(call: Call, update: CallUpdate): Promise<Result<Call, Refusal>> {
    const changed = this.change(call, update);
    if (!changed.ok) return changed;
    await this.deps.store.durable();
    return ok(this.deps.calls.get(call.sid) ?? call);
  }

  /** Removes the record of a call that has ended, and what was asked of its application. */
  async remove(call: Call): Promise<Result<void, Refusal>> {
    if (!isFinal(call.status)) return refuse(21220, 'A call that is going on cannot be deleted.');
    this.deps.calls.remove(call);
    this.deps.documents.forget(call.sid);
    await this.deps.store.durable();
    return ok(undefined);
  }

  /** Begins to record a call that is going on. */
  async record(
    call: Call,
    wish: Pick<RecordingWish, 'statusCallback' | 'sound'>,
  ): Promise<Result<ActiveRecording, Refusal>> {
    const live = this.deps.live.get(call.sid);
    if (live?.leg === undefined) return refuse(21220, 'Only a call that is in progress can be recorded.');
    const started = await this.deps.recordings.start(live.leg, {
      ...wish,
      account: live.account,
      callSid: call.sid,
      source: 'StartCallRecordingAPI',
    });
    if (!started.ok) return refuse(12400, 'The call could not be recorded.');
    await this.deps.store.durable();
    return started;
  }

  /** Begins to stream the sound of a call that is going on. */
  async stream(call: Call, wish: StreamWish): Promise<Result<Stream, Refusal>> {
    const { live: calls, streams, store } = this.deps;
    const live = calls.get(call.sid);
    if (live?.leg === undefined) return refuse(21220, 'Only a call that is in progress can be streamed.');
    const started = streams.start(live, live.leg, wish);
    if (!started.ok) {
      const full = started.error === 'quota';
      return refuse(
        31960,
        full ? 'The call has as many streams as it may.' : 'The call has a stream of this name.',
      );
    }
    await store.durable();
    const stream = streams.get(started.value.sid);
    return stream === undefined ? notInState('has ended') : ok(stream);
  }

  private change(call: Call, update: CallUpdate): Result<void, Refusal> {
    const { live: calls, outbound } = this.deps;
    const live = calls.get(call.sid);
    const account = this.deps.accountByNo(call.accountNo);
    if (account === undefined || isFinal(call.status)) return notInState('has ended');
    switch (update.kind) {
      case 'redirect':
        if (live?.isAnswered !== true) return notInState('is not in progress, and cannot be redirected');
        live.interrupt({ kind: 'redirect', source: update.source });
        return ok(undefined);
      case 'cancel':
        if (live?.isAnswered === true) return notInState('has been answered, and cannot be canceled');
        break;
      case 'tell':
        this.deps.calls.change(call.sid, { statusCallback: update.statusCallback });
        return ok(undefined);
      case 'limit':
        if (live === undefined) return notInState('has not begun, and cannot be given another limit');
        live.limitTo(update.timeLimitMs);
        return ok(undefined);
      case 'complete':
        break;
    }
    if (live === undefined) outbound.withdraw(call, account);
    else live.hangUp(live.isAnswered ? hungUp : takenBack);
    return ok(undefined);
  }
}
