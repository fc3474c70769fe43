import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import type { Clock } from '../../../control/base/clock.ts';
import type { CapturedPacket } from '../packets/packet.ts';
import { SegmentWriter } from './segment-writer.ts';
import { listSegments } from './segments.ts';

export interface RingLimits {
  /** All segments together hold no more. */
  readonly bytes: number;
  /** Segments whose last packet is older are removed. */
  readonly ageMs: number;
}

/** A ring is made of at least so many segments, so that little is thrown away at a time. */
const segmentsAtLeast = 32;
const segmentMinMs = 10_000;
/** What is too old goes even while nothing comes. */
const pruneEveryMs = 10_000;

/**
 * Recent packets on disk: a file for each interface and stretch of time, the oldest removed first. It survives its
 * process; a crash leaves files that can be read up to what was being written. Several processes may write to one
 * directory.
 */
export class Ring {
  private readonly directory: string;
  private readonly limits: RingLimits;
  private readonly clock: Pick<Clock, 'now'>;
  private readonly trouble: (reason: string) => void;
  private readonly writers = new Map<string, { writer: SegmentWriter; sinceMs: number }>();
  private closedBytes = 0;
  private prunedMs = 0;
  /** Packets that could not be written. */
  unwritten = 0;

  /** `trouble` hears why packets are not written. */
  constructor(
    directory: string,
    limits: RingLimits,
    clock: Pick<Clock, 'now'>,
    trouble: (reason: string) => void,
  ) {
    this.directory = directory;
    this.limits = limits;
    this.clock = clock;
    this.trouble = trouble;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    chmodSync(directory, 0o700);
    this.prune();
  }

  /** Of all segments. */
  get bytes(): number {
    let open = 0;
    for (const { writer } of this.writers.values()) open += writer.bytes;
    return this.closedBytes + open;
  }

  add(networkInterface: string, packet: CapturedPacket): void {
    try {
      this.writerFor(networkInterface, packet.linkType).add(packet);
    } catch (error) {
      this.unwritten++;
      this.abandon(networkInterface, error);
    }
  }

  /** To be called several times a second: what has come is on its way to the disk, and what is too old is gone. */
  tend(): void {
    const nowMs = this.clock.now();
    for (const [networkInterface, { writer, sinceMs }] of this.writers) {
      try {
        writer.flush();
        if (nowMs - sinceMs >= this.segmentMs) this.end(networkInterface);
      } catch (error) {
        this.abandon(networkInterface, error);
      }
    }
    if (nowMs - this.prunedMs >= pruneEveryMs) this.prune();
  }

  close(): void {
    for (const networkInterface of Array.from(this.writers.keys())) {
      try {
        this.end(networkInterface);
      } catch (error) {
        this.trouble(reasonOf(error));
      }
    }
  }

  private get segmentBytes(): number {
    return Math.floor(this.limits.bytes / segmentsAtLeast);
  }

  private get segmentMs(): number {
    return Math.max(segmentMinMs, this.limits.ageMs / segmentsAtLeast);
  }

  private writerFor(networkInterface: string, linkType: number): SegmentWriter {
    const known = this.writers.get(networkInterface);
    if (known !== undefined && known.writer.bytes < this.segmentBytes) return known.writer;
    if (known !== undefined) this.end(networkInterface);
    this.prune();
    const sinceMs = this.clock.now();
    const writer = new SegmentWriter(this.directory, networkInterface, linkType, sinceMs);
    this.writers.set(networkInterface, { writer, sinceMs });
    return writer;
  }

  private end(networkInterface: string): void {
    const ended = this.writers.get(networkInterface);
    this.writers.delete(networkInterface);
    ended?.writer.close();
    this.prune();
  }

  /** A segment that could not be written to may end in the middle of a packet: the next goes to a new one. */
  private abandon(networkInterface: string, error: unknown): void {
    this.trouble(reasonOf(error));
    const broken = this.writers.get(networkInterface);
    this.writers.delete(networkInterface);
    try {
      broken?.writer.close();
    } catch {
      // Said already.
    }
  }

  /** Leaves room for the segments that grow. */
  private prune(): void {
    const nowMs = this.clock.now();
    this.prunedMs = nowMs;
    const open = new Set(Array.from(this.writers.values(), ({ writer }) => writer.path));
    const closed = listSegments(this.directory).filter(({ path }) => !open.has(path));
    const room = this.limits.bytes - (this.writers.size + 1) * this.segmentBytes;
    let bytes = closed.reduce((sum, segment) => sum + segment.bytes, 0);
    for (const segment of closed) {
      if (bytes <= room && nowMs - segment.endMs <= this.limits.ageMs) continue;
      rmSync(segment.path, { force: true });
      bytes -= segment.bytes;
    }
    this.closedBytes = bytes;
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
