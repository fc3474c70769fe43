import { systemDisk } from './disk.ts';
import type { Disk } from './disk.ts';
import type { FrameRead, FrameSource } from './frame.ts';
import { MemorySource } from './memory-source.ts';
import { ReadAhead } from './read-ahead.ts';

export interface SoundShelfOptions {
  /** Sounds kept in memory, all together. */
  readonly cacheMaxBytes?: number;
  /** A longer file is read as it is played. */
  readonly wholeMaxBytes?: number;
  readonly disk?: Disk;
}

/** A file that is played, or read to be played; heard as silence until it is there. */
export interface FileSource extends FrameSource {
  /** It ended because it could not be opened, or read to its end. */
  readonly unreadable: boolean;
}

/**
 * Prepared sounds (signed 16-bit little-endian, 8 kHz, mono) as sources. Short ones are read once and shared by all
 * who play them, the least recently opened forgotten first; long ones are read ahead by each. A path must always hold
 * the same sound: what is remembered is not looked for again.
 */
export class SoundShelf {
  private readonly cacheMaxBytes: number;
  private readonly wholeMaxBytes: number;
  private readonly disk: Disk;
  /** In the order in which they were last opened. */
  private readonly sounds = new Map<string, Int16Array>();
  private readonly reading = new Map<string, Promise<Int16Array | undefined>>();
  private keptBytes = 0;
  private starved = 0;

  constructor(options: SoundShelfOptions = {}) {
    this.cacheMaxBytes = options.cacheMaxBytes ?? 64 * 2 ** 20;
    this.wholeMaxBytes = options.wholeMaxBytes ?? 2 ** 20;
    this.disk = options.disk ?? systemDisk;
  }

  /** Bytes of shared sound in memory. */
  get cachedBytes(): number {
    return this.keptBytes;
  }

  /** Frames that were silent because the disk had not delivered in time, after their file had begun. */
  get starvedFrames(): number {
    return this.starved;
  }

  open(path: string): FileSource {
    const known = this.sounds.get(path);
    if (known === undefined) return new OpeningSource(this.source(path));
    this.sounds.delete(path);
    this.sounds.set(path, known);
    return new MemorySource(known);
  }

  private async source(path: string): Promise<FileSource> {
    let reading = this.reading.get(path);
    if (reading === undefined) {
      reading = this.readWhole(path).finally(() => this.reading.delete(path));
      this.reading.set(path, reading);
    }
    const samples = await reading;
    if (samples !== undefined) return new MemorySource(samples);
    return new ReadAhead(await this.disk.openToRead(path), () => this.starved++);
  }

  /** Undefined where it is too long to be kept. */
  private async readWhole(path: string): Promise<Int16Array | undefined> {
    const file = await this.disk.openToRead(path);
    try {
      if (file.bytes > this.wholeMaxBytes) return undefined;
      const samples = new Int16Array(file.bytes >> 1);
      const filled = await file.read(new Uint8Array(samples.buffer), 0);
      const whole = samples.subarray(0, filled >> 1);
      this.keep(path, whole);
      return whole;
    } finally {
      await file.close();
    }
  }

  private keep(path: string, samples: Int16Array): void {
    this.sounds.set(path, samples);
    this.keptBytes += samples.buffer.byteLength;
    for (const [oldest, { buffer }] of this.sounds) {
      if (this.keptBytes <= this.cacheMaxBytes) break;
      this.sounds.delete(oldest);
      this.keptBytes -= buffer.byteLength;
    }
  }
}

/** Silence until another source is there. */
class OpeningSource implements FileSource {
  private inner: FileSource | undefined;
  private state: 'opening' | 'open' | 'failed' | 'closed' = 'opening';

  constructor(coming: Promise<FileSource>) {
    coming.then(
      (source) => {
        if (this.state === 'closed') source.close();
        else this.state = 'open';
        this.inner = source;
      },
      () => {
        if (this.state === 'opening') this.state = 'failed';
      },
    );
  }

  get unreadable(): boolean {
    return this.state === 'failed' || (this.inner?.unreadable ?? false);
  }

  read(into: Int16Array): FrameRead {
    if (this.state === 'open' && this.inner !== undefined) return this.inner.read(into);
    if (this.state !== 'opening') return 'ended';
    into.fill(0);
    return 'silence';
  }

  close(): void {
    this.state = 'closed';
    this.inner?.close();
  }
}
