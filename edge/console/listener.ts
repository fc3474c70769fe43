import { createServer as createPlain, type RequestListener, type Server } from 'node:http';
import { createServer as createSecure, type Server as SecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Pair } from '../../control/certificates/pair.ts';
import { tlsDefaults } from '../../control/certificates/tls-defaults.ts';
import { bind, type Bind } from '../../control/base/bind.ts';
import type { Address } from '../../control/config/address.ts';
import { partyOfText } from '../http/remote.ts';

export interface ConsoleListener {
  /** Where it is bound; the port is the real one where 0 was asked for. */
  readonly address: Address;
  /** Gives the next handshakes this certificate. Throws if it cannot be used. */
  renew(pair: Pair): void;
  /** Takes no more connections. What is being answered has so long; then every connection ends. Default: no time. */
  close(graceMs?: number): Promise<void>;
}

const headBytesMax = 16 * 1024;
const connectionsMax = 256;
/** Of one address (IPv6: /64): a browser opens six. */
const connectionsOfPartyMax = 32;

/** How long clients may take, in milliseconds. */
export interface Patience {
  readonly handshakeMs: number;
  readonly headMs: number;
  /** For the head and the body. */
  readonly requestMs: number;
  /** Neither sending nor reading anything. */
  readonly silenceMs: number;
  /** How often heads and bodies are looked at. */
  readonly lookMs: number;
}

const patience: Patience = {
  handshakeMs: 5_000,
  headMs: 5_000,
  requestMs: 15_000,
  silenceMs: 15_000,
  lookMs: 1_000,
};

/** Binds the listener, in TLS if there is a certificate. Rejects with the system's error where it cannot be bound. */
export async function listenForConsole(
  address: Address,
  pair: Pair | null,
  handler: RequestListener,
  listen: Bind = bind,
  { handshakeMs, headMs, requestMs, silenceMs, lookMs }: Patience = patience,
): Promise<ConsoleListener> {
  const options = {
    maxHeaderSize: headBytesMax,
    headersTimeout: headMs,
    requestTimeout: requestMs,
    keepAliveTimeout: 5_000,
    connectionsCheckingInterval: lookMs,
  };
  const secure: SecureServer | null =
    pair === null
      ? null
      : createSecure(
          { ...options, ...tlsDefaults, ...credentials(pair), handshakeTimeout: handshakeMs },
          handler,
        );
  const server: Server = secure ?? createPlain(options, handler);
  server.maxConnections = connectionsMax;
  server.maxRequestsPerSocket = 1_000;
  server.setTimeout(silenceMs);
  boundParties(server);
  // What was answered while the server is closing was its connection's last.
  server.on('request', (_, response) =>
    response.once('close', () => server.listening || server.closeIdleConnections()),
  );
  await listen(server, address);
  const bound = server.address() as AddressInfo;
  return {
    address: { host: bound.address, port: bound.port },
    renew: (next) => secure?.setSecureContext({ ...tlsDefaults, ...credentials(next) }),
    close: (graceMs = 0) =>
      new Promise((resolve) => {
        const limit = setTimeout(() => server.closeAllConnections(), graceMs);
        server.close(() => {
          clearTimeout(limit);
          resolve();
        });
      }),
  };
}

const credentials = ({ certificate: cert, key }: Pair): { readonly cert: string; readonly key: string } => ({
  cert,
  key,
});

/** No address takes all connections for itself. */
function boundParties(server: Server): void {
  const counts = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const party = partyOfText(socket.remoteAddress ?? '') ?? '';
    const count = (counts.get(party) ?? 0) + 1;
    if (count > connectionsOfPartyMax) {
      socket.destroy();
      return;
    }
    counts.set(party, count);
    socket.once('close', () => {
      const left = (counts.get(party) ?? 1) - 1;
      if (left > 0) counts.set(party, left);
      else counts.delete(party);
    });
  });
}
