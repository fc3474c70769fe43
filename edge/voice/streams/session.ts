import { assertNever } from '../../../control/base/result.ts';
import type { Feed, Leg, Tap, TapFrame, Track } from '../../../media/media.ts';
import type { StreamNoun } from '../../twiml/nouns/stream.ts';
import { deferred } from '../deferred.ts';
import type { LiveCall } from '../live/live-call.ts';
import { readRequest, StreamWriter } from './protocol.ts';
import type { ConnectSocket, SocketFault, StreamSocket } from './socket.ts';

/** How a stream came to its end. */
export type StreamEnd =
  /** The application closed its socket. */
  | { readonly kind: 'closed' }
  /** We did: <Stop>, the REST API, or the end of the call. */
  | { readonly kind: 'stopped' }
  | ({ readonly kind: 'failed' } & SocketFault);

export interface SessionWish {
  readonly sid: string;
  readonly live: LiveCall;
  readonly leg: Leg;
  readonly url: string;
  readonly track: StreamNoun['track'];
  readonly parameters: StreamNoun['parameters'];
  /** The application may send sound, too (<Connect>). */
  readonly bidirectional: boolean;
  /** X-Twilio-Signature of the handshake. */
  readonly signature: string;
  readonly connect: ConnectSocket;
  /** The socket is open, and sound begins to flow. */
  readonly onStart: () => void;
  /** A warning of Twilio's for the tenant; each number at most once. */
  readonly warn: (code: number, detail: string) => void;
}

const tracksOf: Readonly<Record<StreamNoun['track'], readonly Track[]>> = {
  inbound_track: ['inbound'],
  outbound_track: ['outbound'],
  both_tracks: ['inbound', 'outbound'],
};

/** An application that does not read is not sent more than so much ahead: half a minute of one track. */
const bufferedMaxBytes = 512 * 1024;

/** One stream, from the handshake to its end. */
export class StreamSession {
  /** Resolves once nothing of it is left. */
  readonly done: Promise<StreamEnd>;
  private readonly wish: SessionWish;
  private readonly writer: StreamWriter;
  private readonly ending = deferred<StreamEnd>();
  private readonly warned = new Set<number>();
  private readonly releases: (() => void)[] = [];
  private socket: StreamSocket | undefined;
  private tap: Tap | undefined;
  private feed: Feed | undefined;
  private over = false;

  constructor(wish: SessionWish) {
    const { sid, live, track, parameters } = wish;
    this.wish = wish;
    this.writer = new StreamWriter({
      streamSid: sid,
      accountSid: live.account.sid,
      callSid: live.sid,
      tracks: tracksOf[track],
      parameters,
    });
    this.done = this.ending.promise;
    this.releases.push(live.onEnd(() => this.stop()));
    void this.begin();
  }

  /** Ends it from our side. */
  stop(): void {
    if (this.over) return;
    this.socket?.send(this.writer.stop());
    this.finish({ kind: 'stopped' });
  }

  private async begin(): Promise<void> {
    const { url, signature, connect } = this.wish;
    const opened = await connect({
      url,
      headers: { 'x-twilio-signature': signature },
      ears: {
        message: (text) => this.heard(text),
        closed: (fault) =>
          this.finish(fault === undefined ? { kind: 'closed' } : { kind: 'failed', ...fault }),
      },
    });
    if (!opened.ok) {
      this.finish({ kind: 'failed', ...opened.error });
      return;
    }
    const socket = opened.value;
    if (this.over) {
      socket.close();
      return;
    }
    this.socket = socket;
    socket.send(this.writer.connected());
    socket.send(this.writer.start());
    this.wish.onStart();
    try {
      await this.listen(this.wish.leg);
    } catch {
      // The leg went while it was asked; the call's end stops the stream, if it has not yet.
      this.stop();
    }
  }

  private async listen(leg: Leg): Promise<void> {
    const { track, bidirectional, live } = this.wish;
    const wanted = track === 'both_tracks' ? 'both' : track === 'inbound_track' ? 'inbound' : 'outbound';
    if (bidirectional) {
      this.releases.push(live.digits.listen((digit) => this.socket?.send(this.writer.dtmf(digit))));
      this.feed = await leg.feed();
      if (this.isOver()) this.feed.close();
    }
    this.tap = await leg.tap(wanted, (frame) => this.sound(frame));
    if (this.isOver()) this.tap.close();
  }

  private sound({ track, timestampMs, payload }: TapFrame): void {
    const { socket } = this;
    if (socket === undefined || this.over) return;
    if (socket.bufferedBytes > bufferedMaxBytes) {
      this.warn(31930, 'the application does not read its stream; sound is left out');
      return;
    }
    socket.send(this.writer.media(track, timestampMs, payload));
  }

  private heard(text: string): void {
    const { sid, bidirectional } = this.wish;
    if (this.over || !bidirectional) return;
    const read = readRequest(text, sid);
    if (!read.ok) {
      this.warn(read.error.code, read.error.detail);
      return;
    }
    const request = read.value;
    switch (request.kind) {
      case 'media':
        this.feed?.push(request.payload);
        return;
      case 'mark':
        this.feed?.mark(() => this.socket?.send(this.writer.mark(request.name)));
        return;
      case 'clear':
        this.feed?.clear();
        return;
      default:
        assertNever(request);
    }
  }

  private warn(code: number, detail: string): void {
    if (this.warned.has(code)) return;
    this.warned.add(code);
    this.wish.warn(code, detail);
  }

  /** Asked after an await, in which it may have ended. */
  private isOver(): boolean {
    return this.over;
  }

  private finish(end: StreamEnd): void {
    if (this.over) return;
    this.over = true;
    for (const release of this.releases.splice(0)) release();
    this.tap?.close();
    this.feed?.close();
    this.socket?.close();
    this.ending.resolve(end);
  }
}
