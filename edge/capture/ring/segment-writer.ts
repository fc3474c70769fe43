import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { CapturedPacket } from '../packets/packet.ts';
import { pcapFileHeader, pcapRecord } from '../packets/pcap-file.ts';
import { segmentFile } from './segment-name.ts';

/** Packets are written together once they are so many bytes, or by `flush`. */
const bufferBytes = 256 * 1024;

/** One file of the ring while it grows. What throws is the file system's own error, and nothing is lost before it. */
export class SegmentWriter {
  readonly path: string;
  private readonly descriptor: number;
  private waiting: Buffer[] = [];
  private waitingBytes: number;
  private written = 0;

  /** Makes the file, which only its owner may read: it holds what carriers and tenants say. */
  constructor(directory: string, networkInterface: string, linkType: number, nowMs: number) {
    [this.path, this.descriptor] = create(directory, networkInterface, nowMs * 1000);
    const header = pcapFileHeader(linkType);
    this.waiting.push(header);
    this.waitingBytes = header.length;
  }

  /** What it will be once all is written. */
  get bytes(): number {
    return this.written + this.waitingBytes;
  }

  /** Copies the packet. */
  add(packet: CapturedPacket): void {
    const record = pcapRecord(packet);
    this.waiting.push(record);
    this.waitingBytes += record.length;
    if (this.waitingBytes >= bufferBytes) this.flush();
  }

  flush(): void {
    if (this.waiting.length === 0) return;
    const bytes = Buffer.concat(this.waiting, this.waitingBytes);
    this.waiting = [];
    this.waitingBytes = 0;
    for (let done = 0; done < bytes.length;) {
      const count = writeSync(this.descriptor, bytes, done);
      done += count;
      this.written += count;
    }
  }

  close(): void {
    try {
      this.flush();
    } finally {
      closeSync(this.descriptor);
    }
  }
}

/** A file that was not there before: the interface's former segment may be as young. */
function create(directory: string, networkInterface: string, startUs: number): [path: string, file: number] {
  const path = join(directory, segmentFile({ startUs, networkInterface }));
  try {
    return [path, openSync(path, 'wx', 0o600)];
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      return create(directory, networkInterface, startUs + 1);
    throw error;
  }
}
