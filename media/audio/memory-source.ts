import { frameMs, frameSamples } from './frame.ts';
import type { FrameRead, FrameSource } from './frame.ts';

/** Samples in memory, shared and unchanged. */
export class MemorySource implements FrameSource {
  readonly unreadable = false;
  private readonly samples: Int16Array;
  private at = 0;

  constructor(samples: Int16Array) {
    this.samples = samples;
  }

  read(into: Int16Array): FrameRead {
    const count = Math.min(frameSamples, this.samples.length - this.at);
    if (count <= 0) return 'ended';
    // Element by element: a view for `set` would be an allocation in each frame.
    for (let i = 0; i < count; i++) into[i] = this.samples[this.at + i] as number;
    if (count < frameSamples) into.fill(0, count);
    this.at += count;
    return 'frame';
  }

  close(): void {
    this.at = this.samples.length;
  }
}

/** A pause of so long, the last frame begun counted whole. */
export class SilenceSource implements FrameSource {
  private leftMs: number;

  constructor(durationMs: number) {
    this.leftMs = durationMs;
  }

  read(into: Int16Array): FrameRead {
    if (this.leftMs <= 0) return 'ended';
    this.leftMs -= frameMs;
    into.fill(0);
    return 'silence';
  }

  close(): void {
    this.leftMs = 0;
  }
}
