import type { Socket } from 'node:net';
import type { Clock, Timer } from '../../control/base/clock.ts';
import { earOf, type Ear } from '../../control/base/tls-ear.ts';
import type { Command } from './commands.ts';
import { decode } from './decode.ts';
import { Framer } from './framer.ts';
import type { SmppObserver } from './observer.ts';
import type { Settled } from './outstanding.ts';
import { Outbox } from './outbox.ts';
import { tellCame, tellLeft } from './overheard.ts';
import type { DecodeError, EncodeError, Pdu, Value } from './pdu.ts';
import { Session } from './session.ts';
import type { SessionEffects, SessionOptions } from './session-effects.ts';
import type { CloseReason, Role } from './session-state.ts';
import type { Tlvs } from './tlvs.ts';

/** Octets that may await a slow reader before we stop reading from it. */
const writeQueueMax = 262_144;
/** How long a connection may linger after its session has ended, for the peer to read our last words. */
const lingerMs = 2_000;

/** What the owner of a connection hears. */
export interface ConnectionHandlers {
  bindRequested(role: Role, bind: Pdu): void;
  bound(role: Role, answer: Pdu | undefined): void;
  request(pdu: Pdu): void;
  /** After a batch of PDUs, an expiry or a drained socket: capacity may have changed. */
  turn(): void;
  closed(reason: CloseReason, endedBound: Role | undefined): void;
}

/** A socket and a clock around one Session. */
export class Connection implements SessionEffects {
  readonly session: Session;
  private readonly socket: Socket;
  private readonly clock: Clock;
  private readonly handlers: ConnectionHandlers;
  private readonly observer: SmppObserver;
  private readonly peer: string;
  private readonly framer = new Framer();
  private readonly outbox = new Outbox();
  private readonly ear: Ear | undefined;
  private flushing = false;
  private blocked = false;
  private timer: Timer | undefined = undefined;
  private timerMs = Infinity;
  private errorCode = '';

  constructor(
    socket: Socket,
    options: SessionOptions,
    clock: Clock,
    observer: SmppObserver,
    /** Under which name the observer hears of it. */
    peer: string,
    handlers: ConnectionHandlers,
  ) {
    this.socket = socket;
    this.clock = clock;
    this.handlers = handlers;
    this.observer = observer;
    this.peer = peer;
    this.ear = earOf(socket, 'smpp', observer.overhear);
    this.session = new Session(options, this, clock.monotonic());
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.receive(chunk));
    socket.on('drain', () => this.drained());
    socket.on('error', (error: NodeJS.ErrnoException) => (this.errorCode = error.code ?? error.message));
    socket.on('end', () => this.disconnected());
    socket.on('close', () => this.disconnected());
    this.arm();
  }

  /** Requests that may leave now: none while the peer does not read. */
  get free(): number {
    return this.blocked ? 0 : this.session.free;
  }

  bind(role: Role, values: readonly Value[]): EncodeError | undefined {
    const error = this.session.bind(role, values, this.clock.monotonic());
    this.arm();
    return error;
  }

  acceptBind(values: readonly Value[], tlvs: Tlvs): void {
    this.session.acceptBind(values, tlvs);
    this.arm();
  }

  refuseBind(status: number): void {
    this.session.refuseBind(status);
  }

  request(pdu: Pdu): void {
    this.handlers.request(pdu);
  }

  /** Sends a request; only while `free` is above 0. */
  ask(command: Command, values: readonly Value[], tlvs: Tlvs, settled: Settled): EncodeError | undefined {
    const error = this.session.request(command, values, tlvs, settled, this.clock.monotonic());
    this.arm();
    return error;
  }

  reply(request: Pdu, status: number, values: readonly Value[], tlvs: Tlvs): void {
    this.session.reply(request, status, values, tlvs, this.clock.monotonic());
    this.arm();
  }

  drain(): void {
    this.session.drain(this.clock.monotonic());
    this.arm();
  }

  abort(): void {
    this.session.abort();
  }

  send(
    command: Command,
    status: number,
    sequence: number,
    values: readonly Value[],
    tlvs: Tlvs,
  ): EncodeError | undefined {
    const error = this.outbox.add(command, status, sequence, values, tlvs);
    if (error === undefined && !this.flushing) {
      this.flushing = true;
      // After this turn's input has been dealt with: whatever it causes leaves in one write.
      setImmediate(() => this.flush());
    }
    return error;
  }

  bindRequested(role: Role, bind: Pdu): void {
    this.handlers.bindRequested(role, bind);
  }

  bound(role: Role, answer: Pdu | undefined): void {
    this.observer.bound(this.peer, role);
    this.handlers.bound(role, answer);
  }

  alive(latencyMs: number): void {
    this.observer.alive(this.peer, latencyMs);
  }

  unknownResponse(): void {
    this.observer.unknownResponse(this.peer);
  }

  decodeError(error: DecodeError): void {
    this.observer.decodeError(this.peer, error.code);
  }

  closed(reason: CloseReason, endedBound: Role | undefined): void {
    if (endedBound !== undefined) this.observer.unbound(this.peer, endedBound, reason);
    this.timer?.cancel();
    this.flush();
    this.hangUp();
    this.handlers.closed(reason, endedBound);
  }

  private receive(chunk: Buffer): void {
    if (this.session.state.kind === 'closed') return;
    const nowMs = this.clock.monotonic();
    for (const frame of this.framer.push(chunk)) {
      if (this.ear !== undefined) tellCame(this.ear, frame);
      const decoded = decode(frame);
      if (decoded.ok) this.session.receive(decoded.pdu, nowMs);
      else this.session.receiveError(decoded.error, nowMs);
    }
    if (this.framer.broken) {
      this.observer.decodeError(this.peer, 'framing');
      this.session.framingLost();
    }
    this.arm();
    this.handlers.turn();
  }

  private flush(): void {
    this.flushing = false;
    if (this.outbox.empty || this.socket.destroyed) return;
    this.socket.cork();
    for (const bytes of this.outbox.take()) {
      this.blocked = !this.socket.write(bytes);
      if (this.ear !== undefined) tellLeft(this.ear, bytes);
    }
    this.socket.uncork();
    // A peer that sends requests and never reads the answers must not fill our memory with them.
    if (this.socket.writableLength > writeQueueMax) this.socket.pause();
  }

  private drained(): void {
    this.blocked = false;
    if (this.session.state.kind === 'closed') return;
    this.socket.resume();
    this.handlers.turn();
  }

  private disconnected(): void {
    this.session.disconnected(this.errorCode);
  }

  private hangUp(): void {
    if (this.socket.destroyed) return;
    this.socket.end();
    this.socket.resume();
    const linger = this.clock.after(lingerMs, () => this.socket.destroy());
    this.socket.once('close', () => linger.cancel());
  }

  /** Keeps one timer at or before the session's next deadline; deadlines mostly move later, which costs nothing. */
  private arm(): void {
    const deadlineMs = this.session.deadlineMs();
    if (deadlineMs >= this.timerMs || deadlineMs === Infinity) return;
    this.timer?.cancel();
    this.timerMs = deadlineMs;
    this.timer = this.clock.after(Math.max(0, Math.ceil(deadlineMs - this.clock.monotonic())), () =>
      this.tick(),
    );
  }

  private tick(): void {
    this.timerMs = Infinity;
    this.session.tick(this.clock.monotonic());
    this.arm();
    if (this.session.state.kind !== 'closed') this.handlers.turn();
  }
}
