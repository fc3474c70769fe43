import { isIP } from 'node:net';

/** Where a listener binds, or a peer is found. */
export interface Address {
  /** An IP address without brackets, or a host name. */
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

export type Transport = 'udp' | 'tcp' | 'tls' | 'ws' | 'wss';

export interface TransportAddress extends Address {
  readonly transport: Transport;
}

/** Both ends included. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

const hostName =
  /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;

/** An IPv4 or IPv6 address, or a name that DNS could know (RFC 1123 section 2.1). */
export function isHost(text: string): boolean {
  if (isIP(text) !== 0) return true;
  // Digits and dots alone are a mistyped address, not a name.
  return hostName.test(text) && !/^[\d.]+$/.test(text);
}

/** A port number, or undefined. */
function parsePort(text: string): number | undefined {
  if (!/^\d{1,5}$/.test(text)) return undefined;
  const port = Number(text);
  return port <= 65_535 ? port : undefined;
}

/** `127.0.0.1:8080`, `[::]:443`, `localhost:0`; an IPv6 address is written in brackets (RFC 3986 section 3.2.2). */
export function parseAddress(text: string): Address | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d+)$/.exec(text);
  if (match === null) return undefined;
  const [, bracketed, plain, portText] = match;
  const port = parsePort(portText ?? '');
  if (port === undefined) return undefined;
  if (bracketed !== undefined) return isIP(bracketed) === 6 ? { host: bracketed, port } : undefined;
  return plain !== undefined && isHost(plain) ? { host: plain, port } : undefined;
}

/** `udp:0.0.0.0:5060` */
export function parseTransportAddress(text: string): TransportAddress | undefined {
  const match = /^(udp|tcp|tls|ws|wss):(.+)$/.exec(text);
  if (match === null) return undefined;
  const address = parseAddress(match[2] ?? '');
  return address === undefined ? undefined : { transport: match[1] as Transport, ...address };
}

/** `20000-39999` */
export function parsePortRange(text: string): PortRange | undefined {
  const match = /^(\d+)-(\d+)$/.exec(text);
  if (match === null) return undefined;
  const first = parsePort(match[1] ?? '');
  const last = parsePort(match[2] ?? '');
  if (first === undefined || last === undefined || first === 0 || first > last) return undefined;
  return { first, last };
}

/** The address as it is written, an IPv6 one in brackets. */
export const addressText = ({ host, port }: Address): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
