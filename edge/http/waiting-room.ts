import type { Transaction } from './transaction.ts';

/** A request that is here whole and is not answered yet. */
export interface Waiting {
  readonly transaction: Transaction;
  readonly bytes: Buffer;
}

const requestsMax = 4096;
const bytesMax = 64 * 1024 * 1024;

/** Requests that wait, for a moment, until it is known who answers them. Bounded. */
export class WaitingRoom {
  private waiting: Waiting[] = [];
  private bytes = 0;

  /** False: there is no room. */
  enter(one: Waiting): boolean {
    if (this.waiting.length >= requestsMax || this.bytes + one.bytes.length > bytesMax) return false;
    this.waiting.push(one);
    this.bytes += one.bytes.length;
    return true;
  }

  /** All of them, in the order in which they came; the room is empty then. */
  empty(): readonly Waiting[] {
    const { waiting } = this;
    this.waiting = [];
    this.bytes = 0;
    return waiting;
  }
}
