/** Where a client of the SDK proxy wants to go. */
export interface ProxyTarget {
  readonly scheme: 'http' | 'https';
  /** A name under twilio.com, in lower case. */
  readonly host: string;
}

/** A name under twilio.com: labels of letters, digits and dashes, and nothing before, between or after them. */
const name = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}twilio\.com$/;
const nameCharsMax = 253;

/** What the authority `HOST[:PORT]` names, if it is a name under twilio.com on the port of HTTP or HTTPS. */
function target(authority: string, defaultPort: '80' | '443' | undefined): ProxyTarget | undefined {
  const colon = authority.lastIndexOf(':');
  const host = (colon < 0 ? authority : authority.slice(0, colon)).toLowerCase();
  const port = colon < 0 ? defaultPort : authority.slice(colon + 1);
  if (host.length > nameCharsMax || !name.test(host)) return undefined;
  if (port === '443') return { scheme: 'https', host };
  return port === '80' ? { scheme: 'http', host } : undefined;
}

/** The target of `CONNECT HOST:PORT` (RFC 9110 section 9.3.6); undefined if this proxy does not lead there. */
export const connectTarget = (authority: string): ProxyTarget | undefined => target(authority, undefined);

/**
 * The target of a request in absolute form (RFC 9112 section 3.2.2) and the path to ask there. Clients that do not
 * tunnel send `https:` URLs this way, too; the port then has to be that scheme's own.
 */
export function absoluteTarget(
  url: string,
): { readonly target: ProxyTarget; readonly path: string } | undefined {
  const scheme = /^https?(?=:\/\/)/i.exec(url)?.[0].toLowerCase();
  if (scheme !== 'http' && scheme !== 'https') return undefined;
  const start = scheme.length + 3;
  const rest = url.slice(start);
  const end = rest.search(/[/?#]/);
  const found = target(end < 0 ? rest : rest.slice(0, end), scheme === 'http' ? '80' : '443');
  if (found?.scheme !== scheme) return undefined;
  const path = end < 0 ? '/' : rest.slice(end);
  return { target: found, path: path.startsWith('/') ? path : `/${path}` };
}
