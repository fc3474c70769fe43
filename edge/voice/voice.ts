import type { Account } from '../../control/accounts/account.ts';
import { join } from 'node:path';
import type { Timer } from '../../control/base/clock.ts';
import type { Result } from '../../control/base/result.ts';
import type { Sid } from '../../control/base/sid.ts';
import type { JobLoad } from '../../control/jobs/job-runner.ts';
import { Callbacks } from '../webhook/callbacks.ts';
import type { Call, CallStatus } from './call.ts';
import { CallCharges, noMoney } from './charges.ts';
import { CallTokens } from './call-token.ts';
import { CallControl, type CallUpdate } from './control.ts';
import { Conferences } from './conferences/conferences.ts';
import { Stays } from './conferences/stays.ts';
import { Participants } from './conferences/participants.ts';
import type { VoiceDeps } from './deps.ts';
import { Inbound } from './inbound/inbound.ts';
import { CallLog } from './live/call-log.ts';
import { Conductor } from './live/conductor.ts';
import { hungUp, cutOff, ranDry, type Ending, type LiveCall } from './live/live-call.ts';
import { LiveCalls } from './live/live-calls.ts';
import { plainAlert } from './observer.ts';
import { callerIdOf } from './outbound/acceptance.ts';
import { CallQueue } from './outbound/call-queue.ts';
import { Calling } from './outbound/calling.ts';
import type { NewCall, Refusal } from './outbound/new-call.ts';
import { Orders } from './outbound/orders.ts';
import { Outbound } from './outbound/outbound.ts';
import { Documents } from './program/documents.ts';
import { Interpreter } from './program/interpreter.ts';
import { Queues } from './queues/queues.ts';
import { Recordings, type ActiveRecording, type RecordingWish } from './recordings/recordings.ts';
import type { Services } from './services.ts';
import type { Stream } from './stream.ts';
import { CallBook } from './store/call-book.ts';
import { voiceCallbackTable, type WebhookEvent } from './store/tables.ts';
import { Streams, type StreamWish } from './streams/streams.ts';
import { Transcriptions } from './transcriptions/transcriptions.ts';
import { Verifications } from './verification/verifications.ts';

export type { CallUpdate, VoiceDeps };

/** Status callbacks under way at a time. */
const callbackConcurrency = 256;

/** How long calls that have been ended may take to let go. */
const letGoMs = 5_000;

/** The life of calls on one edge: puts its parts together, and is what the REST API and the node work with. */
export class Voice {
  readonly calls: CallBook;
  readonly recordings: Recordings;
  readonly transcriptions: Transcriptions;
  readonly conferences: Conferences;
  readonly participants: Participants;
  readonly queues: Queues;
  readonly streams: Streams;
  readonly verifications: Verifications;
  private readonly deps: VoiceDeps;
  private readonly live: LiveCalls;
  private readonly log: CallLog;
  private readonly callbacks: Callbacks;
  private readonly documents: Documents;
  private readonly inbound: Inbound;
  private readonly outbound: Outbound;
  private readonly queue: CallQueue;
  private readonly conductor: Conductor;
  private readonly control: CallControl;
  private stopping: Promise<void> | undefined = undefined;

