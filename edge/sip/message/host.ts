import { parseInteger } from './scan.ts';

/** Host and port, as in sent-by and URIs. A host of IPv6 keeps its brackets (RFC 3261 §25.1 hostport). */
export interface HostPort {
  readonly host: string;
  readonly port: number | undefined;
}

const name = /^[A-Za-z0-9._-]+$/;
const ipv6 = /^\[[0-9A-Fa-f:.]+\]$/;

/** Reads `host` or `host:port`; undefined if it is neither. Underscores are allowed, as they occur. */
export function parseHostPort(text: string): HostPort | undefined {
  const afterHost = text.charCodeAt(0) === 91 ? text.indexOf(']') + 1 : text.indexOf(':');
  const host = afterHost < 0 ? text : text.slice(0, afterHost).trimEnd();
  if (!name.test(host) && !ipv6.test(host)) return undefined;
  if (host.length === text.length) return { host, port: undefined };
  // Blanks may stand around the colon of a sent-by (COLON, §25.1).
  const rest = /^\s*:\s*(\d+)$/.exec(text.slice(host.length));
  const port = rest === null ? undefined : parseInteger(rest[1] ?? '', 65_535);
  return port === undefined || port === 0 ? undefined : { host, port };
}

export const writeHostPort = ({ host, port }: HostPort): string =>
  port === undefined ? host : `${host}:${port}`;
