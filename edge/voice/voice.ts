import { join } from 'node:path';
import type { Account } from '../../control/accounts/account.ts';
import type { Clock } from '../../control/base/clock.ts';
import { fail, ok, type Result } from '../../control/base/result.ts';
import type { Sid, SidFactory } from '../../control/base/sid.ts';
import type { PhoneNumber } from '../../control/inventory/number.ts';
import type { RouteTable } from '../../control/routing/route-table.ts';
import type { Store } from '../../control/store/store.ts';
import type { Codec, Media } from '../../media/media.ts';
import type { Recogniser } from '../../media/speech/recogniser.ts';
import type { WebhookClient } from '../webhook/client.ts';
import { Callbacks, type TenantBooks } from './callbacks/callbacks.ts';
import { isFinal, type Call } from './call.ts';
import { Conferences } from './conferences/conferences.ts';
import { Participants } from './conferences/participants.ts';
import { Inbound, type VoiceConfig } from './inbound/inbound.ts';
import { CallLog } from './live/call-log.ts';
import { Conductor } from './live/conductor.ts';
import { LiveCalls } from './live/live-calls.ts';
import type { VoiceObserver } from './observer.ts';
import { callerIdOf } from './outbound/acceptance.ts';
import { CallQueue } from './outbound/call-queue.ts';
import { Calling } from './outbound/calling.ts';
import type { NewCall, Refusal } from './outbound/new-call.ts';
import { Outbound } from './outbound/outbound.ts';
import { Documents } from './program/documents.ts';
import { Interpreter } from './program/interpreter.ts';
import type { Source } from './program/source.ts';
import { Queues } from './queues/queues.ts';
import { Recordings, type ActiveRecording, type RecordingWish } from './recordings/recordings.ts';
import type { Services } from './services.ts';
import type { CallSource, Destination, Signalling } from './signalling.ts';
import type { Speaker } from './speaker.ts';
import type { Stream } from './stream.ts';
import { CallBook } from './store/call-book.ts';
import type { WebhookEvent } from './store/tables.ts';
import type { ConnectSocket } from './streams/socket.ts';
import { Streams, type StreamWish } from './streams/streams.ts';
import type { Texting } from './texting.ts';
import { Verifications } from './verification/verifications.ts';

export interface VoiceDeps {
  readonly store: Store;
  readonly dataFolder: string;
  readonly clock: Clock;
  readonly newSid: SidFactory;
  readonly books: TenantBooks & { readonly activeAccount: (sid: Sid) => Account | undefined };
  readonly lookup: (e164: string) => PhoneNumber | undefined;
  /** Whether an account has verified this number as its caller ID. */
  readonly isVerified: (accountSid: Sid, e164: string) => boolean;
  readonly application: (accountSid: Sid, sid: Sid) => VoiceConfig | undefined;
  /** A SIP domain's URLs. */
  readonly domain: (accountSid: Sid, sid: Sid) => VoiceConfig | undefined;
  readonly routes: RouteTable;
  readonly codecs: {
    readonly from: (source: CallSource) => readonly Codec[];
    readonly to: (destination: Destination) => readonly Codec[];
  };
  readonly media: Media;
  readonly signalling: Signalling;
  readonly speaker: Speaker;
  readonly texting: Texting;
  readonly recogniser: Recogniser;
  readonly connectStream: ConnectSocket;
  readonly webhooks: Pick<WebhookClient, 'request'>;
  readonly observer: VoiceObserver;
  /** Outbound calls a second of an account. */
  readonly cpsOf: (account: Account | undefined) => number;
  readonly limits: { readonly queuedMax: number; readonly callsMax: number };
  /** `https://api.<domain>`. */
  readonly publicOrigin: string;
}

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

/** Status callbacks under way at a time. */
const callbackConcurrency = 256;

const hungUp = { status: 'completed', errorCode: 0, sipCode: 0 } as const;
const takenBack = { status: 'canceled', errorCode: 0, sipCode: 487 } as const;

/** The life of calls on one edge: puts its parts together, and is what the REST API and the node work with. */
export class Voice {
  readonly calls: CallBook;
  readonly recordings: Recordings;
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

