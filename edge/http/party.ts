import { addressOf, addressOfText, isLoopback, lastForwarded, partyOf, partyOfText } from './remote.ts';
import type { Transaction } from './transaction.ts';

/**
 * Who is counted for a wrong password. Our SDK proxy and another process's door hand the client's address on in a PROXY protocol header; a proxy
 * on this machine does so in X-Forwarded-For, which nobody else is believed. Undefined for this machine itself: one
 * proxy that keeps its clients' addresses to itself must not get them all locked out.
 */
export function partyOfRequest({ response, kind, head }: Transaction): string | undefined {
  if (kind.peer !== 'direct') return partyOf(new Uint8Array(response.getProxiedRemoteAddress()));
  const bytes = new Uint8Array(response.getRemoteAddress());
  if (!isLoopback(bytes)) return partyOf(bytes);
  return head.forwardedFor === undefined ? undefined : partyOfText(lastForwarded(head.forwardedFor));
}

/** Where a request comes from, for logs: what `partyOfRequest` believes of it, and this machine as itself. */
export function addressOfRequest({ response, kind, head }: Transaction): string {
  if (kind.peer !== 'direct') return addressOf(new Uint8Array(response.getProxiedRemoteAddress()));
  const bytes = new Uint8Array(response.getRemoteAddress());
  const forwarded =
    isLoopback(bytes) && head.forwardedFor !== undefined ? lastForwarded(head.forwardedFor) : '';
  return addressOfText(forwarded) || addressOf(bytes);
}
