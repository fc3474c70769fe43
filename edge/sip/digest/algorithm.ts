import { createHash } from 'node:crypto';

/** The digest algorithms of RFC 8760 §2.1, the strongest first. */
export const algorithms = ['SHA-512-256', 'SHA-256', 'MD5'] as const;
export type Algorithm = (typeof algorithms)[number];

const hashes: Readonly<Record<Algorithm, string>> = {
  'SHA-512-256': 'sha512-256',
  'SHA-256': 'sha256',
  MD5: 'md5',
};

/** How many hex digits a digest has. */
export const digestLength: Readonly<Record<Algorithm, number>> = {
  'SHA-512-256': 64,
  'SHA-256': 64,
  MD5: 32,
};

/** The algorithm of a parameter's value, in any case; undefined if it is none of ours. MD5 where there is none. */
export const algorithmOf = (text: string | undefined): Algorithm | undefined =>
  text === undefined ? 'MD5' : algorithms.find((name) => name === text.toUpperCase());

/** The digest of text as lower-case hex. */
export const hash = (algorithm: Algorithm, text: string | Buffer): string =>
  createHash(hashes[algorithm]).update(text).digest('hex');

/** H(user:realm:password), what is kept instead of a password (RFC 7616 §3.4.2). A secret as good as the password. */
export const ha1 = (algorithm: Algorithm, user: string, realm: string, password: string): string =>
  hash(algorithm, `${user}:${realm}:${password}`);

/** What goes into a response beside HA1. */
export interface DigestInput {
  readonly method: string;
  readonly uri: string;
  readonly nonce: string;
  /** undefined for servers of RFC 2069, which know no qop. */
  readonly protection:
    | {
        readonly qop: 'auth' | 'auth-int';
        /** 8 hex digits. */
        readonly nc: string;
        readonly cnonce: string;
        /** Looked at for auth-int alone. */
        readonly body: Buffer;
      }
    | undefined;
}

/** The response parameter (RFC 7616 §3.4.1). */
export function digestResponse(algorithm: Algorithm, secret: string, input: DigestInput): string {
  const { method, uri, nonce, protection } = input;
  if (protection === undefined)
    return hash(algorithm, `${secret}:${nonce}:${hash(algorithm, `${method}:${uri}`)}`);
  const { qop, nc, cnonce, body } = protection;
  const integrity = qop === 'auth-int' ? `:${hash(algorithm, body)}` : '';
  const ha2 = hash(algorithm, `${method}:${uri}${integrity}`);
  return hash(algorithm, `${secret}:${nonce}:${nc}:${cnonce}:${qop}:${ha2}`);
}
