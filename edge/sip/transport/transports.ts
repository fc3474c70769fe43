import type { RemoteInfo } from 'node:dgram';
import type { Socket } from 'node:net';
import type { Clock, Timer } from '../../../control/base/clock.ts';
import type { Overhear } from '../../../control/base/overheard.ts';
import type { SipFault } from '../message/fault.ts';
import type { SipMessage } from '../message/message.ts';
import { parseMessage } from '../message/parse.ts';
import { Connection } from './connection.ts';
import type { Destination, Endpoint, Flow, FlowUser, TransportName } from './flow.ts';
import { defaultTransportLimits } from './limits.ts';
import type { TransportLimits } from './limits.ts';
import { localAddresses } from './local-address.ts';
import { StreamEndpoint } from './stream.ts';
import type { TlsMaterial } from './tls-material.ts';
import { UdpEndpoint } from './udp.ts';

export interface ListenAddress {
  readonly transport: TransportName;
  /** An address, or 0.0.0.0 or :: for all of a family. */
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
}

export interface TransportOptions {
  readonly listen: readonly ListenAddress[];
  /** Needed for `tls` listeners. */
  readonly tls?: TlsMaterial | undefined;
  /** The address by which the outside reaches us, if not one of the machine's own. */
  readonly announce?: string | undefined;
  readonly limits?: Partial<TransportLimits> | undefined;
  /** Takes what passes under TLS, while packets are captured. */
  readonly overhear?: Overhear | undefined;
}

export interface TransportEvents {
  /** A message whose bytes could be read. `bytes` is the datagram it came in; undefined from a stream. */
  message(message: SipMessage, flow: Flow, bytes: Buffer | undefined): void;
  fault(fault: SipFault, flow: Flow): void;
}

const sweepMs = 2_000;

/** Every listener and connection: messages in, bytes out (RFC 3261 §18). */
export class Transports {
  private readonly clock: Clock;
  private readonly events: TransportEvents;
  private readonly limits: TransportLimits;
  private readonly overhear: Overhear | undefined;
  private readonly udp: readonly UdpEndpoint[];
  private readonly streams: readonly StreamEndpoint[];
  private readonly connections = new Map<string, Connection>();
  private readonly byAddress = new Map<string, number>();
  private open = 0;
  private sweeping: Timer | undefined;

  constructor(options: TransportOptions, clock: Clock, events: TransportEvents) {
    this.clock = clock;
    this.events = events;
    this.limits = { ...defaultTransportLimits, ...options.limits };
    this.overhear = options.overhear;
    const local = (host: string): ((remote: string) => string) => localAddresses(host, options.announce);
    this.udp = options.listen
      .filter(({ transport }) => transport === 'udp')
      .map(
        ({ host, port }) =>
          new UdpEndpoint(host, port, local(host), (bytes, from, endpoint) =>
            this.datagram(bytes, from, endpoint),
          ),
      );
    this.streams = options.listen
      .filter(({ transport }) => transport !== 'udp')
      .map(({ transport, host, port }) => this.stream(transport, host, port, options.tls, local(host)));
  }

  /** Binds every listener; rejects with Node's error if one cannot be bound. */
  async start(): Promise<void> {
    for (const endpoint of this.endpoints) await endpoint.bind();
    this.sweep();
  }

  /** From the next handshake on, this counts for everything in TLS. Throws Node's error if it is no certificate. */
  exchange(tls: TlsMaterial): void {
    for (const stream of this.streams) stream.exchange(tls);
  }

  get endpoints(): readonly (UdpEndpoint | StreamEndpoint)[] {
    return [...this.udp, ...this.streams];
  }

  /** Connections now open. */
  get connectionCount(): number {
    return this.open;
  }

  /**
   * A way to a destination: from a UDP listener of its family, or over a connection, one that stands already if there
   * is one (RFC 5923 in spirit). undefined where no listener speaks the transport.
   */
  route(to: Destination, from?: Endpoint): Flow | undefined {
    if (to.transport === 'udp') {
      const family = to.host.includes(':');
      const endpoint =
        this.udp.find((candidate) => candidate === from) ??
        this.udp.find(({ host }) => host.includes(':') === family);
      return endpoint === undefined
        ? undefined
        : { endpoint, host: to.host, port: to.port, connection: undefined };
    }
    const standing = this.connections.get(keyOf(to));
    if (standing !== undefined) return standing.flow;
    const endpoint = this.streams.find(({ transport }) => transport === to.transport);
    return endpoint === undefined ? undefined : this.dial(endpoint, to)?.flow;
  }

  /** Whether any listener speaks a transport. */
  speaks(transport: TransportName): boolean {
    return this.endpoints.some((endpoint) => endpoint.transport === transport);
  }

