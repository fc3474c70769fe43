import type { CapturedPacket } from './packet.ts';

/** The link layers that are read (LINKTYPE_ numbers of tcpdump.org's registry). */
export const linkType = {
  null: 0,
  ethernet: 1,
  raw: 101,
  loop: 108,
  linuxCooked: 113,
  ipv4: 228,
  ipv6: 229,
  /** No packet, but a message without the layers below it: see `exported-pdu.ts`. */
  exportedPdu: 252,
  linuxCooked2: 276,
} as const;

/** An IP packet, perhaps with padding behind it. `wireLength` counts what the capture has cut away, too. */
export interface NetworkBytes {
  readonly bytes: Buffer;
  readonly wireLength: number;
}

const etherIpv4 = 0x0800;
const etherIpv6 = 0x86dd;
/** IEEE 802.1Q, 802.1ad, and what was used before the latter. */
const vlanTags: readonly number[] = [0x8100, 0x88a8, 0x9100];
/** More tags than this are an attack on readers, not a network. */
const tagsMax = 4;

/** The place where IP begins; undefined if the packet holds anything else, or is no packet. */
function networkAt(type: number, bytes: Buffer): number | undefined {
  switch (type) {
    case linkType.ethernet:
      return afterEtherType(bytes, 12);
    case linkType.linuxCooked:
      return afterEtherType(bytes, 14);
    case linkType.linuxCooked2:
      // The protocol stands first, and the payload behind 20 octets.
      return bytes.length < 20 ? undefined : taggedAt(bytes, bytes.readUInt16BE(0), 20);
    case linkType.null:
    case linkType.loop:
      return 4;
    case linkType.raw:
    case linkType.ipv4:
    case linkType.ipv6:
      return 0;
    default:
      return undefined;
  }
}

const afterEtherType = (bytes: Buffer, at: number): number | undefined =>
  bytes.length < at + 2 ? undefined : taggedAt(bytes, bytes.readUInt16BE(at), at + 2);

/** Skips the VLAN tags at `at`, which `etherType` announces. */
function taggedAt(bytes: Buffer, etherType: number, at: number): number | undefined {
  for (let tags = 0; vlanTags.includes(etherType); tags++) {
    if (tags === tagsMax || bytes.length < at + 4) return undefined;
    etherType = bytes.readUInt16BE(at + 2);
    at += 4;
  }
  return etherType === etherIpv4 || etherType === etherIpv6 ? at : undefined;
}

/** The IP packet within; undefined if there is none. Its version is told by its own first octet. */
export function networkOf(packet: CapturedPacket): NetworkBytes | undefined {
  const at = networkAt(packet.linkType, packet.bytes);
  if (at === undefined || at >= packet.bytes.length) return undefined;
  return { bytes: packet.bytes.subarray(at), wireLength: packet.originalLength - at };
}
