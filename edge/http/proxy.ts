import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { pipeline, type Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { Bind } from '../../control/base/bind.ts';
import type { Clock } from '../../control/base/clock.ts';
import { fail, ok, type Result } from '../../control/base/result.ts';
import type { Address } from '../../control/config/address.ts';
import { openAuthority, type CertificateAuthority } from './ca.ts';
import type { ListenFault } from './listener.ts';
import type { HttpObserver } from './observer.ts';
import { proxyHeader } from './proxy-header.ts';
import { absoluteTarget, connectTarget, type ProxyTarget } from './proxy-target.ts';

export interface SdkProxyOptions {
  readonly listen: Address;
  readonly bind: Bind;
  /** Where the certificate authority is kept. */
  readonly caDirectory: string;
  /** The front door's inner listeners, one for each scheme that a client may use. */
  readonly doors: Readonly<Record<ProxyTarget['scheme'], Address>>;
  readonly clock: Clock;
  readonly observer: HttpObserver;
}

/** The SDK proxy, open: it leads `*.twilio.com` to this edge and nothing else anywhere. */
export interface SdkProxy {
  readonly address: Address;
  /** The certificate that clients must trust. */
  readonly certificatePath: string;
  /** Stops listening and cuts every tunnel. */
  close(): Promise<void>;
}

const connectionsMax = 512;
const headerBytesMax = 16_384;
const headMs = 10_000;
const handshakeMs = 10_000;
const idleMs = 60_000;
const refusalText = 'This proxy leads to names under twilio.com on ports 80 and 443 only.\n';
/** RFC 9110 section 7.6.1, and what concerns this proxy alone. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'upgrade',
  'host',
]);

/** Opens the proxy and, the first time, makes its certificate authority. */
export async function openSdkProxy(options: SdkProxyOptions): Promise<Result<SdkProxy, ListenFault>> {
  const { listen, bind, caDirectory, clock, observer } = options;
  let authority: CertificateAuthority;
  try {
    authority = await openAuthority(caDirectory, clock);
  } catch (error) {
    return fail({
      listen,
      reason: `certificate authority: ${error instanceof Error ? error.message : 'unusable'}`,
    });
  }
  const tunnels = new Set<Socket>();
  const server = createServer({
    maxHeaderSize: headerBytesMax,
    headersTimeout: headMs,
    requestTimeout: idleMs,
    connectionsCheckingInterval: 1000,
  });
  server.maxConnections = connectionsMax;
  server.on('connect', (request: IncomingMessage, _duplex: Duplex, early: Buffer) => {
    const { socket } = request;
    // From here on nobody else listens to this socket; a reset must not end the process.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => tunnels.delete(socket));
    tunnels.add(socket);
    const target = connectTarget(request.url ?? '');
    if (target === undefined) {
      observer.notice('the SDK proxy refused a tunnel', { target: printable(request.url) });
      refuseTunnel(socket);
      return;
    }
    if (early.length > 0) socket.unshift(early);
    void tunnel(options, authority, target, socket).catch(() => socket.destroy());
  });
  server.on('request', (request, response) => {
    const found = absoluteTarget(request.url ?? '');
    if (found === undefined) {
      observer.notice('the SDK proxy refused a request', { target: printable(request.url) });
      refuseRequest(response);
    } else forward(options, found.target, found.path, request, response);
  });
  try {
    await bind(server, listen);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return fail({ listen, reason: code ?? message });
  }
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : listen.port;
  return ok({
    address: { host: listen.host, port },
    certificatePath: authority.certificatePath,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
        for (const socket of tunnels) socket.destroy();
      }),
  });
}

const printable = (target: string | undefined): string =>
  (target ?? '').slice(0, 128).replace(/[^\x21-\x7e]/g, '?');

function refuseTunnel(socket: Socket): void {
  socket.end(
    'HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Type: text/plain\r\n' +
      `Content-Length: ${refusalText.length}\r\n\r\n${refusalText}`,
    () => socket.destroy(),
  );
}

function refuseRequest(response: ServerResponse): void {
  response.writeHead(403, { 'Content-Type': 'text/plain', Connection: 'close' }).end(refusalText);
}

/** Answers the CONNECT, becomes the host in TLS where the port asks for it, and leads the bytes to the front door. */
async function tunnel(
  options: SdkProxyOptions,
  authority: CertificateAuthority,
  target: ProxyTarget,
  socket: Socket,
): Promise<void> {
  const secureContext = target.scheme === 'https' ? await authority.contextFor(target.host) : undefined;
  if (socket.destroyed) return;
  socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
  let inner: Duplex = socket;
  if (secureContext !== undefined) {
    const tls = new TLSSocket(socket, {
      isServer: true,
      secureContext,
      ALPNProtocols: ['http/1.1'],
    });
    tls.on('error', () => socket.destroy());
    const deadline = options.clock.after(handshakeMs, () => socket.destroy());
    tls.once('secure', () => deadline.cancel());
    socket.once('close', () => deadline.cancel());
    inner = tls;
  }
  socket.setTimeout(idleMs, () => socket.destroy());
  const door = toDoor(options.doors[target.scheme], socket.remoteAddress);
  // Each pipeline destroys both its ends when either fails or closes, so nothing stays half open.
  const done = (): void => {
    door.destroy();
    socket.destroy();
  };
  pipeline(inner, door, done);
  pipeline(door, inner, done);
}

function toDoor({ host, port }: Address, client: string | undefined): Socket {
  const door = connect({ host, port });
  door.write(proxyHeader(client));
  return door;
}

/** Hands on one request that came in absolute form; its own Host does not count then (RFC 9112 section 3.2.2). */
function forward(
  options: SdkProxyOptions,
  target: ProxyTarget,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const headers: Record<string, string | string[]> = { host: target.host };
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined && !hopByHop.has(name)) headers[name] = value;
  }
  const onward = httpRequest({
    method: request.method ?? 'GET',
    path,
    headers,
    createConnection: () => toDoor(options.doors[target.scheme], request.socket.remoteAddress),
  });
  onward.on('response', (answer) => {
    for (const [name, value] of Object.entries(answer.headers)) {
      if (value !== undefined && !hopByHop.has(name)) response.setHeader(name, value);
    }
    response.writeHead(answer.statusCode ?? 502);
    pipeline(answer, response, () => undefined);
  });
  onward.on('error', () => {
    if (response.headersSent) response.destroy();
    else response.writeHead(502, { Connection: 'close' }).end();
  });
  response.on('close', () => onward.destroy());
  pipeline(request, onward, () => undefined);
}
