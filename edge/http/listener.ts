import { createServer } from 'node:net';
import type { Address } from '../../control/config/address.ts';
import { fail, ok, type Result } from '../../control/base/result.ts';
import { pairFault, type PairFiles } from '../../control/certificates/pair.ts';
import {
  listen,
  listenUnix,
  plainApp,
  stopListening,
  tlsApp,
  type HttpRequest,
  type HttpResponse,
} from './uws.ts';
import type { ListenSocket, TemplatedApp } from './uws.ts';

export type RequestHandler = (response: HttpResponse, request: HttpRequest) => void;

/** A listener that could not be opened: `reason` is the system's code (EADDRINUSE, EACCES) or says it in words. */
export interface ListenFault {
  readonly listen: Address;
  readonly reason: string;
}

/** An open listener. */
export interface Listener {
  /** With the port that the system chose, if it was left to it. */
  readonly address: Address;
  /** Takes no more connections; a second time it does nothing. */
  close(): void;
}

/** A listener in TLS whose certificate may be exchanged. */
export interface TlsListener extends Listener {
  /** Takes the files' present content for new connections; why not, if it cannot. */
  reload(): string | undefined;
}

/**
 * Whether the address can be bound, and its port if that was 0. The library listens with SO_REUSEPORT, so it would not
 * notice that another process, perhaps a second edge by mistake, has the port already; a plain bind does.
 */
function probe(address: Address): Promise<Result<Address, ListenFault>> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => {
      const reason = 'code' in error ? String(error.code) : error.message;
      resolve(fail({ listen: address, reason }));
    });
    server.listen({ host: address.host, port: address.port, exclusive: true }, () => {
      const bound = server.address();
      const port = typeof bound === 'object' && bound !== null ? bound.port : address.port;
      server.close(() => resolve(ok({ host: address.host, port })));
    });
  });
}

function open(app: TemplatedApp, address: Address, handler: RequestHandler): ListenSocket | undefined {
  app.any('/*', handler);
  return listen(app, address.host, address.port);
}

/** The library frees a socket that has been closed: to close it again would crash the process. */
function closing(socket: ListenSocket): () => void {
  let listening = true;
  return () => {
    if (listening) stopListening(socket);
    listening = false;
  };
}

const unbindable = (address: Address): Result<never, ListenFault> =>
  fail({ listen: address, reason: 'the address cannot be bound' });

/**
 * Listens in plain HTTP; on a `shared` port beside the process that listens there already, which must be one of ours.
 */
export async function listenPlain(
  address: Address,
  handler: RequestHandler,
  shared = false,
): Promise<Result<Listener, ListenFault>> {
  const bound = shared && address.port !== 0 ? ok(address) : await probe(address);
  if (!bound.ok) return bound;
  const socket = open(plainApp(), bound.value, handler);
  if (socket === undefined) return unbindable(address);
  return ok({ address: bound.value, close: closing(socket) });
}

/** Listens on a Unix socket that this user alone may open. */
export function listenInner(path: string, handler: RequestHandler): Listener | undefined {
  const before = process.umask(0o177);
  try {
    const app = plainApp();
    app.any('/*', handler);
    const socket = listenUnix(app, path);
    if (socket === undefined) return undefined;
    return { address: { host: path, port: 0 }, close: closing(socket) };
  } finally {
    process.umask(before);
  }
}

/** Listens in TLS. */
export async function listenTls(
  address: Address,
  files: PairFiles,
  handler: RequestHandler,
  shared = false,
): Promise<Result<TlsListener, ListenFault>> {
  const reason = pairFault(files);
  if (reason !== undefined) return fail({ listen: address, reason });
  const bound = shared && address.port !== 0 ? ok(address) : await probe(address);
  if (!bound.ok) return bound;
  let socket = openTls(bound.value, files, handler);
  if (socket === undefined) return unbindable(address);
  return ok({
    address: bound.value,
    close: () => {
      if (socket !== undefined) stopListening(socket);
      socket = undefined;
    },
    reload: () => {
      if (socket === undefined) return 'the listener is closed';
      const next = openTls(bound.value, files, handler);
      if (next === undefined) return 'the library does not take the pair, or the address';
      const old = socket;
      socket = next;
      void whenIdle().then(() => stopListening(old));
      return undefined;
    },
  });
}

/** A turn of the event loop in which there was nothing to do takes a few microseconds. */
const idleTurnMs = 0.2;
const turnsMax = 1_000;

/**
 * Resolves after a turn of the event loop that had next to nothing to do; at the latest after `turnsMax`. A listening
 * socket that closes resets the connections which wait in its queue unaccepted: after such a turn they are the fewest,
 * none but for a rare chance. (Linux hands them to the new socket where net.ipv4.tcp_migrate_req is 1.)
 */
export function whenIdle(turns = turnsMax): Promise<void> {
  const begun = performance.now();
  return new Promise((resolve) => {
    setImmediate(() => {
      if (turns === 0 || performance.now() - begun < idleTurnMs) resolve();
      else void whenIdle(turns - 1).then(resolve);
    });
  });
}

function openTls(address: Address, files: PairFiles, handler: RequestHandler): ListenSocket | undefined {
  try {
    return open(tlsApp(files.certificate, files.key), address, handler);
  } catch {
    return undefined;
  }
}
