import { open, type FileHandle } from 'node:fs/promises';
import type { CapturedPacket } from '../packets/packet.ts';
import { PcapReader } from '../packets/pcap-file.ts';
import { listSegments, type Segment } from './segments.ts';

/** A look at the ring costs a listing of its directory. */
const lookMs = 200;
const readBytes = 1 << 20;

/** A segment that is being read while it grows. */
interface Followed {
  readonly file: FileHandle;
  readonly reader: PcapReader;
  at: number;
}

/**
 * The packets of a ring from a time on, and those that come, until `stop` is aborted; each interface's in their order.
 * `wait` passes the time between two looks.
 */
export async function* followRing(
  directory: string,
  fromMs: number,
  stop: AbortSignal,
  wait: (ms: number) => Promise<void>,
): AsyncGenerator<CapturedPacket> {
  const followed = new Map<string, Followed>();
  const passed = new Set<string>();
  try {
    while (!stop.aborted) {
      const segments = listSegments(directory);
      const found: CapturedPacket[] = [];
      for (const segment of segments) {
        if (passed.has(segment.path) || segment.endMs < fromMs) continue;
        found.push(...(await news(followed, segment)));
        if (isEnded(segment, segments)) {
          // Nothing more is written to a segment once its interface has another; this was the last look.
          await followed.get(segment.path)?.file.close();
          followed.delete(segment.path);
          passed.add(segment.path);
        }
      }
      yield* found.filter(({ timeUs }) => timeUs >= fromMs * 1000).sort((a, b) => a.timeUs - b.timeUs);
      await wait(lookMs);
    }
  } finally {
    await Promise.all(Array.from(followed.values(), ({ file }) => file.close()));
  }
}

const isEnded = ({ networkInterface, startUs }: Segment, all: readonly Segment[]): boolean =>
  all.some((other) => other.networkInterface === networkInterface && other.startUs > startUs);

/** What has been written to a segment since the last look. */
async function news(followed: Map<string, Followed>, { path }: Segment): Promise<readonly CapturedPacket[]> {
  let one = followed.get(path);
  if (one === undefined) {
    const file = await open(path, 'r').catch(() => undefined);
    if (file === undefined) return [];
    one = { file, reader: new PcapReader(), at: 0 };
    followed.set(path, one);
  }
  const packets: CapturedPacket[] = [];
  for (;;) {
    const { bytesRead, buffer } = await one.file.read(Buffer.allocUnsafe(readBytes), 0, readBytes, one.at);
    if (bytesRead === 0) return packets;
    one.at += bytesRead;
    packets.push(...one.reader.push(buffer.subarray(0, bytesRead)));
  }
}
