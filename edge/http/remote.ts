import ipaddr from 'ipaddr.js';

/**
 * The key under which one remote party is counted: an IPv4 address whole, an IPv6 address by its /64, which is what one
 * subscriber holds. `bytes` are the 4 or 16 of the address; undefined for anything else.
 */
export function partyOf(bytes: Uint8Array): string | undefined {
  const address = bytes.length === 4 || bytes.length === 16 ? ipaddr.fromByteArray([...bytes]) : undefined;
  return address === undefined ? undefined : keyOf(address);
}

/** An address as people write it: `192.0.2.1`, `2001:db8::1`; '' for what is none. */
export const addressOf = (bytes: Uint8Array): string =>
  bytes.length === 4 || bytes.length === 16 ? plain(ipaddr.fromByteArray([...bytes])).toString() : '';

/** `addressOf` for an address in text. */
export const addressOfText = (text: string): string =>
  ipaddr.isValid(text) ? plain(ipaddr.parse(text)).toString() : '';

/** `partyOf` for an address in text. */
export const partyOfText = (text: string): string | undefined =>
  ipaddr.isValid(text) ? keyOf(ipaddr.parse(text)) : undefined;

/** Whether the 4 or 16 bytes are a loopback address. */
export function isLoopback(bytes: Uint8Array): boolean {
  if (bytes.length !== 4 && bytes.length !== 16) return false;
  return plain(ipaddr.fromByteArray([...bytes])).range() === 'loopback';
}

/** Whether a listener on this host, an address or a name, is reached from this machine alone. */
export const isLoopbackHost = (host: string): boolean =>
  host === 'localhost' || (ipaddr.isValid(host) && plain(ipaddr.parse(host)).range() === 'loopback');

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** An IPv4 address mapped into IPv6 is that IPv4 address. */
const plain = (address: Address): Address =>
  address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() ? address.toIPv4Address() : address;

function keyOf(address: Address): string {
  const one = plain(address);
  return one instanceof ipaddr.IPv6 ? `${one.parts.slice(0, 4).join(':')}/64` : one.toString();
}

/** The last address of an X-Forwarded-For: the one that the nearest proxy itself saw. */
export const lastForwarded = (header: string): string => header.slice(header.lastIndexOf(',') + 1).trim();
