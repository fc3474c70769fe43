import type { Server } from 'node:net';

/**
 * Has a server listen at an address. Rejects with Node's error where that cannot be. A process that succeeds another at
 * its work has it listen on the socket that the other has bound, so that nobody is turned away meanwhile.
 */
export type Bind = (
  server: Server,
  address: { readonly host: string; readonly port: number },
) => Promise<void>;

/** Binds the address for this process alone. */
export const bind: Bind = (server, { host, port }) =>
  listening(server, () => server.listen({ host, port, exclusive: true }));

/** Resolves once `listen` has had the server listen. */
export function listening(server: Server, listen: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', () => {
      server.off('error', reject);
      resolve();
    });
    listen();
  });
}
