import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { SecureContextOptions, Server as TlsServer } from 'node:tls';
import { systemClock } from '../../control/base/clock.ts';
import type { Clock } from '../../control/base/clock.ts';
import { tlsDefaults } from '../../control/certificates/tls-defaults.ts';
import { bind, type Bind } from '../../control/base/bind.ts';
import { defaultDoorLimits, Doorkeeper } from './doorkeeper.ts';
import { silentLog, silentObserver } from './observer.ts';
import type { Log, SmppObserver } from './observer.ts';
import type { ServerCertificate, SmppServerConfig, SmppServerHandlers } from './server-config.ts';
import { ServerPeer } from './server-peer.ts';
import { defaultTimers } from './timers.ts';

export interface ServerSurroundings {
  readonly clock: Clock;
  readonly log: Log;
  readonly observer: SmppObserver;
}

/** A message centre's listener: for tenants that bind to us, and for the loopback carrier. */
export class SmppServer<T> {
  private readonly config: SmppServerConfig;
  private readonly handlers: SmppServerHandlers<T>;
  private readonly around: ServerSurroundings;
  private readonly door: Doorkeeper;
  private readonly peers = new Set<ServerPeer<T>>();
  private readonly sockets = new Set<Socket>();
  private readonly listener: Server;
  private readonly secure: TlsServer | undefined;
  private stopping: Promise<void> | undefined = undefined;
  private emptied: (() => void) | undefined = undefined;

  constructor(
    config: SmppServerConfig,
    handlers: SmppServerHandlers<T>,
    around: Partial<ServerSurroundings> = {},
  ) {
    this.config = config;
    this.handlers = handlers;
    this.around = { clock: systemClock, log: silentLog, observer: silentObserver, ...around };
    this.door = new Doorkeeper({ ...defaultDoorLimits, ...config.limits });
    const accept = (socket: Socket): void => this.accept(socket);
    if (config.tls === undefined) {
      this.secure = undefined;
      this.listener = createTcpServer({ noDelay: true }, accept);
    } else {
      const handshakeTimeout = config.timers?.sessionInitMs ?? defaultTimers.sessionInitMs;
      this.secure = createTlsServer(
        {
          ...contextOf(config.tls),
          handshakeTimeout,
          requestCert: config.tls.clientAuthorities !== undefined,
          rejectUnauthorized: true,
        },
        accept,
      );
      this.secure.on('tlsClientError', (_error, socket) => socket.destroy());
      this.listener = this.secure;
    }
    // Before any TLS handshake: turning away has to cost little.
    this.listener.prependListener('connection', (socket: Socket) => this.admit(socket));
  }

  /** Starts to listen; rejects with Node's error if that cannot be. */
  async listen(listen: Bind = bind): Promise<void> {
    await listen(this.listener, { host: this.config.host, port: this.config.port });
    this.listener.on('error', (error: NodeJS.ErrnoException) =>
      this.around.log.warn(
        { server: this.config.name, code: error.code },
        'the SMPP listener failed to accept',
      ),
    );
  }

  /** The port it listens on, where the configuration said 0. */
  get port(): number {
    return (this.listener.address() as AddressInfo).port;
  }

  /** Connections now open, bound or not. */
  get connections(): number {
    return this.sockets.size;
  }

  /** From the next handshake on, this certificate is shown, and these authorities hold. Throws Node's error if it is none. */
  setSecureContext(certificate: ServerCertificate): void {
    this.secure?.setSecureContext(contextOf(certificate));
  }

  /**
   * Takes no more connections, unbinds every session gracefully, and ends when all are gone; those that are not after
   * `graceMs` are cut.
   */
  stop(graceMs = Infinity): Promise<void> {
    this.stopping ??= new Promise((resolve) => {
      this.emptied = resolve;
      this.listener.close();
      for (const peer of this.peers) peer.drain();
      this.checkEmpty();
    });
    if (!Number.isFinite(graceMs)) return this.stopping;
    const grace = this.around.clock.after(graceMs, () => {
      for (const socket of this.sockets) socket.destroy();
    });
    return this.stopping.finally(() => grace.cancel());
  }

  /** Turns away a connection at once, or counts it until it ends. */
  private admit(socket: Socket): void {
    const address = socket.remoteAddress ?? '';
    const admission = this.door.enter(address, this.around.clock.monotonic());
    if (admission !== 'admitted') {
      this.around.observer.connectionRefused(this.config.name, admission);
      socket.destroy();
      return;
    }
    this.sockets.add(socket);
    socket.once('close', () => {
      this.sockets.delete(socket);
      this.door.left(address);
      this.checkEmpty();
    });
  }

  private accept(socket: Socket): void {
    if (socket.destroyed) return;
    if (this.stopping !== undefined) {
      socket.destroy();
      return;
    }
    const address = socket.remoteAddress ?? '';
    const peer: ServerPeer<T> = new ServerPeer(socket, address, {
      config: this.config,
      handlers: this.handlers,
      ...this.around,
      bindFailed: (from) => this.door.failed(from, this.around.clock.monotonic()),
      closed: (ended) => this.peers.delete(ended),
    });
    this.peers.add(peer);
  }

  private checkEmpty(): void {
    if (this.emptied !== undefined && this.sockets.size === 0) this.emptied();
  }
}

const contextOf = ({ cert, key, clientAuthorities: ca }: ServerCertificate): SecureContextOptions => ({
  ...tlsDefaults,
  cert,
  key,
  ca,
});