  constructor(deps: VoiceDeps) {
    const { store, clock, newSid, books, lookup, isVerified, media, signalling, speaker, observer } = deps;
    this.deps = deps;
    this.calls = new CallBook(store, clock, (call, before) => {
      observer.changed(call, before);
      this.participants.callChanged(call);
    });
    const { webhooks, publicOrigin, routes, application } = deps;
    this.callbacks = new Callbacks({
      store,
      webhooks,
      books,
      clock,
      observer,
      concurrency: callbackConcurrency,
    });
    this.log = new CallLog(this.calls, this.callbacks, clock, (e164) => lookup(e164)?.place);
    this.live = new LiveCalls(this.log, clock);
    this.documents = new Documents({ store, clock, webhooks, books, observer });
    const folder = join(deps.dataFolder, 'recordings');
    const { callbacks, documents } = this;
    this.recordings = new Recordings({ store, clock, newSid, callbacks, books, folder, publicOrigin });
    this.conferences = new Conferences({
      store,
      clock,
      newSid,
      media,
      callbacks,
      recordings: this.recordings,
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
      calls: this.live,
      codecsOf: deps.codecs.to,
    });
    this.verifications = new Verifications({ store, clock, calling, speaker });
    const programs = new Interpreter(() => services);
    const conductor = new Conductor({ programs, speaker, clock });
    const services: Services = {
      clock,
      newSid,
      media,
      speaker,
      documents,
      programs,
      calling,
      recordings: this.recordings,
      conferences: this.conferences,
      queues: this.queues,
      streams: this.streams,
      recogniser: deps.recogniser,
      texting: deps.texting,
      observer,
      mayShow: (account, e164) => callerIdOf({ lookup, isVerified }, account, e164) !== undefined,
      conduct: (live, source) => void conductor.conduct(live, source),
    };
    this.outbound = new Outbound(
      {
        store,
        clock,
        books,
        activeAccount: books.activeAccount,
        lookup,
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
    this.conferences.recover();
    this.streams.recover();
    for (const call of Array.from(this.calls.unfinished())) {
      const account = this.deps.books.accountByNo(call.accountNo);
      if (account === undefined || this.outbound.resume(call)) continue;
      // What was said and heard is gone with the process; the record says so, and so does the callback.
      this.log.note(call.sid, account, {
        kind: 'ended',
        status: 'failed',
        errorCode: 12400,
        sipCode: 0,
        cut: true,
      });
    }
    this.callbacks.start();
    this.deps.signalling.serve((incoming) => this.inbound.take(incoming));
  }

  /** Takes nothing new and ends what goes on; resolves when that is on disk. */
  async stop(): Promise<void> {
    this.inbound.stop();
    this.queue.stop();
    for (const live of this.live.all()) live.hangUp(hungUp);
    await this.deps.store.durable();
    this.callbacks.stop();
  }

  /** Calls going on, and calls that wait for their turn. */
  get load(): { readonly live: number; readonly queued: number } {
    return { live: this.live.size, queued: this.queue.depth() };
  }

  /** Accepts a call; on disk when this resolves. */
  createCall(wish: NewCall): Promise<Result<Call, Refusal>> {
    return this.outbound.create(wish);
  }

  /** Changes a call that has not ended; on disk when this resolves. 21220: it has, or has not come so far. */
  async updateCall(call: Call, update: CallUpdate): Promise<Result<Call, Refusal>> {
    const changed = this.change(call, update);
    if (!changed.ok) return changed;
    await this.deps.store.durable();
    return ok(this.calls.get(call.sid) ?? call);
  }

  /** Removes the record of a call that has ended, and what was asked of its application. */
  async deleteCall(call: Call): Promise<Result<void, Refusal>> {
    if (!isFinal(call.status))
      return fail({ code: 21220, detail: 'A call that is going on cannot be deleted.' });
    this.calls.remove(call);
    this.documents.forget(call.sid);
    await this.deps.store.durable();
    return ok(undefined);
  }

  /** What a call's application was asked and answered, oldest first. */
  eventsOf(callSid: Sid): readonly WebhookEvent[] {
    return this.documents.eventsOf(callSid);
  }

  /** Begins to record a call that is going on. */
  async startRecording(
    call: Call,
    wish: Pick<RecordingWish, 'statusCallback' | 'sound'>,
  ): Promise<Result<ActiveRecording, Refusal>> {
    const live = this.live.get(call.sid);
    if (live?.leg === undefined)
      return fail({ code: 21220, detail: 'Only a call that is in progress can be recorded.' });
    const source = 'StartCallRecordingAPI';
    const started = await this.recordings.start(live.leg, {
      ...wish,
      account: live.account,
      callSid: call.sid,
      source,
    });
    if (!started.ok) return fail({ code: 12400, detail: 'The call could not be recorded.' });
    await this.deps.store.durable();
    return started;
  }

  /** Begins to stream the sound of a call that is going on. */
  async startStream(call: Call, wish: StreamWish): Promise<Result<Stream, Refusal>> {
    const live = this.live.get(call.sid);
    if (live?.leg === undefined)
      return fail({ code: 21220, detail: 'Only a call that is in progress can be streamed.' });
    const started = this.streams.start(live, live.leg, wish);
    if (!started.ok) {
      const detail =
        started.error === 'quota'
          ? 'The call has as many streams as it may.'
          : 'The call has a stream of this name.';
      return fail({ code: 31960, detail });
    }
    await this.deps.store.durable();
    const stream = this.streams.get(started.value.sid);
    return stream === undefined ? fail({ code: 21220, detail: 'The call has ended.' }) : ok(stream);
  }

  private change(call: Call, update: CallUpdate): Result<void, Refusal> {
    const live = this.live.get(call.sid);
    const account = this.deps.books.accountByNo(call.accountNo);
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
        this.calls.change(call.sid, { statusCallback: update.statusCallback });
        return ok(undefined);
      case 'limit':
        if (live === undefined) return notInState('has not begun, and cannot be given another limit');
        live.limitTo(update.timeLimitMs);
        return ok(undefined);
      case 'complete':
        break;
    }
    if (live === undefined) this.outbound.withdraw(call, account);
    else live.hangUp(live.isAnswered ? hungUp : takenBack);
    return ok(undefined);
  }
}

const notInState = (why: string): Result<never, Refusal> => fail({ code: 21220, detail: `The call ${why}.` });
