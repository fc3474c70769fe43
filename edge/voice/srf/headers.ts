import { Headers } from '../../sip/message/headers.ts';
import { parseHead } from '../../sip/message/parse.ts';
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

/** Headers of a peer's that applications are told of: those that begin with `X-`, and User-to-User, as they came. */
export const customHeaders = (headers: Headers): HeaderList =>
  Array.from(headers)
    .filter(({ key }) => key.startsWith('x-') || key === 'user-to-user')
    .slice(0, headersMax)
    .map(({ name, value }) => [name, value] as const);

/** The header fields of a message as drachtio-srf has it. */
export function readHeaders(raw: string): Headers {
  const end = raw.indexOf('\r\n\r\n');
  return parseHead(end < 0 ? raw : raw.slice(0, end + 2))?.headers ?? new Headers();
}

/**
 * A field on a line for each value: challenges and credentials may not share one (RFC 3261 section 7.3.1), and
 * drachtio-srf, which knows one text a name, sends that text as it is.
 */
export const repeated = (name: string, values: readonly string[]): SrfHeaders =>
  values.length === 0 ? {} : { [name]: values.join(`\r\n${name}: `) };
