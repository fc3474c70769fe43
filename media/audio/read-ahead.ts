import type { ReadableFile } from './disk.ts';
import { frameSamples } from './frame.ts';
import type { FrameRead, FrameSource } from './frame.ts';

/** One second: while one block is played, the disk has a second for the next. */
const blockSamples = 50 * frameSamples;

interface Block {
  readonly samples: Int16Array;
  readonly bytes: Uint8Array;
  /** Samples in it; −1 while the disk is at it. */
  filled: number;
}

const newBlock = (): Block => {
  const samples = new Int16Array(blockSamples);
  return { samples, bytes: new Uint8Array(samples.buffer), filled: -1 };
};

/**
 * A file of samples that is read while it is played, through two blocks of a second. Where the disk is late there is
 * silence, and the sound goes on where it was.
 */
export class ReadAhead implements FrameSource {
  private readonly file: ReadableFile;
  private readonly onStarved: () => void;
  private playing = newBlock();
  private coming = newBlock();
  private at = 0;
  private position = 0;
  private begun = false;
  private state: 'open' | 'broken' | 'closed' = 'open';
  /** Of reads: none may be under way when the file is closed. */
  private last: Promise<void>;

  constructor(file: ReadableFile, onStarved: () => void) {
    this.file = file;
    this.onStarved = onStarved;
    this.last = this.fill(this.playing).then(() => this.fill(this.coming));
  }

  get unreadable(): boolean {
    return this.state === 'broken';
  }

  read(into: Int16Array): FrameRead {
    if (this.state !== 'open') return 'ended';
    if (this.playing.filled === blockSamples && this.at === blockSamples) this.swap();
    const { samples, filled } = this.playing;
    if (filled < 0) {
      if (this.begun) this.onStarved();
      into.fill(0);
      return 'silence';
    }
    const count = Math.min(frameSamples, filled - this.at);
    if (count <= 0) {
      this.close();
      return 'ended';
    }
    for (let i = 0; i < count; i++) into[i] = samples[this.at + i] as number;
    if (count < frameSamples) into.fill(0, count);
    this.at += count;
    this.begun = true;
    return 'frame';
  }

  close(): void {
    if (this.state !== 'open') return;
    this.state = 'closed';
    void this.last.then(() => this.file.close()).catch(() => undefined);
  }

  private isClosed(): boolean {
    return this.state === 'closed';
  }

  private swap(): void {
    const empty = this.playing;
    this.playing = this.coming;
    this.coming = empty;
    this.at = 0;
    empty.filled = -1;
    this.last = this.last.then(() => this.fill(empty));
  }

  private async fill(block: Block): Promise<void> {
    if (this.state !== 'open') return;
    try {
      const bytes = await this.file.read(block.bytes, this.position);
      this.position += bytes;
      // An odd byte at the end of a file that was cut is no sample.
      block.filled = bytes >> 1;
    } catch {
      // Closed meanwhile, it will be closed on disk by whoever did that.
      if (this.isClosed()) return;
      this.state = 'broken';
      await this.file.close().catch(() => undefined);
    }
  }
}
