import type { HeaderList } from '../signalling.ts';
import type { SrfHeaders } from './client.ts';

/** Names that a tenant may set: no header of SIP's own, which would change where a call goes or who it is from. */
const ours = /^(?:x-[!-9;-~]{1,100}|user-to-user|remote-party-id|p-preferred-identity|call-info)$/i;
const valueMaxCharacters = 1_024;
const headersMax = 50;

/** A tenant's headers, as far as they may be sent; line breaks, which would begin a header of their own, become blanks. */
export function tenantHeaders(headers: HeaderList): SrfHeaders {
  const found: Record<string, string> = {};
  for (const [name, value] of headers.slice(0, headersMax)) {
    if (ours.test(name)) found[name] = value.replace(/[\r\n\0]+/g, ' ').slice(0, valueMaxCharacters);
  }
  return found;
}

/** A display name between quotes (RFC 3261 section 25.1), or nothing. */
export function displayName(name: string): string {
  const plain = name
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, 100);
  return plain === '' ? '' : `"${plain.replace(/["\\]/g, '\\$&')}" `;
}