  constructor(deps: VoiceDeps) {
    const { store, clock, newSid, books, lookup, isVerified, media, signalling, speaker, observer } = deps;
    this.deps = deps;
    this.calls = new CallBook(store, clock, (call, before) => {
      observer.changed(call, before);
      this.participants.callChanged(call);
      this.measure(call, before);
    });
    const { webhooks, publicOrigin, routes, application } = deps;
    this.callbacks = new Callbacks({
      store,
      table: voiceCallbackTable,
      webhooks,
      books,
      clock,
      observer,
      concurrency: callbackConcurrency,
    });
    const { guards, meter } = deps;
    const charges = new CallCharges({ meter, guards, lookup });
    this.log = new CallLog(this.calls, this.callbacks, clock, (e164) => lookup(e164)?.place, charges);
    const broke = (live: LiveCall): void => {
      observer.alert(live.account, plainAlert(10001, live.sid, noMoney));
      live.hangUp(ranDry);
    };
    this.live = new LiveCalls(this.log, clock, broke, observer);
    this.documents = new Documents({ store, clock, webhooks, books, observer });
    const folder = join(deps.dataFolder, 'recordings');
    const { callbacks, documents } = this;
    const { mendRecording: mend } = deps;
    const kept = { store, clock, newSid, callbacks, books, meter, publicOrigin };
    this.recordings = new Recordings({ ...kept, folder, mend });
    this.transcriptions = new Transcriptions(kept);
    this.conferences = new Conferences({
      store,
      clock,
      newSid,
      media,
      callbacks,
      recordings: this.recordings,
      stays: new Stays({ store, clock, newSid, meter, accountByNo: (no) => books.accountByNo(no) }),
    });
    this.queues = new Queues({ store, clock, newSid });
    this.streams = new Streams({
      store,
      clock,
      newSid,
      callbacks,
      books,
      observer,
      connect: deps.connectStream,
    });
    const calling = new Calling({
      media,
      signalling,
      clock,
      newSid,
      routes,
      charges,
      calls: this.live,
      codecsOf: deps.codecs.to,
      observer,
    });
    this.verifications = new Verifications({ store, clock, calling, speaker, guards, charges });
    const programs = new Interpreter(() => services);
    const conductor = (this.conductor = new Conductor({ programs, speaker, clock }));
    const services: Services = {
      clock,
      newSid,
      media,
      speaker,
      documents,
      programs,
      calling,
      guards,
      charges,
      recordings: this.recordings,
      transcriptions: this.transcriptions,
      conferences: this.conferences,
      queues: this.queues,
      streams: this.streams,
      recogniser: deps.recogniser,
      texting: deps.texting,
      observer,
      mayShow: (account, e164) => callerIdOf({ lookup, isVerified }, account, e164) !== undefined,
      conduct: (live, source) => void conductor.conduct(live, source),
    };
    const tokens = new CallTokens(deps.vault, clock);
    this.outbound = new Outbound(
      {
        store,
        clock,
        orders: new Orders(store, deps.vault),
        tokens,
        books,
        activeAccount: books.activeAccount,
        lookup,
        guards,
        charges,
        isVerified,
        application,
        calling,
        conductor,
        documents,
        log: this.log,
        calls: this.live,
        recordings: this.recordings,
        hasApplication: (accountSid, sid) => application(accountSid, sid) !== undefined,
        destinationsOf: (number) => calling.destinationsOf(number),
      },
      () => this.queue,
    );
    this.queue = new CallQueue({
      clock,
      cpsOf: (accountNo) => deps.cpsOf(books.accountByNo(accountNo)),
      queuedMax: deps.limits.queuedMax,
      start: (sid) => this.outbound.start(sid),
    });
    this.control = new CallControl({
      store,
      documents,
      calls: this.calls,
      live: this.live,
      outbound: this.outbound,
      recordings: this.recordings,
      streams: this.streams,
      accountByNo: (no) => books.accountByNo(no),
    });
    this.participants = new Participants({
      conferences: this.conferences,
      calls: this.live,
      documents,
      speaker,
      create: (wish) => this.createCall(wish),
    });
    this.inbound = new Inbound({
      store,
      calling,
      conductor,
      media,
      observer,
      tokens,
      guards,
      charges,
      lookup,
      application,
      calls: this.live,
      activeAccount: books.activeAccount,
      domain: deps.domain,
      codecsOf: deps.codecs.from,
      callsMax: deps.limits.callsMax,
    });
  }

