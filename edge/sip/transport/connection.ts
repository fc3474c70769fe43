import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Overhear } from '../../../control/base/overheard.ts';
import { earOf, type Ear } from '../../../control/base/tls-ear.ts';
import type { SipFault } from '../message/fault.ts';
import { SipFramer } from '../message/framer.ts';
import type { SipMessage } from '../message/message.ts';
import { domainsOf } from './certificate-names.ts';
import type { Endpoint, Flow, FlowConnection, FlowUser } from './flow.ts';
import type { TransportLimits } from './limits.ts';
import { withoutSecrets } from './overheard.ts';

/** What a connection tells its owner. */
export interface ConnectionEvents {
  message(message: SipMessage, flow: Flow): void;
  fault(fault: SipFault, flow: Flow): void;
  closed(connection: Connection): void;
}

const pong = Buffer.from('\r\n');

/** A TCP or TLS connection, of either direction, that carries SIP (RFC 3261 §18). */
export class Connection implements FlowConnection {
  readonly flow: Flow;
  private readonly socket: Socket;
  private readonly limits: TransportLimits;
  private readonly events: ConnectionEvents;
  private readonly framer = new SipFramer();
  private readonly users = new Set<FlowUser>();
  /** When something last came; when the message that is now incomplete began, or NaN between messages. */
  private heardMs: number;
  private begunMs: number;
  private gone = false;
  private readonly known: boolean;
  private readonly ear: Ear | undefined;
  private proven: readonly string[] | undefined;

  constructor(
    socket: Socket,
    remote: { readonly endpoint: Endpoint; readonly host: string; readonly port: number },
    limits: TransportLimits,
    events: ConnectionEvents,
    monotonic: () => number,
    /** `known`: the peer's certificate is judged by authorities who may name carriers. */
    { dialled, known }: { readonly dialled: boolean; readonly known: boolean },
    overhear: Overhear | undefined,
  ) {
    this.socket = socket;
    this.limits = limits;
    this.known = known;
    this.ear = earOf(socket, 'sip', overhear);
    this.events = events;
    this.flow = { ...remote, connection: this };
    this.heardMs = monotonic();
    // Who connects to us has something to say.
    this.begunMs = dialled ? NaN : this.heardMs;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.receive(chunk, monotonic()));
    socket.on('error', () => this.lost());
    socket.on('close', () => this.lost());
    socket.on('end', () => this.close());
  }

  get open(): boolean {
    return !this.gone;
  }

  get domains(): readonly string[] {
    if (!this.known || !(this.socket instanceof TLSSocket)) return [];
    // Asked when a message has come, so after the handshake.
    this.proven ??= this.socket.authorized ? domainsOf(this.socket.getPeerCertificate()) : [];
    return this.proven;
  }

  /** Writes, or cuts the connection if its peer does not read. */
  send(bytes: Buffer): void {
    if (this.gone) return;
    this.socket.write(bytes);
    this.ear?.left(withoutSecrets(bytes));
    if (this.socket.writableLength > this.limits.writeQueueMax) this.destroy();
  }

  attach(user: FlowUser): void {
    this.users.add(user);
  }

  detach(user: FlowUser): void {
    this.users.delete(user);
  }

  /** Cuts a connection that has been silent for too long, or is too slow with a message. */
  check(nowMs: number): void {
    const slow = nowMs - this.begunMs > this.limits.messageMs;
    if (slow || (this.users.size === 0 && nowMs - this.heardMs > this.limits.idleMs)) this.destroy();
  }

  /** Ends it once what was written has left. */
  close(): void {
    this.socket.end();
    this.lost();
  }

  destroy(): void {
    this.socket.destroy();
    this.lost();
  }

  private receive(chunk: Buffer, nowMs: number): void {
    if (this.gone) return;
    this.heardMs = nowMs;
    const framed = this.framer.push(chunk);
    if (framed.length > 0) this.begunMs = NaN;
    for (const item of framed) {
      if (this.ear !== undefined && item.kind !== 'ping' && item.octets !== undefined)
        this.ear.came(withoutSecrets(item.octets));
      if (item.kind === 'message') this.events.message(item.message, this.flow);
      else if (item.kind === 'fault') this.events.fault(item.fault, this.flow);
      else this.send(pong);
    }
    if (this.framer.broken) this.close();
    else if (this.framer.buffered > 0 && Number.isNaN(this.begunMs)) this.begunMs = nowMs;
  }

  private lost(): void {
    if (this.gone) return;
    this.gone = true;
    // Whoever is told may look for another way at once, and must not find this one.
    this.events.closed(this);
    for (const user of this.users) user.connectionLost();
    this.users.clear();
  }
}
