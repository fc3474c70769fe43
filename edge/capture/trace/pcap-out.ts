import { open } from 'node:fs/promises';
import { linkType, networkOf } from '../packets/link.ts';
import type { CapturedPacket } from '../packets/packet.ts';
import { pcapFileHeader, pcapRecord } from '../packets/pcap-file.ts';

/**
 * Writes packets to a file for Wireshark, which only its owner may read, and gives how many. A file has one link type:
 * it is raw IP, whatever the interfaces were.
 */
export async function writePcap(path: string, packets: AsyncIterable<CapturedPacket>): Promise<number> {
  const file = await open(path, 'w', 0o600);
  let count = 0;
  try {
    await file.write(pcapFileHeader(linkType.raw));
    for await (const packet of packets) {
      const network = networkOf(packet);
      if (network === undefined) continue;
      const { bytes, wireLength: originalLength } = network;
      await file.write(pcapRecord({ timeUs: packet.timeUs, linkType: linkType.raw, bytes, originalLength }));
      count++;
    }
  } finally {
    await file.close();
  }
  return count;
}
