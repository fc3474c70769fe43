import type { CapturedPacket } from './packet.ts';

// The classic capture file: draft-ietf-opsawg-pcap, and the manual page pcap-savefile(5).

const fileHeaderLength = 24;
const recordHeaderLength = 16;
/** libpcap's own limit of what one packet may hold; a record that claims more is not believed. */
export const packetMax = 262_144;

const magicMicroseconds = 0xa1b2c3d4;
const magicNanoseconds = 0xa1b23c4d;

/** Why the rest of a file is not read. */
export type PcapFault =
  /** It does not begin like a capture file (pcapng is none either). */
  | 'notPcap'
  /** A record claims more octets than a packet can have: what follows cannot be found. */
  | 'recordTooLong';

/** What the file's header says. */
interface Layout {
  readonly littleEndian: boolean;
  /** Parts of a second that the second number of a time stamp counts. */
  readonly fractionsPerUs: number;
  readonly linkType: number;
}

const nothing = Buffer.alloc(0);

/**
 * Reads a capture file as it comes, in chunks of any size, so that a file which still grows may be followed. Both byte
 * orders, microseconds and nanoseconds. A record whose end has not come is awaited, so one torn by a crash ends the
 * file quietly. At most one packet is buffered.
 */
export class PcapReader {
  private layout: Layout | undefined;
  private kept: Buffer = nothing;
  /** Sticks: nothing is read behind it. */
  fault: PcapFault | undefined;

  /** Takes the next bytes and gives the packets they complete, as views. */
  push(chunk: Buffer): readonly CapturedPacket[] {
    if (this.fault !== undefined) return [];
    const bytes = this.kept.length === 0 ? chunk : Buffer.concat([this.kept, chunk]);
    const packets: CapturedPacket[] = [];
    let at = 0;
    if (this.layout === undefined) {
      this.layout = this.readLayout(bytes);
      if (this.layout !== undefined) at = fileHeaderLength;
    }
    for (;;) {
      const packet = this.layout && this.readRecord(bytes, at, this.layout);
      if (packet === undefined) break;
      packets.push(packet);
      at += recordHeaderLength + packet.bytes.length;
    }
    this.keep(bytes, at);
    return packets;
  }

  private readLayout(bytes: Buffer): Layout | undefined {
    if (bytes.length < 4) return undefined;
    const littleEndian = bytes[0] !== 0xa1;
    const magic = littleEndian ? bytes.readUInt32LE(0) : bytes.readUInt32BE(0);
    if (magic !== magicMicroseconds && magic !== magicNanoseconds) {
      this.fault = 'notPcap';
      return undefined;
    }
    if (bytes.length < fileHeaderLength) return undefined;
    // The upper half says whether a frame check sequence follows, which nothing here looks for.
    const linkType = littleEndian ? bytes.readUInt16LE(20) : bytes.readUInt16BE(22);
    return {
      littleEndian,
      fractionsPerUs: magic === magicNanoseconds ? 1000 : 1,
      linkType,
    };
  }

  private readRecord(bytes: Buffer, at: number, layout: Layout): CapturedPacket | undefined {
    if (bytes.length - at < recordHeaderLength) return undefined;
    const word = (offset: number): number =>
      layout.littleEndian ? bytes.readUInt32LE(at + offset) : bytes.readUInt32BE(at + offset);
    const length = word(8);
    if (length > packetMax) {
      this.fault = 'recordTooLong';
      return undefined;
    }
    const start = at + recordHeaderLength;
    if (bytes.length < start + length) return undefined;
    return {
      timeUs: word(0) * 1e6 + Math.floor(word(4) / layout.fractionsPerUs),
      linkType: layout.linkType,
      bytes: bytes.subarray(start, start + length),
      originalLength: Math.max(length, word(12)),
    };
  }

  /** Copies, as views of `bytes` have been given away and its owner may use it again. */
  private keep(bytes: Buffer, at: number): void {
    this.kept = this.fault !== undefined || at >= bytes.length ? nothing : Buffer.from(bytes.subarray(at));
  }
}

/** The packets of a whole file in memory, and why it ended early if it did. */
export function readPcap(bytes: Buffer): {
  readonly packets: readonly CapturedPacket[];
  readonly fault: PcapFault | undefined;
} {
  const reader = new PcapReader();
  const packets = reader.push(bytes);
  return { packets, fault: reader.fault };
}

/** What a file begins with: microseconds, big-endian. All its packets have the one link type. */
export function pcapFileHeader(linkType: number): Buffer {
  const header = Buffer.alloc(fileHeaderLength);
  header.writeUInt32BE(magicMicroseconds, 0);
  header.writeUInt16BE(2, 4);
  header.writeUInt16BE(4, 6);
  header.writeUInt32BE(packetMax, 16);
  header.writeUInt32BE(linkType, 20);
  return header;
}

/** A packet as a record, for a file of its link type. What exceeds `packetMax` is cut. */
export function pcapRecord({ timeUs, bytes, originalLength }: CapturedPacket): Buffer {
  const length = Math.min(bytes.length, packetMax);
  const record = Buffer.allocUnsafe(recordHeaderLength + length);
  const seconds = Math.floor(timeUs / 1e6);
  record.writeUInt32BE(seconds >>> 0, 0);
  record.writeUInt32BE(Math.floor(timeUs - seconds * 1e6), 4);
  record.writeUInt32BE(length, 8);
  record.writeUInt32BE(originalLength >>> 0, 12);
  bytes.copy(record, recordHeaderLength, 0, length);
  return record;
}
