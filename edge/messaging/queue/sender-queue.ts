import type { Table } from '../../../control/store/table.ts';
import type { Message } from '../message.ts';
import type { HeapItem } from './heap.ts';
import { orderMs } from './orders.ts';
import { firstOrder, lastOrder, type QueueEntry, type QueueKey, type SenderId } from './queue-table.ts';

/** A queued message, taken from the store or just accepted. */
export interface Waiting {
  readonly key: QueueKey;
  readonly entry: QueueEntry;
  /** The row, where it is at hand anyway; else it is read when its turn comes. */
  readonly message: Message | undefined;
  /** Carriers that have refused it in this round. */
  readonly tried: readonly string[];
  /** How often every route has been tried in vain. */
  readonly rounds: number;
}

/** A message that has not been tried yet. */
export const waiting = (key: QueueKey, entry: QueueEntry, message?: Message): Waiting => ({
  key,
  entry,
  message,
  tried: noneTried,
  rounds: 0,
});

const noneTried: readonly string[] = [];

/** How many entries are read at once, and kept of those just accepted. The rest waits on disk. */
const bufferLength = 32;

/** Milliseconds by which a burst may run ahead of its rate: timers are no finer. */
const burstToleranceMs = 10;

/**
 * One sender's queue: the entries on disk, and of those the first few in memory. Paced by a generic cell rate
 * algorithm: each message moves `nextMs` on by its segments / rate, and may leave once `nextMs` is near.
 */
export class SenderQueue implements HeapItem {
  readonly id: SenderId;
  dueMs = 0;
  heapIndex = -1;
  /** Waits for room rather than for its pace. Only the scheduler writes it. */
  blocked = false;
  /** Messages handed to a carrier and not yet answered: their segments, by order. */
  private readonly flying = new Map<number, number>();
  /** Segments that wait, on disk or in flight; undefined until they have been counted. */
  private segments: number | undefined;
  private buffer: Waiting[] = [];
  /** Whether `buffer` holds everything of this queue that is not in flight. */
  private whole: boolean;
  /** The greatest order that has ever been in `buffer`. */
  private seen = firstOrder;
  /** The greatest order that is known to be on disk without having been in `buffer`. */
  private left = firstOrder;
  private nextMs = 0;
  /** When what has left would have left if nothing but its pace had held it up, in Unix ms. */
  private explainedMs: number;
  private readonly table: Table<QueueKey, QueueEntry>;

  /** `foundMs`: when it was found on disk, left by an earlier run; undefined if nothing of this sender is there. */
  constructor(id: SenderId, table: Table<QueueKey, QueueEntry>, foundMs: number | undefined) {
    const fresh = foundMs === undefined;
    this.id = id;
    this.table = table;
    this.whole = fresh;
    this.segments = fresh ? 0 : undefined;
    this.explainedMs = foundMs ?? 0;
  }

  /** Segments that wait; walks the queue on disk the first time after a start. */
  get waitingSegments(): number {
    return (this.segments ??= this.count());
  }

  /** Segments that wait, as far as they have been counted: before that, those in memory. */
  get knownSegments(): number {
    return this.segments ?? this.inMemory();
  }

  /** Counts a message in as soon as it is accepted, so that the bound holds before its row is committed. */
  reserve(segments: number): void {
    this.segments = this.waitingSegments + segments;
  }

  /** Counts a message out that has left the queue, whatever became of it. */
  release(segments: number): void {
    if (this.segments !== undefined) this.segments -= segments;
  }

  /** A message of this sender is durable. Arrivals come in their order. */
  arrived(arrival: Waiting): void {
    // A read of the store may have met the entry between its commit and this call.
    if (arrival.key.order <= this.seen) return;
    if (this.whole && this.buffer.length < bufferLength) {
      this.buffer.push(arrival);
      this.seen = arrival.key.order;
    } else {
      this.whole = false;
      this.left = arrival.key.order;
    }
  }

  /** The message whose turn it is. */
  head(): Waiting | undefined {
    if (this.buffer.length === 0 && !this.whole) this.refill();
    return this.buffer[0];
  }

  /** Takes the head out and moves the pace on by its segments. */
  take(nowMs: number, perSecond: number): void {
    const taken = this.buffer.shift();
    if (taken === undefined) return;
    this.flying.set(taken.key.order, taken.entry.segments);
    const paceMs = (taken.entry.segments * 1000) / perSecond;
    this.nextMs = Math.max(this.nextMs, nowMs) + paceMs;
    this.explainedMs = Math.max(this.explainedMs, orderMs(taken.key.order)) + paceMs;
  }

  get inFlight(): number {
    return this.flying.size;
  }

  isInFlight(order: number): boolean {
    return this.flying.has(order);
  }

  /** A message in flight has been answered. */
  landed(order: number): void {
    this.flying.delete(order);
  }

  /** Takes the head out without its having been sent. */
  drop(): void {
    this.buffer.shift();
  }

  /** Puts a message back to the front: its order is older than that of all that wait. Its turn has not been. */
  putBack(returned: Waiting, perSecond: number): void {
    this.explainedMs -= (returned.entry.segments * 1000) / perSecond;
    const place = this.buffer.findIndex((other) => other.key.order > returned.key.order);
    this.buffer.splice(place < 0 ? this.buffer.length : place, 0, returned);
  }

  /** Takes a message out of memory, if it waits there. */
  forget(order: number): boolean {
    const place = this.buffer.findIndex((held) => held.key.order === order);
    if (place >= 0) this.buffer.splice(place, 1);
    return place >= 0;
  }

  /** When the head may leave. */
  readyMs(nowMs: number): number {
    return Math.max(nowMs, this.nextMs - burstToleranceMs);
  }

  /** Nothing leaves before this time. */
  holdUntil(timeMs: number): void {
    this.nextMs = Math.max(this.nextMs, timeMs + burstToleranceMs);
  }

  /** When the oldest waiting message was accepted, in ms; 0 if none waits in memory. */
  get oldestMs(): number {
    const oldest = this.buffer[0];
    return oldest === undefined ? 0 : orderMs(oldest.key.order);
  }

  /**
   * How much later the head is than its sender's pace explains: it has waited for a carrier. A queue that an earlier
   * run left is judged from when it was found.
   */
  lateMs(nowMs: number): number {
    const oldest = this.buffer[0];
    if (oldest === undefined) return 0;
    return Math.max(0, nowMs - Math.max(this.explainedMs, orderMs(oldest.key.order)));
  }

  /**
   * What is in memory, and what lies beyond it on disk. The rows of the former are not counted: some may be removed
   * already, and only the commit of that not done.
   */
  private count(): number {
    let sum = this.inMemory();
    for (const [, entry] of this.table.entries(this.stretch(this.seen + 1))) sum += entry.segments;
    return sum;
  }

  private inMemory(): number {
    let sum = 0;
    for (const segments of this.flying.values()) sum += segments;
    for (const { entry } of this.buffer) sum += entry.segments;
    return sum;
  }

  private refill(): void {
    for (const [key, entry] of this.table.entries({ ...this.stretch(this.seen + 1), limit: bufferLength })) {
      this.buffer.push(waiting(key, entry));
      this.seen = key.order;
    }
    // A read that has not met what is known to be there was of an older state of the store: it is not the whole.
    this.whole = this.buffer.length < bufferLength && this.seen >= this.left;
  }

  private stretch(from: number): { start: QueueKey; end: QueueKey } {
    return { start: { sender: this.id, order: from }, end: { sender: this.id, order: lastOrder } };
  }
}
