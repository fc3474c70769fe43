import { parseHostPort, writeHostPort } from './host.ts';
import { writeParams } from './scan.ts';
import type { Params } from './scan.ts';

/** A sip: or sips: URI (RFC 3261 §19.1). User, password and parameter values keep their escapes. */
export interface SipUri {
  readonly kind: 'sip';
  readonly secure: boolean;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly host: string;
  readonly port: number | undefined;
  /** transport, user, method, ttl, maddr, lr and others. */
  readonly params: Params;
  /** What follows `?`, as written; '' without. */
  readonly headers: string;
}

/** A tel: URI (RFC 3966): `+` and digits, or local digits; visual separators are removed. */
export interface TelUri {
  readonly kind: 'tel';
  readonly number: string;
  readonly params: Params;
}

/** Any other scheme. */
export interface OtherUri {
  readonly kind: 'other';
  /** In lower case. */
  readonly scheme: string;
  readonly opaque: string;
}

export type Uri = SipUri | TelUri | OtherUri;

const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/;
/** Userinfo: no controls, blanks, quotes or brackets, and every % begins an escape. More than the grammar, as it occurs. */
const userText = /^(?:[^\0-\x20"<>%@\x7f]|%[0-9A-Fa-f]{2})*$/;
const paramText = /^(?:[^\0-\x20"<>%;?=\x7f]|%[0-9A-Fa-f]{2})+$/;
const headerText = /^(?:[^\0-\x20"<>%\x7f]|%[0-9A-Fa-f]{2})*$/;

/** Reads a URI; undefined if it is malformed. */
export function parseUri(text: string): Uri | undefined {
  if (text.startsWith('sip:')) return parseSip(text, 4, false);
  if (text.startsWith('sips:')) return parseSip(text, 5, true);
  const found = scheme.exec(text);
  if (found === null) return undefined;
  const name = (found[1] ?? '').toLowerCase();
  const at = found[0].length;
  if (name === 'sip' || name === 'sips') return parseSip(text, at, name === 'sips');
  if (name === 'tel') return parseTel(text.slice(at));
  const opaque = text.slice(at);
  return /^[^\0-\x20"<>\x7f]+$/.test(opaque) ? { kind: 'other', scheme: name, opaque } : undefined;
}

function parseSip(text: string, at: number, secure: boolean): SipUri | undefined {
  const sign = text.indexOf('@', at);
  let user: string | undefined;
  let password: string | undefined;
  if (sign >= 0) {
    const info = text.slice(at, sign);
    if (!userText.test(info)) return undefined;
    const colon = info.indexOf(':');
    user = colon < 0 ? info : info.slice(0, colon);
    if (user === '') return undefined;
    if (colon >= 0) password = info.slice(colon + 1);
    at = sign + 1;
  }
  const question = text.indexOf('?', at);
  const stop = question < 0 ? text.length : question;
  const headers = question < 0 ? '' : text.slice(question + 1);
  if (!headerText.test(headers)) return undefined;
  const semicolon = text.indexOf(';', at);
  const hostStop = semicolon < 0 || semicolon > stop ? stop : semicolon;
  const hostPort = parseHostPort(text.slice(at, hostStop));
  if (hostPort === undefined) return undefined;
  const params = uriParams(text.slice(hostStop, stop));
  if (params === undefined) return undefined;
  return { kind: 'sip', secure, user, password, host: hostPort.host, port: hostPort.port, params, headers };
}

/** `;name=value;name`: no blanks, no quotes, unlike those of header fields. */
function uriParams(text: string): Params | undefined {
  const params: Params = new Map();
  if (text === '') return params;
  for (const param of text.slice(1).split(';')) {
    const sign = param.indexOf('=');
    const name = sign < 0 ? param : param.slice(0, sign);
    const value = sign < 0 ? '' : param.slice(sign + 1);
    if (!paramText.test(name) || (sign >= 0 && !paramText.test(value))) return undefined;
    const key = name.toLowerCase();
    if (!params.has(key)) params.set(key, value);
  }
  return params;
}

function parseTel(text: string): TelUri | undefined {
  const semicolon = text.indexOf(';');
  const written = semicolon < 0 ? text : text.slice(0, semicolon);
  const number = written.replace(/[-.()]/g, '');
  if (!/^(?:\+[0-9]+|[0-9A-Fa-f*#]+)$/.test(number)) return undefined;
  const params = uriParams(semicolon < 0 ? '' : text.slice(semicolon));
  return params === undefined ? undefined : { kind: 'tel', number, params };
}

export function writeUri(uri: Uri): string {
  switch (uri.kind) {
    case 'sip': {
      const password = uri.password === undefined ? '' : `:${uri.password}`;
      const userinfo = uri.user === undefined ? '' : `${uri.user}${password}@`;
      const headers = uri.headers === '' ? '' : `?${uri.headers}`;
      return `${uri.secure ? 'sips' : 'sip'}:${userinfo}${writeHostPort(uri)}${writeParams(uri.params)}${headers}`;
    }
    case 'tel':
      return `tel:${uri.number}${writeParams(uri.params)}`;
    case 'other':
      return `${uri.scheme}:${uri.opaque}`;
  }
}

/** What an escaped part of a URI says. Octets that are no UTF-8 are read as Latin-1. */
export function unescapeUri(text: string): string {
  if (!text.includes('%')) return text;
  const latin = text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  const decoded = Buffer.from(latin, 'latin1').toString('utf8');
  return decoded.includes('\ufffd') ? latin : decoded;
}

/** `text` as the user part of a URI (RFC 3261 §25.1 user). */
export const escapeUser = (text: string): string =>
  encodeURIComponent(text).replace(/%(2B|24|26|3D|2C|3B|3F|2F)/g, (escape) => decodeURIComponent(escape));

/** The header fields that a URI carries, unescaped; a name without value has ''. */
export function uriHeaders(uri: SipUri): readonly (readonly [name: string, value: string])[] {
  if (uri.headers === '') return [];
  return uri.headers.split('&').map((pair) => {
    const sign = pair.indexOf('=');
    return sign < 0
      ? [unescapeUri(pair), '']
      : [unescapeUri(pair.slice(0, sign)), unescapeUri(pair.slice(sign + 1))];
  });
}

/** Parameters that make two URIs differ even where only one of them has it (RFC 3261 §19.1.4). */
const telling = ['user', 'ttl', 'method', 'maddr', 'transport'];

/** Whether two SIP URIs name the same (RFC 3261 §19.1.4). Headers are compared as written. */
export function sameUri(one: SipUri, other: SipUri): boolean {
  if (one.secure !== other.secure || one.port !== other.port || one.headers !== other.headers) return false;
  if (one.host.toLowerCase() !== other.host.toLowerCase()) return false;
  if (unescapeUri(one.user ?? '') !== unescapeUri(other.user ?? '')) return false;
  if ((one.user === undefined) !== (other.user === undefined)) return false;
  if (unescapeUri(one.password ?? '') !== unescapeUri(other.password ?? '')) return false;
  const value = (uri: SipUri, name: string): string | undefined => {
    const text = uri.params.get(name);
    return text === undefined ? undefined : unescapeUri(text).toLowerCase();
  };
  if (telling.some((name) => value(one, name) !== value(other, name))) return false;
  for (const name of one.params.keys())
    if (other.params.has(name) && value(one, name) !== value(other, name)) return false;
  return true;
}
