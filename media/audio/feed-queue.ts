import { decodeUlaw, ulawSilence } from './g711.ts';
import { frameSamples } from './frame.ts';
import type { FrameRead, FrameSource } from './frame.ts';

/** Five minutes: an application may give a long announcement at once, but not fill the memory. */
const feedMaxBytes = 300 * 8_000;
const marksMax = 10_000;
/** Kept through silences; what is larger is given back. */
const smallestRing = 4_096;
/** After a silence, so much is gathered before sound leaves: what comes in real time comes unevenly. */
const leadBytes = 2 * frameSamples;
/** A sound shorter than that, or the rest of one, waits so many ticks for more. */
const leadTicks = 2;

interface Mark {
  /** It passes when so many bytes have left, of all that were pushed. */
  readonly atByte: number;
  readonly passed: () => void;
}

/**
 * Sound pushed from outside (µ-law, 8 kHz), in pieces of any length, and given out in real time. Marks pass in order,
 * each when what was pushed before it has been given out or cleared.
 */
export class FeedQueue implements FrameSource {
  /** A power of two. What waits begins at `leftBytes`, modulo its size. */
  private ring = new Uint8Array(smallestRing);
  private pushedBytes = 0;
  private leftBytes = 0;
  private readonly marks: Mark[] = [];
  private readonly octets = new Uint8Array(frameSamples);
  private flowing = false;
  private ticksWaited = 0;
  private closed = false;

  /** What waits. */
  get queuedBytes(): number {
    return this.pushedBytes - this.leftBytes;
  }

  /** False where it would be more than five minutes: the sound is not taken. */
  push(mulaw: Uint8Array): boolean {
    if (this.closed || mulaw.length === 0) return !this.closed;
    if (this.queuedBytes + mulaw.length > feedMaxBytes) return false;
    this.reserve(this.queuedBytes + mulaw.length);
    const at = this.pushedBytes & (this.ring.length - 1);
    const first = Math.min(mulaw.length, this.ring.length - at);
    this.ring.set(mulaw.subarray(0, first), at);
    this.ring.set(mulaw.subarray(first), 0);
    this.pushedBytes += mulaw.length;
    return true;
  }

  /** Beyond 10,000 that wait it is not taken. */
  mark(passed: () => void): void {
    if (this.closed || this.marks.length >= marksMax) return;
    this.marks.push({ atByte: this.pushedBytes, passed });
    this.passMarks();
  }

  clear(): void {
    this.leftBytes = this.pushedBytes;
    this.rest();
    this.passMarks();
  }

  read(into: Int16Array): FrameRead {
    if (this.closed) return 'ended';
    if (!this.mayLeave()) {
      into.fill(0);
      return 'silence';
    }
    const filled = this.take();
    this.octets.fill(ulawSilence, filled);
    decodeUlaw(this.octets, into);
    this.passMarks();
    return 'frame';
  }

  close(): void {
    this.clear();
    this.closed = true;
  }

  private mayLeave(): boolean {
    const queued = this.queuedBytes;
    if (queued === 0) {
      if (this.flowing) this.rest();
      return false;
    }
    const wanted = this.flowing ? frameSamples : leadBytes;
    if (queued < wanted && this.ticksWaited++ < leadTicks) return false;
    this.ticksWaited = 0;
    this.flowing = true;
    return true;
  }

  /** Moves up to a frame out of the ring; gives how many bytes it was. */
  private take(): number {
    const count = Math.min(frameSamples, this.queuedBytes);
    const mask = this.ring.length - 1;
    for (let i = 0; i < count; i++) this.octets[i] = this.ring[(this.leftBytes + i) & mask] as number;
    this.leftBytes += count;
    return count;
  }

  /** Nothing waits. */
  private rest(): void {
    this.flowing = false;
    this.ticksWaited = 0;
    if (this.ring.length > smallestRing) this.ring = new Uint8Array(smallestRing);
  }

  private reserve(bytes: number): void {
    if (bytes <= this.ring.length) return;
    let size = this.ring.length;
    while (size < bytes) size *= 2;
    const grown = new Uint8Array(size);
    for (let at = this.leftBytes; at < this.pushedBytes; at++)
      grown[at & (size - 1)] = this.ring[at & (this.ring.length - 1)] as number;
    this.ring = grown;
  }

  private passMarks(): void {
    while ((this.marks[0]?.atByte ?? Infinity) <= this.leftBytes) this.marks.shift()?.passed();
  }
}
