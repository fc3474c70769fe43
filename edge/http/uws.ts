import uws from 'uWebSockets.js';
import type { HttpRequest, HttpResponse, TemplatedApp, us_listen_socket } from 'uWebSockets.js';
import { tls12Ciphers } from '../../control/certificates/tls-defaults.ts';

// The only place that names the server library, so that an operator may put another build of it in.
export type { HttpRequest, HttpResponse, TemplatedApp };
export type ListenSocket = us_listen_socket;

// Without this every answer names the library and its version.
uws._cfg('silent');

/** An application without listeners, in plain HTTP. */
export const plainApp = (): TemplatedApp => uws.App();

/**
 * The same in TLS: the library speaks 1.2 and 1.3 alone, and takes its list of ciphers for 1.2. Throws if it cannot load
 * the pair, without saying why.
 */
export const tlsApp = (certificatePath: string, keyPath: string): TemplatedApp =>
  uws.SSLApp({ cert_file_name: certificatePath, key_file_name: keyPath, ssl_ciphers: tls12Ciphers });

/** Listens, with SO_REUSEPORT for any port but 0; undefined if the address cannot be bound. The library calls back at once. */
export function listen(app: TemplatedApp, host: string, port: number): ListenSocket | undefined {
  let socket: ListenSocket | false = false;
  app.listen(host, port, (opened) => {
    socket = opened;
  });
  return socket === false ? undefined : socket;
}

/** Listens on a Unix socket, which the process's umask guards; undefined if it cannot be bound. */
export function listenUnix(app: TemplatedApp, path: string): ListenSocket | undefined {
  let socket: ListenSocket | false = false;
  app.listen_unix((opened) => {
    socket = opened;
  }, path);
  return socket === false ? undefined : socket;
}

/** Takes no more connections; those that are open go on. */
export const stopListening = (socket: ListenSocket): void => uws.us_listen_socket_close(socket);
