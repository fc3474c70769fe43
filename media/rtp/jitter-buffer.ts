import { frameSamples, samplesPerMs } from '../audio/frame.ts';

/** Holds 512 ms; a power of two, so that a place in it is a mask away from a timestamp. */
const ringSamples = 4_096;
const mask = ringSamples - 1;
/** How long sound waits for what is late: two frames. */
const delaySamples = 40 * samplesPerMs;
/** More waiting than this is not jitter but another clock: a frame is left out. */
const deepestSamples = 160 * samplesPerMs;
/** So many packets in a row that came too late or far too early: the stream has moved, and the buffer follows. */
const strayLimit = 3;

/**
 * Sound in the order of its timestamps, 20 ms at a time, from packets that come when they come. Any packet length;
 * what is missing is silence.
 */
export class JitterBuffer {
  private readonly ring = new Int16Array(ringSamples);
  /** Timestamp of the next sample to be read, and of the one after the newest; undefined before the first packet. */
  private readAt: number | undefined;
  private newest = 0;
  private strays = 0;

  /** Takes samples that begin at `timestamp`. */
  write(timestamp: number, samples: Int16Array, count: number): void {
    if (this.readAt === undefined) this.begin(timestamp);
    const ahead = (timestamp - (this.readAt as number)) | 0;
    if (ahead < 0 || ahead + count > ringSamples) {
      if (++this.strays < strayLimit) return;
      this.ring.fill(0);
      this.begin(timestamp);
    }
    this.strays = 0;
    for (let i = 0; i < count; i++) this.ring[(timestamp + i) & mask] = samples[i] as number;
    const end = (timestamp + count) >>> 0;
    if (((end - this.newest) | 0) > 0) this.newest = end;
  }

  /** The next 20 ms; false, and zeros, when there is nothing. */
  read(into: Int16Array): boolean {
    if (this.readAt === undefined) {
      into.fill(0);
      return false;
    }
    let waiting = (this.newest - this.readAt) | 0;
    if (waiting > deepestSamples) {
      this.skip();
      waiting -= frameSamples;
    }
    const from = this.readAt;
    for (let i = 0; i < frameSamples; i++) {
      const at = (from + i) & mask;
      into[i] = this.ring[at] as number;
      this.ring[at] = 0;
    }
    this.readAt = (from + frameSamples) >>> 0;
    return waiting > 0;
  }

  reset(): void {
    this.readAt = undefined;
    this.strays = 0;
    this.ring.fill(0);
  }

  private begin(timestamp: number): void {
    this.readAt = (timestamp - delaySamples) >>> 0;
    this.newest = timestamp;
  }

  private skip(): void {
    const from = this.readAt as number;
    for (let i = 0; i < frameSamples; i++) this.ring[(from + i) & mask] = 0;
    this.readAt = (from + frameSamples) >>> 0;
  }
}
