import { constants } from 'node:crypto';
import { connect as connectTcp, createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { checkServerIdentity, connect as connectTls, createServer as createTlsServer } from 'node:tls';
import type { SecureContextOptions, Server as TlsServer } from 'node:tls';
import { tlsDefaults } from '../../../control/certificates/tls-defaults.ts';
import { domainsOf } from './certificate-names.ts';
import type { Destination, Endpoint } from './flow.ts';
import { materialFor, type TlsMaterial } from './tls-material.ts';

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
        {
          ...contextOf(tls),
          // Phones have none, and are let in by their passwords: who shows none, or another, is nobody's trunk.
          requestCert: tls.clientAuthorities !== undefined,
          rejectUnauthorized: false,
          handshakeTimeout: handshakeMs,
        },
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

  /** From the next handshake on, of either direction, this counts. Throws Node's error if it is no certificate. */
  exchange(tls: TlsMaterial): void {
    if (this.secure === undefined) return;
    this.secure.setSecureContext(contextOf(tls));
    this.tls = tls;
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
    const { certificate, key, authorities, serverName = to.serverName } = materialFor(this.tls, to.peer);
    return connectTls({
      ...tlsDefaults,
      host: to.host,
      port: to.port,
      ...(serverName === undefined ? {} : { servername: serverName }),
      checkServerIdentity: (name, shown) =>
        domainsOf(shown).includes(name.toLowerCase()) ? undefined : checkServerIdentity(name, shown),
      cert: certificate,
      key,
      ...(authorities === undefined ? {} : { ca: authorities }),
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
    });
  }
}

const contextOf = ({ certificate, key, clientAuthorities }: TlsMaterial): SecureContextOptions => ({
  ...tlsDefaults,
  cert: certificate,
  key,
  ...(clientAuthorities === undefined
    ? {}
    : {
        ca: clientAuthorities,
        // A session taken up again would bring a certificate that was judged by the authorities of another day.
        secureOptions: tlsDefaults.secureOptions | constants.SSL_OP_NO_TICKET,
      }),
});
