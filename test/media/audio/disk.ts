import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Disk, ReadableFile, WritableFile } from '../../../media/audio/disk.ts';

/** A disk in memory that can be held up and broken, and counts what is open. */
export class FakeDisk implements Disk {
  readonly files = new Map<string, Uint8Array>();
  /** Reads and writes wait while it is held. */
  held = false;
  /** Reads and writes are refused. */
  broken = false;
  openFiles = 0;
  reads = 0;

  async openToRead(path: string): Promise<ReadableFile> {
    await this.turn();
    const file = this.files.get(path);
    if (file === undefined) throw new Error(`no file ${path}`);
    this.openFiles++;
    return {
      bytes: file.length,
      read: async (into, position) => {
        await this.turn();
        this.reads++;
        const part = file.subarray(position, position + into.length);
        into.set(part);
        return part.length;
      },
      close: () => this.close(),
    };
  }

  async create(path: string): Promise<WritableFile> {
    await this.turn();
    this.files.set(path, new Uint8Array(0));
    this.openFiles++;
    const resize = (bytes: number): Uint8Array => {
      const resized = new Uint8Array(bytes);
      resized.set((this.files.get(path) ?? resized).subarray(0, bytes));
      this.files.set(path, resized);
      return resized;
    };
    return {
      write: async (bytes, position) => {
        await this.turn();
        const size = Math.max(this.files.get(path)?.length ?? 0, position + bytes.length);
        resize(size).set(bytes, position);
      },
      truncate: async (bytes) => {
        await this.turn();
        resize(bytes);
      },
      sync: () => this.turn(),
      close: () => this.close(),
    };
  }

  private close(): Promise<void> {
    this.openFiles--;
    return Promise.resolve();
  }

  private async turn(): Promise<void> {
    do await nextTurn();
    while (this.held);
    if (this.broken) throw new Error('the disk is broken');
  }
}

/** Lets everything that does not wait for a held disk come to its end. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await nextTurn();
}

/** Samples as a prepared file holds them. */
export const bytesOf = (samples: Int16Array): Uint8Array =>
  new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
