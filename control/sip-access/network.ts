import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** An address in one of its usual forms, IPv4 in dotted decimals; IPv4 mapped into IPv6, as sockets give it, is IPv4. */
export function parseAddress(text: string): Address | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  if (!text.includes(':') || text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined;
  return ipaddr.process(text);
}

/** Bits of an address. */
export const addressBits = (address: Address): number => (address.kind() === 'ipv4' ? 32 : 128);

/** The network that an address is in, as `192.0.2.0/24`: one text for one network. */
export function networkOf(address: Address, prefixLength: number): string {
  const bytes = address.toByteArray().map((byte, index) => byte & maskByte(prefixLength - 8 * index));
  return `${ipaddr.fromByteArray(bytes).toString()}/${prefixLength}`;
}

/** The mask of a byte of which the first `bits` belong to the network. */
const maskByte = (bits: number): number => (bits >= 8 ? 0xff : bits <= 0 ? 0 : (0xff << (8 - bits)) & 0xff);
