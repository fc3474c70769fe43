import { hostName } from './hosts.ts';
import type { Transaction } from './transaction.ts';

/**
 * What the client's own URL began with. A proxy that ends TLS before us says so. Whoever asks for a name of Twilio's at
 * the plain listener has had its requests led there on the way, and knows that name by https alone.
 */
export function originOf({ head, kind }: Pick<Transaction, 'head' | 'kind'>): string {
  const { forwardedProto, host } = head;
  if (kind.peer === 'direct' && hostName(host).endsWith('.twilio.com')) return `https://${host}`;
  const scheme = forwardedProto === 'https' || forwardedProto === 'http' ? forwardedProto : kind.scheme;
  return `${scheme}://${host}`;
}
