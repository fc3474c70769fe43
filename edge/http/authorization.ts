/** What a Basic Authorization header carries (RFC 7617). */
export interface BasicCredentials {
  readonly user: string;
  readonly password: string;
}

/** Two SIDs with their colon are 67 characters, 92 in base64; anything near this is not a credential. */
const headerCharsMax = 1024;
const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * The credentials of an Authorization header, undefined if it holds none: another scheme, not base64, no colon, an
 * empty user, or too long. Nothing is compared here; comparing in constant time is the authority's part.
 */
export function parseBasic(header: string): BasicCredentials | undefined {
  if (header.length > headerCharsMax || header.length < 7) return undefined;
  if (header[5] !== ' ' || header.slice(0, 5).toLowerCase() !== 'basic') return undefined;
  const encoded = header.slice(6).trim();
  if (!base64.test(encoded)) return undefined;
  const decoded = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon < 1) return undefined;
  return { user: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}
