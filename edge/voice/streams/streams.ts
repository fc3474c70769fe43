import type { Clock } from '../../../control/base/clock.ts';
import { fail, ok, type Result } from '../../../control/base/result.ts';
import type { Sid, SidFactory } from '../../../control/base/sid.ts';
import type { Store } from '../../../control/store/store.ts';
import type { Leg } from '../../../media/media.ts';
import type { StreamNoun } from '../../twiml/nouns/stream.ts';
import { signature } from '../../webhook/signature.ts';
import type { Callbacks } from '../../webhook/callbacks.ts';
import type { TenantBooks } from '../../webhook/tenants.ts';
import type { HttpMethod } from '../call.ts';
import type { LiveCall } from '../live/live-call.ts';
import { plainAlert, type VoiceObserver } from '../observer.ts';
import type { Param } from '../params.ts';
import type { Book } from '../store/book.ts';
import { narrowed, streamBook, underWay } from '../store/books.ts';
import type { Stream } from '../stream.ts';
import { StreamSession, type StreamEnd } from './session.ts';
import type { ConnectSocket } from './socket.ts';

export interface StreamDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly newSid: SidFactory;
  readonly callbacks: Pick<Callbacks, 'leave'>;
  readonly books: Pick<TenantBooks, 'authToken'>;
  readonly observer: Pick<VoiceObserver, 'alert'>;
  readonly connect: ConnectSocket;
}

/** A stream that is wanted, by a document or the REST API. URLs are absolute. */
export interface StreamWish {
  readonly url: string;
  readonly name?: string;
  readonly track: StreamNoun['track'];
  readonly parameters: StreamNoun['parameters'];
  readonly statusCallback?: { readonly url: string; readonly method: HttpMethod };
  readonly bidirectional: boolean;
}

/** A stream under way. */
export interface ActiveStream {
  readonly sid: Sid;
  readonly callSid: Sid;
  readonly name: string;
  /** Once its record has been closed. */
  readonly done: Promise<StreamEnd>;
  stop(): void;
}

/** `quota`: the call has as many as it may; `taken`: it has one of this name. */
export type StreamRefusal = 'quota' | 'taken';

/** Forks of one call (https://www.twilio.com/docs/voice/twiml/stream). */
const streamsOfCallMax = 4;

/** The streams of all calls: their records, and what their applications are told. */
export class Streams {
  private readonly deps: StreamDeps;
  private readonly book: Book<Stream>;
  private readonly active = new Map<Sid, ActiveStream>();

  constructor(deps: StreamDeps) {
    this.deps = deps;
    this.book = streamBook(deps.store);
  }

  /** Closes the records of what an earlier run of the edge was streaming. */
  recover(): void {
    for (const { sid } of this.book.all(underWay)) this.close(sid);
  }

  /** Begins a stream of a call's sound; its connection is made while the call goes on. */
  start(live: LiveCall, leg: Leg, wish: StreamWish): Result<ActiveStream, StreamRefusal> {
    const { clock, newSid, books, connect, observer } = this.deps;
    const name = wish.name ?? '';
    const others = this.ofCall(live.sid);
    if (others.length >= streamsOfCallMax) return fail('quota');
    if (name !== '' && others.some((other) => other.name === name)) return fail('taken');
    const sid = newSid('MZ');
    const { no: accountNo } = live.account;
    this.book.put({ sid, accountNo, callSid: live.sid, name, status: 'in-progress', updatedMs: clock.now() });
    let told = 0;
    const tell = (event: string, error = ''): void => this.tell(live, wish, sid, told++, event, error);
    const alert = (code: number, detail: string): void =>
      observer.alert(live.account, { ...plainAlert(code, live.sid, detail), url: wish.url });
    const session = new StreamSession({
      sid,
      live,
      leg,
      url: wish.url,
      track: wish.track,
      parameters: wish.parameters,
      bidirectional: wish.bidirectional,
      signature: signature(books.authToken(live.account) ?? '', wish.url),
      connect,
      onStart: () => tell('stream-started'),
      warn: alert,
    });
    const active: ActiveStream = {
      sid,
      callSid: live.sid,
      name,
      stop: () => session.stop(),
      done: session.done.then((end) => {
        this.active.delete(sid);
        this.close(sid);
        if (end.kind === 'failed') {
          alert(end.code, end.detail);
          tell('stream-error', `${end.code}: ${end.detail}`);
        } else tell('stream-stopped');
        return end;
      }),
    };
    this.active.set(sid, active);
    return ok(active);
  }

  get(sid: Sid): Stream | undefined {
    return this.book.get(sid);
  }

  /** Every stream of a call that there is a record of, oldest first. */
  recordsOf(accountNo: number, callSid: Sid): readonly Stream[] {
    return this.book.all(narrowed(accountNo, 'call', callSid));
  }

  /** The stream of a call that is under way, by its SID or its name. */
  underWay(sidOrName: string, callSid: Sid): ActiveStream | undefined {
    return this.ofCall(callSid).find(
      ({ sid, name }) => sid === sidOrName || (name !== '' && name === sidOrName),
    );
  }

  private ofCall(callSid: Sid): readonly ActiveStream[] {
    return Array.from(this.active.values()).filter((active) => active.callSid === callSid);
  }

  private close(sid: Sid): void {
    this.book.change(sid, { status: 'stopped', updatedMs: this.deps.clock.now() });
  }

  /** https://www.twilio.com/docs/voice/twiml/stream, Stream status callback */
  private tell(
    live: LiveCall,
    { name = '', statusCallback }: StreamWish,
    sid: Sid,
    sequence: number,
    event: string,
    error: string,
  ): void {
    if (statusCallback === undefined) return;
    const params: Param[] = [
      ['AccountSid', live.account.sid],
      ['CallSid', live.sid],
      ['StreamSid', sid],
      ['StreamName', name],
      ['StreamEvent', event],
      ['Timestamp', new Date(this.deps.clock.now()).toISOString()],
    ];
    if (error !== '') params.push(['StreamError', error]);
    const { url, method } = statusCallback;
    this.deps.callbacks.leave(sid, sequence, { accountNo: live.account.no, url, method, params });
  }
}
