import type { Sid } from '../../../control/base/sid.ts';

/**
 * The calls of one account that wait for their turn, first in, first out, so many a second. Pure: it is told the time.
 * Calls keep their distance from each other; time in which none came is not saved up.
 */
export class AccountQueue {
  private readonly waiting: Sid[] = [];
  /** Where the queue begins in `waiting`: shifting a long array each time would cost its length. */
  private head = 0;
  private nextMs = 0;
  private readonly intervalMs: number;

  constructor(cps: number) {
    this.intervalMs = 1000 / cps;
  }

  get length(): number {
    return this.waiting.length - this.head;
  }

  push(sid: Sid): void {
    this.waiting.push(sid);
  }

  /** The call whose turn it is, if it has come; undefined if none waits or it is too early. */
  take(nowMs: number): Sid | undefined {
    if (this.length === 0 || nowMs < this.nextMs) return undefined;
    const sid = this.waiting[this.head++];
    // A timer that fired a little late must not slow the pace; time in which nobody called is not saved up.
    const lateMs = nowMs - this.nextMs;
    this.nextMs = (lateMs < this.intervalMs ? this.nextMs : nowMs) + this.intervalMs;
    if (this.head > 1024 && this.head * 2 > this.waiting.length) {
      this.waiting.splice(0, this.head);
      this.head = 0;
    }
    return sid;
  }

  /** How long until the next call's turn; undefined if none waits. */
  dueInMs(nowMs: number): number | undefined {
    return this.length === 0 ? undefined : Math.max(0, this.nextMs - nowMs);
  }

  /** Whether nothing of it need be remembered. */
  idle(nowMs: number): boolean {
    return this.length === 0 && nowMs >= this.nextMs;
  }
}
