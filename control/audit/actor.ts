import { AsyncLocalStorage } from 'node:async_hooks';
import type { Sid } from '../base/sid.ts';

/** Who changes something, and from where. */
export type Actor =
  /** By REST: an account's token, or one of its API keys, from an IP address. */
  | {
      readonly kind: 'account';
      readonly accountSid: Sid;
      /** SK…; null: the auth token. */
      readonly keySid: Sid | null;
      readonly address: string;
    }
  /** By the console: an operator, from an IP address. */
  | { readonly kind: 'operator'; readonly name: string; readonly address: string }
  /** By the `strowger` command: a user of the machine. */
  | { readonly kind: 'command'; readonly user: string; readonly command: string }
  /** The edge by itself. */
  | { readonly kind: 'edge' };

const storage = new AsyncLocalStorage<Actor>();
let acting = 0;

/**
 * Lets `act`, and all that it awaits, act for `actor`. While anybody does, Node keeps account of every promise of the
 * process, which costs the path of messages a little; so it is told to stop once nobody does.
 */
export async function actingAs<T>(actor: Actor, act: () => T | Promise<T>): Promise<T> {
  acting++;
  try {
    return await storage.run(actor, act);
  } finally {
    if (--acting === 0) storage.disable();
  }
}

/** Who acts now: the edge itself, where nobody else is known to. */
export const currentActor = (): Actor => storage.getStore() ?? { kind: 'edge' };
