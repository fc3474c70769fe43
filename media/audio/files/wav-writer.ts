import type { Disk, WritableFile } from '../disk.ts';
import { unknownLength, wavHeader, wavHeaderBytes } from './wav-header.ts';
import type { Channels } from './wav-header.ts';

/** A second of one channel. */
const blockSamples = 8_000;
/** Blocks that may wait for the disk. */
const blocksMax = 8;

interface Block {
  readonly samples: Int16Array;
  /** Where in the file it belongs, in octets. */
  position: number;
  filled: number;
}

/** Where a recorder puts its samples: both channels of a moment side by side. */
export interface SampleSink {
  write(samples: Int16Array): void;
}

/**
 * Writes a WAV file as the sound comes. Its header says "until the end" until `finish` mends it, so that what a crash
 * leaves can be played. Nothing waits for the disk: while it is too slow, sound is lost, counted, and silent in the
 * file, so that what comes later stays at its time.
 */
export class WavWriter implements SampleSink {
  private readonly path: string;
  private readonly channels: Channels;
  private readonly disk: Disk;
  private readonly free: Block[] = [];
  private readonly full: Block[] = [];
  private blocks = 0;
  private current: Block | undefined;
  private position = wavHeaderBytes;
  private lost = 0;
  private broken = false;
  private finishing = false;
  private wake: (() => void) | undefined;
  private readonly written: Promise<void>;
  private file: WritableFile | undefined;

  constructor(path: string, channels: Channels, disk: Disk) {
    this.path = path;
    this.channels = channels;
    this.disk = disk;
    this.written = this.run().catch(() => {
      this.broken = true;
    });
  }

  /** The file could not be made or written; nothing more is kept. */
  get failed(): boolean {
    return this.broken;
  }

  /** Samples that the disk was too slow for. */
  get lostSamples(): number {
    return this.lost;
  }

  /** Octets of samples so far. */
  get dataBytes(): number {
    return this.position - wavHeaderBytes;
  }

  write(samples: Int16Array): void {
    if (this.broken || this.finishing) return;
    for (let at = 0; at < samples.length;) {
      const block = (this.current ??= this.takeBlock());
      if (block === undefined) {
        this.lost += samples.length - at;
        this.position += 2 * (samples.length - at);
        return;
      }
      const count = Math.min(samples.length - at, blockSamples - block.filled);
      for (let i = 0; i < count; i++) block.samples[block.filled + i] = samples[at + i] as number;
      block.filled += count;
      this.position += 2 * count;
      at += count;
      if (block.filled === blockSamples) this.handOver(block);
    }
  }

  /**
   * Ends the file after so many octets of samples (all of them, if it has less), mends its header, and sees it to the
   * disk. Gives the file's length, or undefined where it could not be written.
   */
  async finish(dataBytes = this.dataBytes): Promise<number | undefined> {
    const kept = Math.min(dataBytes, this.dataBytes);
    if (this.current !== undefined) this.handOver(this.current);
    this.finishing = true;
    this.wake?.();
    await this.written;
    try {
      if (this.broken || this.file === undefined) return undefined;
      const header = wavHeader(this.channels, kept);
      // Also grows the file with zeros, where its last samples were lost.
      await this.file.truncate(header.length + kept);
      await this.file.write(header, 0);
      await this.file.sync();
      return header.length + kept;
    } catch {
      this.broken = true;
      return undefined;
    } finally {
      await this.file?.close().catch(() => undefined);
      this.file = undefined;
    }
  }

  /** Undefined while the disk has them all. */
  private takeBlock(): Block | undefined {
    let block = this.free.pop();
    if (block === undefined) {
      if (this.blocks === blocksMax) return undefined;
      this.blocks++;
      block = { samples: new Int16Array(blockSamples), position: 0, filled: 0 };
    }
    block.position = this.position;
    block.filled = 0;
    return block;
  }

  private handOver(block: Block): void {
    this.current = undefined;
    this.full.push(block);
    this.wake?.();
  }

  /** Writes what is handed over, until `finish` has been called and nothing is left. */
  private async run(): Promise<void> {
    const file = await this.disk.create(this.path);
    this.file = file;
    await file.write(wavHeader(this.channels, unknownLength), 0);
    for (;;) {
      const block = this.full.shift();
      if (block !== undefined) {
        const { buffer } = block.samples;
        await file.write(new Uint8Array(buffer, 0, 2 * block.filled), block.position);
        this.free.push(block);
      } else if (this.finishing) return;
      else
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
    }
  }
}
