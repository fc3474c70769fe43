import { readFileSync } from 'node:fs';
import pcap from 'pcap';
import { fail, ok, type Result } from '../../../control/base/result.ts';
import type { CapturedPacket } from '../packets/packet.ts';

/** An interface that is being captured. */
export interface Sniffer {
  readonly linkType: number;
  stats(): { readonly droppedByKernel: number };
  /** Whether the interface is still the one that was opened. libpcap's binding does not tell when it goes. */
  isThere(): boolean;
  close(): void;
}

/** Packets wait for each other for so long, to be handed over together. */
const gatherMs = 100;
/** What the kernel may hold for us while we write. */
const kernelBufferBytes = 16 * 1024 * 1024;
const snapLength = 65_535;

/** By libpcap's names of what packets begin with (https://www.tcpdump.org/linktypes.html). */
const linkTypes: Readonly<Record<string, number>> = {
  LINKTYPE_NULL: 0,
  LINKTYPE_ETHERNET: 1,
  LINKTYPE_RAW: 101,
  LINKTYPE_LINUX_SLL: 113,
  // The binding knows no name for LINKTYPE_LINUX_SLL2.
  'Unknown linktype 276': 276,
};

// It warns on the console of interfaces without an IPv4 address, which does not matter here.
Object.assign(pcap, { warningHandler: () => undefined });

/**
 * Captures one interface by libpcap; the only place that imports its binding. The packet's bytes are a view that is
 * overwritten by the next packet. Fails with libpcap's reason.
 */
export function sniff(
  networkInterface: string,
  filter: string,
  hear: (packet: CapturedPacket) => void,
): Result<Sniffer, string> {
  let session: ReturnType<typeof pcap.createSession>;
  try {
    session = pcap.createSession(networkInterface, {
      filter,
      promiscuous: false,
      buffer_timeout: gatherMs,
      buffer_size: kernelBufferBytes,
      snap_length: snapLength,
    });
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
  const linkType = linkTypes[session.link_type];
  if (linkType === undefined) {
    session.close();
    return fail(`packets of the kind ${session.link_type} cannot be read`);
  }
  session.on('packet', ({ buf, header }: { readonly buf: Buffer; readonly header: Buffer }) => {
    // A struct timeval of 32 bits each, caplen and len, in the machine's own order, which is little-endian wherever
    // this edge runs.
    const length = Math.min(header.readUInt32LE(8), buf.length);
    hear({
      timeUs: header.readUInt32LE(0) * 1e6 + header.readUInt32LE(4),
      linkType,
      bytes: buf.subarray(0, length),
      originalLength: header.readUInt32LE(12),
    });
  });
  const index = indexOf(networkInterface);
  return ok({
    linkType,
    stats: () => ({ droppedByKernel: session.stats().ps_drop }),
    isThere: () => indexOf(networkInterface) === index,
    close: () => session.close(),
  });
}

/** The kernel's number of an interface, a new one for each that is made; undefined without it, and of `any`. */
function indexOf(networkInterface: string): string | undefined {
  try {
    return readFileSync(`/sys/class/net/${networkInterface}/ifindex`, 'utf8');
  } catch {
    return undefined;
  }
}
