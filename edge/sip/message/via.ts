import { parseHostPort, writeHostPort } from './host.ts';
import type { Headers } from './headers.ts';
import { isToken, parseParams, splitList, writeParams } from './scan.ts';
import type { Params } from './scan.ts';

/** One Via element (RFC 3261 §20.42). */
export interface Via {
  /** In upper case: UDP, TCP, TLS, WS, … */
  readonly transport: string;
  readonly host: string;
  readonly port: number | undefined;
  /** branch, received, rport ('' where it asks for one, RFC 3581), maddr, ttl and others. */
  readonly params: Params;
}

/** What begins every branch of RFC 3261 (§8.1.1.7). */
export const branchCookie = 'z9hG4bK';

/** Reads one element; undefined if it is malformed. */
export function parseVia(text: string): Via | undefined {
  let transport: string;
  let rest: number;
  if (text.startsWith('SIP/2.0/')) {
    const blank = text.indexOf(' ');
    transport = text.slice(8, blank < 0 ? 8 : blank);
    rest = blank + 1;
  } else [transport, rest] = ['', 0];
  if (!isToken(transport)) {
    // Blanks may stand around the slashes (SLASH, §25.1).
    const spaced = /^SIP[ \t]*\/[ \t]*2\.0[ \t]*\/[ \t]*([^\s;/]+)[ \t]+/i.exec(text);
    if (spaced === null || !isToken(spaced[1] ?? '')) return undefined;
    transport = spaced[1] ?? '';
    rest = spaced[0].length;
  }
  const semicolon = text.indexOf(';', rest);
  const sentBy = parseHostPort(text.slice(rest, semicolon < 0 ? text.length : semicolon).trim());
  if (sentBy === undefined) return undefined;
  const params = parseParams(text, semicolon < 0 ? text.length : semicolon);
  if (params === undefined) return undefined;
  return { transport: transport.toUpperCase(), host: sentBy.host, port: sentBy.port, params };
}

export const writeVia = (via: Via): string =>
  `SIP/2.0/${via.transport} ${writeHostPort(via)}${writeParams(via.params)}`;

/** The first Via; undefined if there is none or it is malformed. */
export function topVia(message: { readonly headers: Headers }): Via | undefined {
  const line = message.headers.get('via');
  const first = line === undefined ? undefined : splitList(line)?.[0];
  return first === undefined ? undefined : parseVia(first);
}
