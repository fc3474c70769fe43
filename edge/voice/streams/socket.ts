import type { ClientRequestArgs } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, type ClientOptions } from 'ws';
import { fail, ok, type Result } from '../../../control/base/result.ts';
import { AddressRefused, guardedConnector, systemResolve, type Resolve } from '../../webhook/connector.ts';
import { userAgent } from '../../webhook/transport.ts';

/** An open WebSocket to an application. */
export interface StreamSocket {
  /** Text; a socket that is closing takes no more, and one whose application does not read is broken off. */
  send(text: string): void;
  /** Sent by us and not yet taken by the network. */
  readonly bufferedBytes: number;
  /** Asks for the closing handshake, and does not wait for it. */
  close(): void;
}

/** What becomes of an open socket. Nothing is heard before `connect` has given it. */
export interface SocketEars {
  readonly message: (text: string) => void;
  /** Once; `fault` where it was not the application's closing it in order. */
  readonly closed: (fault: SocketFault | undefined) => void;
}

export interface SocketFault {
  /** 319xx, of Twilio's table. */
  readonly code: number;
  readonly detail: string;
}

export interface SocketRequest {
  /** ws or wss. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly ears: SocketEars;
}

/** Opens a WebSocket. */
export type ConnectSocket = (request: SocketRequest) => Promise<Result<StreamSocket, SocketFault>>;

export interface SocketOptions {
  /** Lets streams reach private, loopback and link-local addresses, and go in the clear (ws). */
  readonly allowPrivate: boolean;
  /** Certificate authorities in PEM, in place of the system's. */
  readonly ca?: string;
  readonly resolve?: Resolve;
}

const handshakeTimeoutMs = 10_000;
/** A message of an application's: half a minute of sound in one piece is more than anyone sends. */
const messageMaxBytes = 1024 * 1024;
/** What we have sent and an application has not read: sound is left out before this, so he asks for answers and reads none. */
const unreadMaxBytes = 1024 * 1024;
/** An application that does not take part in the closing handshake is cut off. */
const closeTimeoutMs = 5_000;

/** Node's names for what went wrong → Twilio's numbers (https://www.twilio.com/docs/api/errors, 31900 and on). */
const codes: Readonly<Record<string, number>> = {
  ECONNREFUSED: 31902,
  EPIPE: 31903,
  ECONNRESET: 31903,
  EHOSTUNREACH: 31904,
  ENETUNREACH: 31904,
  ENOTFOUND: 31904,
  EAI_AGAIN: 31904,
  ETIMEDOUT: 31901,
  UND_ERR_CONNECT_TIMEOUT: 31901,
};

function faultOf(error: Error): SocketFault {
  const { code = '' } = error as NodeJS.ErrnoException;
  const fault = (number: number): SocketFault => ({ code: number, detail: error.message });
  if (error instanceof AddressRefused) return fault(31904);
  const known = codes[code];
  if (known !== undefined) return fault(known);
  if (/TLS|SSL|CERT|SIGNATURE|EPROTO/.test(code)) return fault(31910);
  if (code.startsWith('WS_ERR')) return fault(31924);
  return fault(error.message.includes('timed out') ? 31901 : 31920);
}

/**
 * WebSockets by npm ws, on connections whose very address has been checked, as those of webhooks are. No redirects
 * and no compression. Never rejects.
 */
export function socketConnector(options: SocketOptions): ConnectSocket {
  const { allowPrivate, ca } = options;
  const connect = guardedConnector({
    allowPrivate,
    resolve: options.resolve ?? systemResolve,
    ...(ca === undefined ? {} : { ca }),
  });
  return ({ url, headers, ears }) => {
    const { protocol, hostname, host, port, username } = new URL(url);
    const secure = protocol === 'wss:';
    if (!secure && !allowPrivate) return Promise.resolve(fail({ code: 31922, detail: 'a stream needs wss' }));
    if (username !== '')
      return Promise.resolve(fail({ code: 31923, detail: 'a stream takes no credentials' }));
    const createConnection: NonNullable<ClientRequestArgs['createConnection']> = (_options, done) => {
      const target = {
        // An IPv6 address is written in brackets in a URL, and nowhere else.
        hostname: hostname.replace(/^\[|\]$/g, ''),
        host,
        protocol: secure ? 'https:' : 'http:',
        port: port === '' ? (secure ? '443' : '80') : port,
      };
      // Node's type wants a stream even where there is an error.
      connect(target, (error, socket) => done(error, socket as unknown as Duplex));
      return undefined;
    };
    const wanted: Omit<ClientOptions, 'createConnection'> & ClientRequestArgs = {
      headers: { 'user-agent': userAgent, ...headers },
      handshakeTimeout: handshakeTimeoutMs,
      maxPayload: messageMaxBytes,
      perMessageDeflate: false,
      followRedirects: false,
      // Below, with a bound.
      autoPong: false,
      createConnection,
    };
    return open(new WebSocket(url, wanted), ears);
  };
}

function open(socket: WebSocket, ears: SocketEars): Promise<Result<StreamSocket, SocketFault>> {
  return new Promise((resolve) => {
    let fault: SocketFault | undefined;
    let opened = false;
    socket.on('error', (error) => (fault ??= faultOf(error)));
    socket.on('unexpected-response', (request, response) => {
      fault = { code: 31920, detail: `the application answered ${response.statusCode ?? 0}` };
      response.destroy();
      request.destroy();
      socket.terminate();
    });
    socket.on('open', () => {
      opened = true;
      resolve(ok(handle(socket)));
    });
    socket.on('ping', (data) => {
      if (socket.bufferedAmount <= unreadMaxBytes) socket.pong(data, undefined, () => undefined);
    });
    // Twilio's messages are text both ways; what is binary cannot be JSON.
    socket.on('message', (data, binary) => ears.message(binary ? '' : (data as Buffer).toString('utf8')));
    socket.on('close', (code) => {
      if (!opened) resolve(fail(fault ?? { code: 31920, detail: 'the application closed the connection' }));
      else
        ears.closed(fault ?? (code === 1006 ? { code: 31903, detail: 'the connection broke' } : undefined));
    });
  });
}

function handle(socket: WebSocket): StreamSocket {
  return {
    send(text) {
      if (socket.readyState !== WebSocket.OPEN) return;
      // An error comes as an event, too, and is dealt with there.
      if (socket.bufferedAmount <= unreadMaxBytes) socket.send(text, () => undefined);
      else socket.terminate();
    },
    get bufferedBytes() {
      return socket.bufferedAmount;
    },
    close() {
      socket.close(1000);
      const cut = setTimeout(() => socket.terminate(), closeTimeoutMs);
      cut.unref();
      socket.once('close', () => clearTimeout(cut));
    },
  };
}
