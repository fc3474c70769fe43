import { createReadStream } from 'node:fs';
import type { CapturedPacket } from '../packets/packet.ts';
import { PcapReader } from '../packets/pcap-file.ts';
import { listSegments, type Segment } from './segments.ts';

/** A stretch of time, in Unix milliseconds, both ends included. */
export interface Window {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Packets are handed over a moment after they have passed, and so may stand in the segment after theirs. */
const slackMs = 2_000;

/** The segments that may hold packets of the window. */
const segmentsWithin = (directory: string, { fromMs, untilMs }: Window): readonly Segment[] =>
  listSegments(directory).filter(
    ({ startUs, endMs }) => startUs / 1000 <= untilMs + slackMs && endMs >= fromMs - slackMs,
  );

/**
 * The packets of a stretch of time, in their order, those of all interfaces together. A segment that goes while it is
 * read, or ends in the middle of a packet, is read as far as it goes. Packets are views that stay as they are.
 */
export async function* readRing(directory: string, window: Window): AsyncGenerator<CapturedPacket> {
  const lanes = new Map<string, Segment[]>();
  for (const segment of segmentsWithin(directory, window)) {
    const lane = lanes.get(segment.networkInterface) ?? [];
    lanes.set(segment.networkInterface, [...lane, segment]);
  }
  const [fromUs, untilUs] = [window.fromMs * 1000, window.untilMs * 1000 + 999];
  for await (const packet of merged(Array.from(lanes.values(), packetsOf)))
    if (packet.timeUs >= fromUs && packet.timeUs <= untilUs) yield packet;
}

async function* packetsOf(segments: readonly Segment[]): AsyncGenerator<CapturedPacket> {
  for (const { path } of segments) {
    const reader = new PcapReader();
    try {
      for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }))
        yield* reader.push(chunk as Buffer);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  }
}

/** Several sequences in order of time as one. */
export async function* merged(
  sequences: readonly AsyncGenerator<CapturedPacket>[],
): AsyncGenerator<CapturedPacket> {
  const heads = await Promise.all(
    sequences.map(async (sequence) => ({ sequence, result: await sequence.next() })),
  );
  for (;;) {
    let first: (typeof heads)[number] | undefined;
    for (const head of heads) {
      if (head.result.done === true) continue;
      if (first?.result.done !== false || head.result.value.timeUs < first.result.value.timeUs) first = head;
    }
    if (first === undefined || first.result.done === true) return;
    yield first.result.value;
    first.result = await first.sequence.next();
  }
}
