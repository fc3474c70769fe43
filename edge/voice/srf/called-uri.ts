import { isIP } from 'node:net';
import { parseUri, writeUri, type SipUri } from '../../sip/message/uri.ts';
import { bare } from '../../sip/transport/flow.ts';

/** Twilio's parameter of URIs that are called over TLS, with SRTP. */
export const isSecured = ({ params }: SipUri): boolean => params.get('secure')?.toLowerCase() === 'true';

/** The family of the address that a URI names; of a name only the DNS knows. */
export function familyOf(uri: string): 4 | 6 | undefined {
  const parsed = parseUri(uri);
  const family = parsed?.kind === 'sip' ? isIP(bare(parsed.host)) : 0;
  return family === 4 || family === 6 ? family : undefined;
}

/** The same URI as it is called over TLS. */
export function overTls(uri: SipUri): string {
  const params = new Map(uri.params);
  params.delete('secure');
  params.set('transport', 'tls');
  return writeUri({ ...uri, params });
}