  /** Sends on a way. `user` is told if that fails at once; over streams, attach to the connection for later. */
  send(flow: Flow, bytes: Buffer, port: number, user: FlowUser | undefined): void {
    if (flow.endpoint instanceof UdpEndpoint)
      flow.endpoint.send(bytes, flow.host, port, () => user?.connectionLost());
    else if (flow.connection?.open === true) flow.connection.send(bytes);
    else user?.connectionLost();
  }

  async close(): Promise<void> {
    this.sweeping?.cancel();
    this.sweeping = undefined;
    for (const connection of this.connections.values()) connection.close();
    await Promise.all(this.endpoints.map((endpoint) => endpoint.close()));
  }

  private stream(
    transport: TransportName,
    host: string,
    port: number,
    tls: TlsMaterial | undefined,
    localFor: (remote: string) => string,
  ): StreamEndpoint {
    if (transport === 'tls' && tls === undefined) throw new Error('a TLS listener needs a certificate');
    return new StreamEndpoint(
      host,
      port,
      transport === 'tls' ? tls : undefined,
      localFor,
      {
        admit: (socket) => this.admit(socket),
        accepted: (socket, endpoint) => {
          const { remoteAddress, remotePort } = socket;
          if (remoteAddress === undefined || remotePort === undefined) socket.destroy();
          else {
            const from = { transport: endpoint.transport, host: plain(remoteAddress), port: remotePort };
            this.adopt(socket, endpoint, from, { dialled: false, known: true });
          }
        },
      },
      this.limits.messageMs,
    );
  }

  private datagram(bytes: Buffer, from: RemoteInfo, endpoint: UdpEndpoint): void {
    // Keep-alives of two or four octets (RFC 5626 §3.5.1, and what devices send).
    if (bytes.length <= 4) return;
    const flow: Flow = { endpoint, host: from.address, port: from.port, connection: undefined };
    const parsed = parseMessage(bytes);
    if (parsed.ok) this.events.message(parsed.value, flow, bytes);
    else this.events.fault(parsed.error, flow);
  }

  /** Turns away a connection at once, or counts it until it ends. */
  private admit(socket: Socket): boolean {
    const address = plain(socket.remoteAddress ?? '');
    const here = this.byAddress.get(address) ?? 0;
    if (this.open >= this.limits.connectionsMax || here >= this.limits.connectionsPerAddressMax) return false;
    this.count(socket, address);
    return true;
  }

  private count(socket: Socket, address: string): void {
    this.open++;
    this.byAddress.set(address, (this.byAddress.get(address) ?? 0) + 1);
    socket.once('close', () => {
      this.open--;
      const left = (this.byAddress.get(address) ?? 1) - 1;
      if (left === 0) this.byAddress.delete(address);
      else this.byAddress.set(address, left);
    });
  }

  private dial(endpoint: StreamEndpoint, to: Destination): Connection | undefined {
    if (this.open >= this.limits.connectionsMax) return undefined;
    const socket = endpoint.connect(to);
    this.count(socket, to.host);
    const connection = this.adopt(socket, endpoint, to, { dialled: true, known: to.peer !== undefined });
    const slow = this.clock.after(this.limits.connectMs, () => connection.destroy());
    socket.once(endpoint.transport === 'tls' ? 'secureConnect' : 'connect', () => slow.cancel());
    socket.once('close', () => slow.cancel());
    return connection;
  }

  private adopt(
    socket: Socket,
    endpoint: StreamEndpoint,
    peer: Destination,
    how: { readonly dialled: boolean; readonly known: boolean },
  ): Connection {
    const key = keyOf(peer);
    const { host, port } = peer;
    const connection = new Connection(
      socket,
      { endpoint, host, port },
      this.limits,
      {
        message: (message, flow) => this.events.message(message, flow, undefined),
        fault: (fault, flow) => this.events.fault(fault, flow),
        closed: (closed) => {
          if (this.connections.get(key) === closed) this.connections.delete(key);
        },
      },
      () => this.clock.monotonic(),
      how,
      this.overhear,
    );
    this.connections.set(key, connection);
    return connection;
  }

  private sweep(): void {
    const nowMs = this.clock.monotonic();
    for (const connection of this.connections.values()) connection.check(nowMs);
    this.sweeping = this.clock.after(sweepMs, () => this.sweep());
  }
}

/** What one peer was shown is not for requests to others. */
const keyOf = ({ transport, host, port, peer = '' }: Destination): string =>
  `${transport} ${host} ${port} ${peer}`;

/** An IPv4 address that a listener for both families wrote as IPv6, as IPv4. */
const plain = (address: string): string => (address.startsWith('::ffff:') ? address.slice(7) : address);
