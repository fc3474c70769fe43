import { constants, hash, verify, type KeyObject } from 'node:crypto';
import type { Principal } from '../api/exchange.ts';
import type { Head } from './head.ts';

/** The public keys of accounts, as the front door needs them. */
export interface ClientKeys {
  keyOf(accountSid: string, sid: string): KeyObject | undefined;
  /** Whether an account's requests must be signed. */
  isDemanded(accountSid: string): boolean;
}

/** A request as its signature covers it. */
export interface SignedRequest {
  readonly head: Pick<Head, 'method' | 'path' | 'query' | 'host' | 'authorization' | 'contentType'>;
  /** SHA-256 of the body in hex; '' if there is none. */
  readonly bodyHash: string;
}

const tokenCharsMax = 4_096;
const lifeMaxSeconds = 300;
/** Clocks differ. */
const leewaySeconds = 10;

const paddings: Readonly<Record<string, { padding: number; saltLength?: number }>> = {
  RS256: { padding: constants.RSA_PKCS1_PADDING },
  PS256: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
};

/**
 * Whether the token of a Twilio-Client-Validation header stands for this request
 * (https://www.twilio.com/docs/iam/pkcv/quickstart); gives the number of the error if not. The work is bounded: one
 * signature of 2048 bits and two hashes of a head.
 */
export function clientValidationFault(
  keys: ClientKeys,
  token: string,
  { owner, credential }: Principal,
  request: SignedRequest,
  nowMs: number,
): number | undefined {
  const parts = token.split('.', 4);
  const [headerPart = '', claimsPart = '', signaturePart = ''] = parts;
  if (parts.length !== 3 || token.length > tokenCharsMax) return 20160;
  const header = jsonOf(headerPart);
  const claims = jsonOf(claimsPart);
  if (header === undefined || claims === undefined) return 20160;
  const { cty, alg, kid, typ = 'JWT' } = header;
  const scheme = typeof alg === 'string' && Object.hasOwn(paddings, alg) ? paddings[alg] : undefined;
  if (cty !== 'twilio-pkrv;v=1' || typ !== 'JWT' || scheme === undefined || typeof kid !== 'string')
    return 20152;
  const { iss, sub, exp, nbf, hrh, rqh } = claims;
  if (iss !== (credential.kind === 'key' ? credential.sid : owner.sid) || sub !== owner.sid) return 20153;
  if (typeof hrh !== 'string' || typeof rqh !== 'string') return 20154;
  const nowSecond = nowMs / 1000;
  if (typeof exp !== 'number' || exp + leewaySeconds < nowSecond) return 20156;
  if (exp > nowSecond + lifeMaxSeconds + leewaySeconds) return 20157;
  if (nbf !== undefined && !(typeof nbf === 'number' && nbf <= nowSecond + leewaySeconds)) return 20160;
  const key = keys.keyOf(owner.sid, kid);
  if (key === undefined) return 70153;
  const signed = Buffer.from(`${headerPart}.${claimsPart}`);
  if (!verify('sha256', signed, { key, ...scheme }, Buffer.from(signaturePart, 'base64url'))) return 20159;
  const headers = signedHeaders(hrh, request);
  if (headers === undefined) return 70155;
  const matches = [componentOf, strictComponentOf].some(
    (encode) => hash('sha256', canonical(request, headers, hrh, encode)) === rqh,
  );
  return matches ? undefined : 70156;
}

function jsonOf(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** The headers that a token covers, as lines; undefined if a required one is not among them, or one is not known here. */
function signedHeaders(hrh: string, { head }: SignedRequest): string | undefined {
  const values: Readonly<Record<string, string>> = {
    authorization: head.authorization ?? '',
    host: head.host,
    'content-type': head.contentType,
  };
  const names = hrh.split(';');
  if (!names.includes('authorization') || !names.includes('host')) return undefined;
  if (!names.every((name) => Object.hasOwn(values, name))) return undefined;
  return names
    .map((name) => `${name}:${(values[name] ?? '').trim()}`)
    .sort(byCode)
    .join('\n');
}

type Encode = (text: string) => string;

/** Encoded as Twilio's library for Node does. */
const componentOf: Encode = (text) => encodeURIComponent(text).replace(/\*/g, '%2A');

/** And as those do that keep to RFC 3986 section 2.3. */
const strictComponentOf: Encode = (text) =>
  componentOf(text).replace(/[!'()]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);

function canonical({ head, bodyHash }: SignedRequest, headers: string, hrh: string, encode: Encode): string {
  const path = head.path
    .replace(/\/+/g, '/')
    .split('/')
    .map((segment) => encode(decoded(segment)));
  const query = head.query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => decoded(pair.replace(/\+/g, ' ')))
    .sort(byCode)
    .map((pair) => {
      const [name = '', value = ''] = pair.split('=');
      return `${encode(name)}=${encode(value)}`;
    });
  return [head.method ?? '', path.join('/'), query.join('&'), `${headers}\n`, hrh, bodyHash].join('\n');
}

const byCode = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
