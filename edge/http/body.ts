import type { Clock, Timer } from '../../control/base/clock.ts';
import type { HttpResponse } from './uws.ts';

export type BodyEnd = 'whole' | 'tooLarge' | 'tooSlow';

export interface BodyLimits {
  readonly bytesMax: number;
  /** From the head to the body's last byte. */
  readonly deadlineMs: number;
}

const empty = Buffer.alloc(0);
const firstAllocation = 4096;

/**
 * Collects a body and calls `done` once, unless the client goes away first: then `stop` must be called. The bytes given
 * to `done` are only valid during the call: a body in one piece, which is the usual case, is not copied.
 */
export class BodyReader {
  private readonly clock: Clock;
  private readonly limits: BodyLimits;
  private readonly done: (end: BodyEnd, bytes: Buffer) => void;
  private kept = empty;
  private used = 0;
  private timer: Timer | undefined;
  private finished = false;

  constructor(clock: Clock, limits: BodyLimits, done: (end: BodyEnd, bytes: Buffer) => void) {
    this.clock = clock;
    this.limits = limits;
    this.done = done;
  }

  start(response: HttpResponse): void {
    response.onData((chunk, isLast) => this.take(chunk, isLast));
  }

  /** Forgets what has come; `done` will not be called any more. */
  stop(): void {
    this.finished = true;
    this.timer?.cancel();
    this.kept = empty;
  }

  private take(chunk: ArrayBuffer, isLast: boolean): void {
    if (this.finished) return;
    if (this.used + chunk.byteLength > this.limits.bytesMax) this.finish('tooLarge', empty);
    else if (isLast && this.used === 0) this.finish('whole', Buffer.from(chunk));
    else {
      this.keep(Buffer.from(chunk));
      if (isLast) this.finish('whole', this.kept.subarray(0, this.used));
      else this.timer ??= this.clock.after(this.limits.deadlineMs, () => this.finish('tooSlow', empty));
    }
  }

  /** One growing buffer: a list of pieces would let one-byte packets cost a hundred times their size. */
  private keep(piece: Buffer): void {
    const needed = this.used + piece.length;
    if (needed > this.kept.length) {
      const grown = Buffer.allocUnsafe(Math.min(this.limits.bytesMax, Math.max(firstAllocation, 2 * needed)));
      this.kept.copy(grown, 0, 0, this.used);
      this.kept = grown;
    }
    piece.copy(this.kept, this.used);
    this.used = needed;
  }

  private finish(end: BodyEnd, bytes: Buffer): void {
    if (this.finished) return;
    this.stop();
    this.done(end, bytes);
  }
}
