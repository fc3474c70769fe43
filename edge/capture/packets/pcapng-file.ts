import { packetMax } from './pcap-file.ts';
import type { CapturedPacket } from './packet.ts';

// The newer capture file, draft-ietf-opsawg-pcapng, as far as it is written here: it may hold packets of several link
// types. Each block is a type, a length, a body filled up to 4 octets, and the length again; in our own byte order,
// which the first block tells.

const sectionHeader = 0x0a0d0d0a;
const interfaceDescription = 1;
const enhancedPacket = 6;
const byteOrderMagic = 0x1a2b3c4d;

/** What a file begins with. Packets name their link type by its place in the list. */
export function pcapngFileHeader(linkTypes: readonly number[]): Buffer {
  const section = Buffer.alloc(16, 0xff);
  section.writeUInt32LE(byteOrderMagic, 0);
  section.writeUInt16LE(1, 4);
  section.writeUInt16LE(0, 6);
  const interfaces = linkTypes.map((linkType) => {
    const description = Buffer.alloc(8);
    description.writeUInt16LE(linkType, 0);
    description.writeUInt32LE(packetMax, 4);
    return block(interfaceDescription, description);
  });
  return Buffer.concat([block(sectionHeader, section), ...interfaces]);
}

/** A packet of the file's link type at `place`, its time in microseconds. What exceeds `packetMax` is cut. */
export function pcapngRecord({ timeUs, bytes, originalLength }: CapturedPacket, place: number): Buffer {
  const kept = bytes.subarray(0, packetMax);
  const body = Buffer.alloc(20 + Math.ceil(kept.length / 4) * 4);
  body.writeUInt32LE(place, 0);
  body.writeUInt32LE(Math.floor(timeUs / 2 ** 32), 4);
  body.writeUInt32LE(timeUs % 2 ** 32, 8);
  body.writeUInt32LE(kept.length, 12);
  body.writeUInt32LE(originalLength >>> 0, 16);
  kept.copy(body, 20);
  return block(enhancedPacket, body);
}

function block(type: number, body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.length + 12);
  const head = Buffer.alloc(4);
  head.writeUInt32LE(type);
  return Buffer.concat([head, length, body, length]);
}
