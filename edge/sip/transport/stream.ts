import { connect as connectTcp, createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import type { Server as TlsServer } from 'node:tls';
import type { Pair } from '../../../control/certificates/pair.ts';
import { tlsDefaults } from '../../../control/certificates/tls-defaults.ts';
import type { Destination, Endpoint } from './flow.ts';

/** A certificate with its key, and the authorities whom we trust, as PEM. */
export interface TlsMaterial extends Pair {
  /** In place of the system's; for carriers with an authority of their own. */
  readonly authorities?: string | undefined;
}

/** A TCP or TLS listener. Connections of our own leave from free ports, and are used for both directions. */
export class StreamEndpoint implements Endpoint {
  readonly transport: 'tcp' | 'tls';
  readonly host: string;
  private tls: TlsMaterial | undefined;
  private readonly server: Server;
  private readonly secure: TlsServer | undefined;
  private readonly localFor: (remote: string) => string;
  private boundPort: number;
  private portText = '';

  constructor(
    host: string,
    port: number,
    tls: TlsMaterial | undefined,
    localFor: (remote: string) => string,
    events: {
      /** Before any handshake: whether to go on with it. */
      admit(socket: Socket): boolean;
      accepted(socket: Socket, endpoint: StreamEndpoint): void;
    },
    handshakeMs: number,
  ) {
    this.transport = tls === undefined ? 'tcp' : 'tls';
    this.host = host;
    this.boundPort = port;
    this.tls = tls;
    this.localFor = localFor;
    const accept = (socket: Socket): void => {
      if (!socket.destroyed) events.accepted(socket, this);
    };
    if (tls === undefined) {
      this.secure = undefined;
      this.server = createTcpServer({ noDelay: true, allowHalfOpen: false }, accept);
    } else {
      this.secure = createTlsServer(
        { ...tlsDefaults, cert: tls.certificate, key: tls.key, handshakeTimeout: handshakeMs },
        accept,
      );
      this.secure.on('tlsClientError', (_error, socket) => socket.destroy());
      this.server = this.secure;
    }
    this.server.prependListener('connection', (socket: Socket) => {
      if (!events.admit(socket)) socket.destroy();
    });
  }

  get port(): number {
    return this.boundPort;
  }

  /** From the next handshake on, of either direction, this certificate is shown. Throws Node's error if it is none. */
  exchange(pair: Pair): void {
    if (this.secure === undefined) return;
    this.secure.setSecureContext({ ...tlsDefaults, cert: pair.certificate, key: pair.key });
    this.tls = { ...this.tls, ...pair };
  }

  bind(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen({ port: this.boundPort, host: this.host, ipv6Only: this.host.includes(':') }, () => {
        this.server.off('error', reject);
        // Out of descriptors: the next connection may find one.
        this.server.on('error', () => undefined);
        this.boundPort = (this.server.address() as AddressInfo).port;
        this.portText = `:${this.boundPort}`;
        resolve();
      });
    });
  }

  sentBy(remote: string): string {
    const local = this.localFor(remote);
    return local.includes(':') ? `[${local}]${this.portText}` : local + this.portText;
  }

  /** Begins to connect; what is written meanwhile leaves once the connection stands. */
  connect(to: Destination): Socket {
    if (this.tls === undefined) return connectTcp({ host: to.host, port: to.port, noDelay: true });
    return connectTls({
      ...tlsDefaults,
      host: to.host,
      port: to.port,
      ...(to.serverName === undefined ? {} : { servername: to.serverName }),
      cert: this.tls.certificate,
      key: this.tls.key,
      ...(this.tls.authorities === undefined ? {} : { ca: this.tls.authorities }),
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
    });
  }
}
