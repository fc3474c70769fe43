import ipaddr from 'ipaddr.js';
import type { NetworkBytes } from './link.ts';

/** What an IP packet carries, or a part of it. Addresses are written as RFC 5952 has them. */
export interface IpPacket {
  readonly source: string;
  readonly destination: string;
  /** 6: TCP, 17: UDP. */
  readonly protocol: number;
  /** As much of the payload as was captured. */
  readonly payload: Buffer;
  /** How long the payload was on the wire. */
  readonly payloadLength: number;
  readonly fragment?: Fragment;
}

/** Where a part belongs (RFC 791 §3.1, RFC 8200 §4.5). `offset` counts octets. */
export interface Fragment {
  readonly id: number;
  readonly offset: number;
  readonly more: boolean;
}

/** IP within a link layer's payload; undefined if it is malformed. */
export function readIp(network: NetworkBytes): IpPacket | undefined {
  const version = (network.bytes[0] ?? 0) >> 4;
  if (version === 4) return readIpv4(network);
  return version === 6 ? readIpv6(network) : undefined;
}

/** RFC 791 §3.1. */
function readIpv4({ bytes, wireLength }: NetworkBytes): IpPacket | undefined {
  if (bytes.length < 20) return undefined;
  const headerLength = ((bytes[0] ?? 0) & 0x0f) * 4;
  // A length of 0 is written by network cards that cut the packet into segments themselves.
  const totalLength = bytes.readUInt16BE(2) || wireLength;
  if (headerLength < 20 || headerLength > bytes.length || totalLength < headerLength) return undefined;
  const flags = bytes.readUInt16BE(6);
  const offset = (flags & 0x1fff) * 8;
  const more = (flags & 0x2000) !== 0;
  return {
    source: ipv4Text(bytes, 12),
    destination: ipv4Text(bytes, 16),
    protocol: bytes.readUInt8(9),
    payload: bytes.subarray(headerLength, totalLength),
    payloadLength: totalLength - headerLength,
    ...(more || offset > 0 ? { fragment: { id: bytes.readUInt16BE(4), offset, more } } : {}),
  };
}

const ipv6HeaderLength = 40;
const fragmentHeader = 44;
const authenticationHeader = 51;
/** Hop-by-hop, routing, destination options, mobility, HIP, Shim6: a next header and a length in 8 octets each. */
const extensionHeaders: readonly number[] = [0, 43, 60, 135, 139, 140];

/** RFC 8200 §3 and §4. */
function readIpv6({ bytes, wireLength }: NetworkBytes): IpPacket | undefined {
  if (bytes.length < ipv6HeaderLength) return undefined;
  const end = ipv6HeaderLength + bytes.readUInt16BE(4);
  const wireEnd = end === ipv6HeaderLength ? wireLength : end;
  let protocol = bytes.readUInt8(6);
  let at = ipv6HeaderLength;
  let fragment: Fragment | undefined;
  for (;;) {
    const isFragment = protocol === fragmentHeader;
    if (!isFragment && protocol !== authenticationHeader && !extensionHeaders.includes(protocol)) break;
    if (at + 8 > Math.min(wireEnd, bytes.length)) return undefined;
    const next = bytes.readUInt8(at);
    if (isFragment) {
      const place = bytes.readUInt16BE(at + 2);
      const [offset, more] = [place & 0xfff8, (place & 1) !== 0];
      // A fragment that is whole by itself is read on (RFC 6946); of any other, what follows belongs to the whole.
      if (offset > 0 || more) fragment = { id: bytes.readUInt32BE(at + 4), offset, more };
      at += 8;
    } else {
      const length = bytes.readUInt8(at + 1);
      // RFC 4302 §2.2: the authentication header counts in 4 octets.
      at += protocol === authenticationHeader ? (length + 2) * 4 : (length + 1) * 8;
    }
    protocol = next;
    if (fragment !== undefined) break;
  }
  if (at > wireEnd) return undefined;
  return {
    source: ipv6Text(bytes, 8),
    destination: ipv6Text(bytes, 24),
    protocol,
    payload: bytes.subarray(at, wireEnd),
    payloadLength: wireEnd - at,
    ...(fragment === undefined ? {} : { fragment }),
  };
}

const ipv4Text = (bytes: Buffer, at: number): string =>
  `${bytes.readUInt8(at)}.${bytes.readUInt8(at + 1)}.${bytes.readUInt8(at + 2)}.${bytes.readUInt8(at + 3)}`;

const ipv6Text = (bytes: Buffer, at: number): string =>
  ipaddr.fromByteArray([...bytes.subarray(at, at + 16)]).toString();

/** An address as this room writes it, so that two spellings of one are alike; anything else unchanged. */
export function canonicalAddress(text: string): string {
  return text.includes(':') && ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text).toString() : text;
}
