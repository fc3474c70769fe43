import type { Clock } from '../../../control/base/clock.ts';
import { isToken, quotedEnd, unquote } from '../message/scan.ts';
import type { Attestation } from './verstat.ts';

/** What a PASSporT says (RFC 8225, RFC 8588, RFC 8946). Numbers are digits without `+`. */
export interface Passport {
  /** The JWS in compact serialisation, as it came. */
  readonly token: string;
  /** `shaken`, `div` and others. */
  readonly ppt: string;
  /** Where the certificate is; an https: URL. */
  readonly x5u: string;
  readonly orig: string;
  readonly dest: readonly string[];
  readonly iatS: number;
  /** Of `shaken`; undefined where it is none of A, B and C. */
  readonly attest: Attestation | undefined;
  /** Of `div`: who forwarded the call. */
  readonly div: string | undefined;
}

/** The Identity value (RFC 8224 §4) of a PASSporT alone; undefined where it names no certificate. */
export function identityOf(token: string): string | undefined {
  const { ppt, x5u } = decodeObject(token.split('.', 1)[0] ?? '') ?? {};
  if (typeof ppt !== 'string' || typeof x5u !== 'string') return undefined;
  return `${token};info=<${x5u}>;alg=ES256;ppt=${ppt}`;
}

/** A PASSporT is for the minute in which it was made (RFC 8224 §6.2.2). */
const freshS = 60;

export const isFresh = ({ iatS }: Passport, clock: Clock): boolean =>
  Math.abs(clock.now() / 1_000 - iatS) <= freshS;

const identityMax = 8 * 1024;
const destMax = 32;

/** Reads an Identity value (RFC 8224 §4), in its full form alone; undefined if it is malformed. */
export function parseIdentity(value: string): Passport | undefined {
  if (value.length > identityMax) return undefined;
  const [token = '', ...rest] = splitSemicolons(value);
  const params = new Map(rest.map(nameAndValue));
  const info = /^<(.+)>$/.exec(params.get('info') ?? '')?.[1];
  const [head, claims, signature, ...more] = token.split('.');
  if (info === undefined || signature === undefined || signature === '' || more.length > 0) return undefined;
  const header = decodeObject(head ?? '');
  const payload = decodeObject(claims ?? '');
  if (header === undefined || payload === undefined) return undefined;
  const named = params.get('ppt');
  const { alg, typ, ppt, x5u } = header;
  // The parameters repeat the token's header, and may not differ from it (RFC 8224 §4.1, §6.2).
  if (alg !== 'ES256' || typ !== 'passport' || typeof ppt !== 'string' || !isToken(ppt)) return undefined;
  if (named !== undefined && unquote(named) !== ppt) return undefined;
  if ((params.get('alg') ?? alg) !== alg) return undefined;
  if (x5u !== info || !isHttps(info)) return undefined;
  const orig = numberIn(payload['orig']);
  const dest = numbersIn(payload['dest']);
  const iatS = payload['iat'];
  if (orig === undefined || dest === undefined) return undefined;
  if (typeof iatS !== 'number' || !Number.isSafeInteger(iatS)) return undefined;
  const { attest, div } = payload;
  const level = attest === 'A' || attest === 'B' || attest === 'C' ? attest : undefined;
  return { token, ppt, x5u: info, orig, dest, iatS, attest: level, div: numberIn(div) };
}

/** Splits at semicolons outside quotes and angle brackets. */
function splitSemicolons(text: string): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    const end = character === '"' ? quotedEnd(text, at) : character === '<' ? text.indexOf('>', at) + 1 : 0;
    if (end < 0) return [];
    if (end > 0) at = end - 1;
    if (character !== ';') continue;
    parts.push(text.slice(start, at).trim());
    start = at + 1;
  }
  parts.push(text.slice(start).trim());
  return parts;
}

function nameAndValue(text: string): readonly [string, string] {
  const sign = text.indexOf('=');
  return sign < 0
    ? [text.toLowerCase(), '']
    : [text.slice(0, sign).trim().toLowerCase(), text.slice(sign + 1).trim()];
}

function isHttps(text: string): boolean {
  try {
    return new URL(text).protocol === 'https:';
  } catch {
    return false;
  }
}

type Fields = Readonly<Record<string, unknown>>;

function decodeObject(part: string): Fields | undefined {
  if (!/^[A-Za-z0-9_-]+$/.test(part)) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isNumber = (value: unknown): value is string =>
  typeof value === 'string' && /^[0-9]{1,15}$/.test(value);

/** `{"tn":"12155551212"}`. */
const numberIn = (value: unknown): string | undefined =>
  isFields(value) && isNumber(value['tn']) ? value['tn'] : undefined;

/** `{"tn":["12155551213"]}`; some signers send a string alone. */
function numbersIn(value: unknown): readonly string[] | undefined {
  if (!isFields(value)) return undefined;
  const tn: unknown = value['tn'];
  const numbers: readonly unknown[] = Array.isArray(tn) ? tn : [tn];
  if (numbers.length === 0 || numbers.length > destMax) return undefined;
  return numbers.every(isNumber) ? numbers : undefined;
}
