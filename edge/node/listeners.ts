import type { Server } from 'node:net';
import { addressText, type Address } from '../../control/config/address.ts';
import { bind, listening, type Bind } from '../../control/base/bind.ts';

/** Node's own object for a listening socket; what a process may hand to its child. */
export interface Handle {
  close(): void;
}

const handleOf = (server: Server): Handle | null => (server as unknown as { _handle: Handle | null })._handle;

/**
 * The listening sockets of Node's servers, by name. A successor inherits those of its predecessor: both may accept from
 * one, whoever comes waits in its queue while neither does, and nobody is refused.
 */
export class Listeners {
  private readonly inherited = new Map<string, Handle>();
  private readonly bound = new Map<string, Server>();

  /** From the predecessor. */
  inherit(name: string, handle: Handle): void {
    this.inherited.set(name, handle);
  }

  /** Binds for one purpose, by the inherited socket where there is one for the same purpose and address. */
  as(purpose: string): Bind {
    return async (server, address) => {
      const name = nameOf(purpose, address);
      const handle = this.inherited.get(name);
      this.inherited.delete(name);
      // A handle is listened on at once: Node cannot say 'error' about it but by throwing.
      if (handle === undefined) await bind(server, address);
      else await listening(server, () => server.listen(handle));
      this.bound.set(name, server);
    };
  }

  /** What a successor may inherit. */
  *all(): IterableIterator<readonly [name: string, handle: Handle]> {
    for (const [name, server] of this.bound) {
      const handle = handleOf(server);
      if (handle !== null) yield [name, handle];
    }
  }

  /** Lets go of what was inherited and is not wanted any more: the configuration has changed. */
  closeRest(): void {
    for (const handle of this.inherited.values()) handle.close();
    this.inherited.clear();
  }
}

const nameOf = (purpose: string, address: Address): string => `${purpose} ${addressText(address)}`;
