import { open } from 'node:fs/promises';
import { linkType, networkOf } from '../packets/link.ts';
import type { CapturedPacket } from '../packets/packet.ts';
import { pcapFileHeader, pcapRecord } from '../packets/pcap-file.ts';
import { pcapngFileHeader, pcapngRecord } from '../packets/pcapng-file.ts';

interface Format {
  readonly header: Buffer;
  readonly record: (packet: CapturedPacket) => Buffer;
}

/** One link type for all: raw IP, whatever the interfaces were. */
const classic: Format = { header: pcapFileHeader(linkType.raw), record: pcapRecord };

const both = [linkType.raw, linkType.exportedPdu] as const;
const mixed: Format = {
  header: pcapngFileHeader(both),
  record: (packet) => pcapngRecord(packet, packet.linkType === linkType.exportedPdu ? 1 : 0),
};

/**
 * Writes packets to a file for Wireshark, which only its owner may read, and gives how many. `exported`: what passed
 * under TLS is among them, which has no packets, so the file is a pcapng; otherwise everything reads it.
 */
export async function writePcap(
  path: string,
  packets: AsyncIterable<CapturedPacket>,
  { exported }: { readonly exported: boolean },
): Promise<number> {
  const { header, record } = exported ? mixed : classic;
  const file = await open(path, 'w', 0o600);
  let count = 0;
  try {
    await file.write(header);
    for await (const packet of packets) {
      const written = exported && packet.linkType === linkType.exportedPdu ? packet : asRawIp(packet);
      if (written === undefined) continue;
      await file.write(record(written));
      count++;
    }
  } finally {
    await file.close();
  }
  return count;
}

function asRawIp(packet: CapturedPacket): CapturedPacket | undefined {
  const network = networkOf(packet);
  if (network === undefined) return undefined;
  const { bytes, wireLength: originalLength } = network;
  return { timeUs: packet.timeUs, linkType: linkType.raw, bytes, originalLength };
}
