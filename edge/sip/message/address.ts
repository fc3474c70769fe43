import type { Headers } from './headers.ts';
import { parseParams, quoted, quotedEnd, skipBlanks, unquote, writeParams } from './scan.ts';
import type { Params } from './scan.ts';

/** A name-addr or addr-spec with the header field's parameters (RFC 3261 §20.10). */
export interface NameAddr {
  /** Without quotes and escapes. */
  readonly display: string | undefined;
  /** As written; see `parseUri`. */
  readonly uri: string;
  readonly params: Params;
}

/** Reads one address; undefined if it is malformed. Display names need no quotes even where the grammar wants them. */
export function parseNameAddr(text: string): NameAddr | undefined {
  let at = skipBlanks(text, 0);
  let display: string | undefined;
  if (text.charCodeAt(at) === 34) {
    const end = quotedEnd(text, at);
    if (end < 0) return undefined;
    display = unquote(text.slice(at, end));
    at = skipBlanks(text, end);
    if (text.charCodeAt(at) !== 60) return undefined;
  }
  const less = text.indexOf('<', at);
  if (less < 0) return addrSpec(text, at);
  const greater = text.indexOf('>', less);
  if (greater < 0) return undefined;
  if (less > at) {
    const name = text.slice(at, less).trim();
    if (/[";]/.test(name)) return undefined;
    if (name !== '') display = name;
  }
  const uri = text.slice(less + 1, greater).trim();
  if (uri === '' || /[\s<"]/.test(uri)) return undefined;
  const params = parseParams(text, greater + 1);
  return params === undefined ? undefined : { display, uri, params };
}

/**
 * Without angle brackets every parameter is the header field's, and the URI may hold no comma, question mark or
 * semicolon (RFC 3261 §20.10).
 */
function addrSpec(text: string, at: number): NameAddr | undefined {
  const semicolon = text.indexOf(';', at);
  const stop = semicolon < 0 ? text.length : semicolon;
  const uri = text.slice(at, stop).trim();
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>",?]+$/.test(uri)) return undefined;
  const params = parseParams(text, stop);
  return params === undefined ? undefined : { display: undefined, uri, params };
}

/** Written with a quoted display name and angle brackets always. */
export const writeNameAddr = ({ display, uri, params }: NameAddr): string =>
  `${display === undefined ? '' : `${quoted(display)} `}<${uri}>${writeParams(params)}`;

/** All addresses of a header field, over its lines: Contact, Route, P-Asserted-Identity and others. */
export function addresses(
  message: { readonly headers: Headers },
  name: string,
): readonly NameAddr[] | undefined {
  const items = message.headers.list(name);
  if (items === undefined) return undefined;
  const read: NameAddr[] = [];
  for (const item of items) {
    const address = parseNameAddr(item);
    if (address === undefined) return undefined;
    read.push(address);
  }
  return read;
}

/** The only or first address of a header field; undefined if it is absent or malformed. */
export function address(message: { readonly headers: Headers }, name: string): NameAddr | undefined {
  const value = message.headers.get(name);
  return value === undefined ? undefined : parseNameAddr(value);
}

/** The tag of From or To, without reading the rest; undefined without one. */
export function tagOf(message: { readonly headers: Headers }, name: 'from' | 'to'): string | undefined {
  const tag = address(message, name)?.params.get('tag');
  return tag === '' ? undefined : tag;
}