  /** Closes what an earlier run of the edge left, goes on with calls that had not begun, and takes new ones. */
  start(): void {
    this.recordings.recover();
    this.transcriptions.recover();
    this.conferences.recover();
    this.streams.recover();
    for (const call of Array.from(this.calls.unfinished())) {
      const account = this.deps.books.accountByNo(call.accountNo);
      if (account === undefined || this.outbound.resume(call)) continue;
      // What was said and heard is gone with the process; the record says so, and so does the callback.
      this.log.note(call.sid, account, { kind: 'ended', ...cutOff, atMs: call.updatedMs });
    }
    this.callbacks.start();
    this.deps.signalling.serve((incoming) => this.inbound.take(incoming));
  }

  /**
   * Takes no new calls, begins none of those that wait (they stay on disk), and resolves when the last that goes on has
   * ended, or `limitMs` are over.
   */
  async drain(limitMs: number): Promise<void> {
    this.inbound.stop();
    this.queue.stop();
    await this.within(limitMs, this.live.none());
  }

  /**
   * Takes nothing new and ends what goes on, in the way given; resolves when that is on disk, and nothing writes any
   * more. Once is enough: whoever asks again waits for the same end.
   */
  stop(ending: Ending = hungUp): Promise<void> {
    this.stopping ??= this.end(ending);
    return this.stopping;
  }

  /** Ends the calls in progress of the accounts that `ended` names. */
  endCallsOf(ended: (account: Account) => boolean): void {
    for (const live of this.live.all()) if (ended(live.account)) live.hangUp();
  }

  private async end(ending: Ending): Promise<void> {
    this.inbound.stop();
    this.queue.stop();
    this.documents.stop();
    this.transcriptions.stop();
    for (const live of this.live.all()) live.hangUp(ending);
    const { conductor, recordings, live } = this;
    await this.within(letGoMs, Promise.all([conductor.idle(), recordings.idle(), live.reported()]));
    live.stop();
    this.callbacks.stop();
    await this.deps.store.durable();
  }

  /** Waits for `done`, but not longer than this. */
  private async within(limitMs: number, done: Promise<unknown>): Promise<void> {
    let limit: Timer | undefined;
    const patience = new Promise<void>((resolve) => (limit = this.deps.clock.after(limitMs, resolve)));
    await Promise.race([done, patience]);
    limit?.cancel();
  }

  /** Tells the guards how long an answered outbound call has lasted. */
  private measure(call: Call, before: CallStatus | undefined): void {
    if (call.status !== 'completed' || before === 'completed' || call.direction === 'inbound') return;
    const account = this.deps.books.accountByNo(call.accountNo);
    if (account !== undefined && call.answeredMs > 0)
      this.deps.guards.callEnded(account, call.to, call.endedMs - call.answeredMs);
  }

  /** Calls going on, calls that wait for their turn, and callbacks to applications. */
  get load(): { readonly live: number; readonly queued: number; readonly callbacks: JobLoad } {
    return { live: this.live.size, queued: this.queue.depth(), callbacks: this.callbacks.load };
  }

  /** Accepts a call; on disk when this resolves. */
  createCall(wish: NewCall): Promise<Result<Call, Refusal>> {
    return this.outbound.create(wish);
  }

  /** See `CallControl.update`. */
  updateCall(call: Call, update: CallUpdate): Promise<Result<Call, Refusal>> {
    return this.control.update(call, update);
  }

  /** See `CallControl.remove`. */
  deleteCall(call: Call): Promise<Result<void, Refusal>> {
    return this.control.remove(call);
  }

  /** What a call's application was asked and answered, oldest first. */
  eventsOf(callSid: Sid): readonly WebhookEvent[] {
    return this.documents.eventsOf(callSid);
  }

  /** See `CallControl.record`. */
  startRecording(
    call: Call,
    wish: Pick<RecordingWish, 'statusCallback' | 'sound'>,
  ): Promise<Result<ActiveRecording, Refusal>> {
    return this.control.record(call, wish);
  }

  /** See `CallControl.stream`. */
  startStream(call: Call, wish: StreamWish): Promise<Result<Stream, Refusal>> {
    return this.control.stream(call, wish);
  }
}
