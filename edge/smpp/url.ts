import { isHost } from '../../control/config/address.ts';

/** What an SMPP URL says of a bind. */
export interface SmppUrl {
  readonly tls: boolean;
  readonly host: string;
  readonly port: number;
  readonly systemId: string;
  /** '' where the URL has none. */
  readonly password: string;
}

/** Longest system_id and password in octets; see `limits.ts`. */
const credentialMax = 64;

/** The ports that IANA registered: `smpp` and `ssmpp`. */
const defaultPort = { 'smpp:': 2775, 'smpps:': 3550 } as const;

/** `smpp://systemId:password@host:port`, `smpps://` for TLS; characters that a URL reserves are percent-encoded. */
export function parseSmppUrl(text: string): SmppUrl | undefined {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return undefined;
  }
  const { protocol } = url;
  if (protocol !== 'smpp:' && protocol !== 'smpps:') return undefined;
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const rest = url.pathname + url.search + url.hash;
  if (!isHost(host) || url.port === '0' || (rest !== '' && rest !== '/')) return undefined;
  const systemId = credential(url.username);
  const password = credential(url.password);
  if (systemId === undefined || password === undefined) return undefined;
  const port = url.port === '' ? defaultPort[protocol] : Number(url.port);
  return { tls: protocol === 'smpps:', host, port, systemId, password };
}

function credential(encoded: string): string | undefined {
  try {
    const text = decodeURIComponent(encoded);
    return Buffer.byteLength(text) <= credentialMax && !text.includes('\0') ? text : undefined;
  } catch {
    // A percent sign that encodes nothing.
    return undefined;
  }
}
