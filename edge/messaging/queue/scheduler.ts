import type { Clock, Timer } from '../../../control/base/clock.ts';
import type { Table } from '../../../control/store/table.ts';
import { DueHeap } from './heap.ts';
import { firstOrder, lastOrder, type QueueEntry, type QueueKey, type SenderId } from './queue-table.ts';
import { SenderQueue, type Waiting } from './sender-queue.ts';

/** What `Dispatcher.dispatch` did with a head. */
export type Dispatch =
  /** On its way; `Scheduler.settled` follows. */
  | { readonly kind: 'taken' }
  /** Of no more use (expired, cancelled): its queue entry is gone already. */
  | { readonly kind: 'dropped' }
  /** No room now; `Scheduler.wake` follows when there is. `on` is the carrier that is full, '' if all are down. */
  | { readonly kind: 'blocked'; readonly on: string };

/** The outbound side, as the scheduler sees it. */
export interface Dispatcher {
  dispatch(sender: SenderQueue, head: Waiting): Dispatch;
  /** Segments a second of this sender. */
  rate(sender: SenderId): number;
  /** Whether those blocked on this should be asked again. */
  room(on: string): boolean;
  /** How many messages of one sender may be unanswered at a time, at this rate. */
  depth(rate: number): number;
}

/**
 * Decides whose turn it is. Only senders with something to send are in memory, in a heap by the time when their
 * head may leave, so a message costs O(log senders) however the queues are spread.
 */
export class Scheduler {
  private readonly senders = new Map<string, SenderQueue>();
  private readonly due = new DueHeap<SenderQueue>();
  /** Senders that wait for room, by what they wait for, each in the order in which they were blocked. */
  private readonly blocked = new Map<string, Set<SenderQueue>>();
  private readonly clock: Clock;
  private readonly table: Table<QueueKey, QueueEntry>;
  private readonly dispatcher: Dispatcher;
  private timer: Timer | undefined;
  private timerMs = Infinity;
  private pumping = false;
  private stopped = false;
  /** The blocked are asked again whether or not there is room. */
  private anew = false;

  constructor(clock: Clock, table: Table<QueueKey, QueueEntry>, dispatcher: Dispatcher) {
    this.clock = clock;
    this.table = table;
    this.dispatcher = dispatcher;
  }

  /** Finds the senders that have queues on disk, by leaping from one to the next. */
  load(): void {
    let start: QueueKey = { sender: { accountNo: 0, from: '' }, order: firstOrder };
    for (;;) {
      const [key] = this.table.keys({ start, limit: 1 });
      if (key === undefined) break;
      const end: QueueKey = { sender: key.sender, order: lastOrder };
      const queue = new SenderQueue(key.sender, this.table, this.clock.now());
      this.senders.set(nameOf(key.sender), queue);
      start = end;
    }
  }

  /** Begins to dispatch. */
  start(): void {
    for (const sender of this.senders.values()) this.consider(sender);
    this.pump();
    this.countNext(Array.from(this.senders.values()));
  }

  /** Dispatches nothing more. */
  stop(): void {
    this.stopped = true;
    this.timer?.cancel();
  }

  /** The queue of a sender; made if it has none. */
  queueOf(id: SenderId): SenderQueue {
    const name = nameOf(id);
    let queue = this.senders.get(name);
    if (queue === undefined) {
      queue = new SenderQueue(id, this.table, undefined);
      this.senders.set(name, queue);
    }
    return queue;
  }

  /** When a sender will have sent what waits for it, in Unix ms; now, or before, for one that has nothing to do. */
  freeMs(id: SenderId): number {
    const queue = this.senders.get(nameOf(id));
    if (queue === undefined) return 0;
    const waitingMs = (queue.knownSegments * 1000) / this.dispatcher.rate(id);
    return queue.readyMs(this.clock.now()) + waitingMs;
  }

  /** A message is durable and waits in the queue of its sender. */
  arrived(sender: SenderQueue, waiting: Waiting): void {
    // The sender may have become idle and been let go since it was looked up; this brings it back.
    this.senders.set(nameOf(sender.id), sender);
    sender.arrived(waiting);
    this.consider(sender);
    this.pumpSoon();
  }

  /** A dispatched message has been answered (`again`: it must be sent anew, not before `delayMs`). */
  settled(
    sender: SenderQueue,
    order: number,
    again?: { readonly waiting: Waiting; readonly delayMs: number },
  ): void {
    sender.landed(order);
    if (again !== undefined) {
      sender.putBack(again.waiting, this.dispatcher.rate(sender.id));
      sender.holdUntil(this.clock.now() + again.delayMs);
    }
    this.consider(sender);
    this.pumpSoon();
  }

  /** There may be room again (`anew`: or another way, or no sense in waiting): the blocked have their turn. */
  wake(anew: boolean): void {
    this.anew ||= anew;
    this.pumpSoon();
  }

  /** Every sender in memory, for the metrics. */
  all(): Iterable<SenderQueue> {
    return this.senders.values();
  }

  /** Puts a sender where it belongs: due at a time, or out of memory when it has nothing to do. */
  private consider(sender: SenderQueue): void {
    if (this.stopped || sender.blocked) return;
    const rate = this.dispatcher.rate(sender.id);
    if (sender.inFlight >= this.dispatcher.depth(rate)) {
      this.due.remove(sender);
    } else if (sender.head() === undefined) {
      this.rest(sender);
    } else {
      sender.dueMs = sender.readyMs(this.clock.now());
      this.due.schedule(sender);
    }
  }

  /** A sender with nothing to send is remembered until its pace would let it send again, and then let go. */
  private rest(sender: SenderQueue): void {
    this.due.remove(sender);
    if (sender.inFlight > 0 || sender.waitingSegments > 0) return;
    const nowMs = this.clock.now();
    sender.dueMs = sender.readyMs(nowMs);
    if (sender.dueMs > nowMs) this.due.schedule(sender);
    else this.senders.delete(nameOf(sender.id));
  }

  /** Pumps after what else happens in this turn, so that a burst of arrivals is one pass. */
  private pumpSoon(): void {
    if (this.pumping || this.stopped) return;
    this.pumping = true;
    setImmediate(() => {
      this.pumping = false;
      this.pump();
    });
  }

  private pump(): void {
    const nowMs = this.clock.now();
    this.unblock(nowMs);
    for (;;) {
      const sender = this.due.peek();
      if (this.stopped || sender === undefined || sender.dueMs > nowMs) break;
      this.turn(sender, nowMs);
    }
    this.setTimer();
  }

  /**
   * Who was blocked first goes first, and before those whose turn has only come now; no more of them are asked than
   * there is room for.
   */
  private unblock(nowMs: number): void {
    const { anew } = this;
    this.anew = false;
    for (const [on, senders] of Array.from(this.blocked)) {
      let left = senders.size;
      for (const sender of senders) {
        if (this.stopped || left-- === 0 || !(anew || this.dispatcher.room(on))) break;
        senders.delete(sender);
        sender.blocked = false;
        // A message put back may have slowed it down meanwhile.
        if (sender.readyMs(nowMs) > nowMs) this.consider(sender);
        else this.turn(sender, nowMs);
      }
    }
  }

  private block(sender: SenderQueue, on: string): void {
    const senders = this.blocked.get(on) ?? new Set();
    this.blocked.set(on, senders.add(sender));
    sender.blocked = true;
  }

  /** Counts the queues that an earlier run has left, one in each turn, so that no request waits for all of them. */
  private countNext(uncounted: SenderQueue[]): void {
    const sender = uncounted.pop();
    if (sender === undefined || this.stopped) return;
    sender.reserve(0);
    setImmediate(() => this.countNext(uncounted));
  }

  private turn(sender: SenderQueue, nowMs: number): void {
    this.due.remove(sender);
    const head = sender.head();
    if (head === undefined) return this.consider(sender);
    const done = this.dispatcher.dispatch(sender, head);
    switch (done.kind) {
      case 'taken':
        sender.take(nowMs, this.dispatcher.rate(sender.id));
        return this.consider(sender);
      case 'dropped':
        sender.drop();
        return this.consider(sender);
      case 'blocked':
        return this.block(sender, done.on);
    }
  }

  private setTimer(): void {
    const next = this.due.peek()?.dueMs ?? Infinity;
    if (next === this.timerMs && this.timer !== undefined) return;
    this.timer?.cancel();
    this.timer = undefined;
    this.timerMs = next;
    if (next === Infinity || this.stopped) return;
    this.timer = this.clock.after(Math.max(0, next - this.clock.now()), () => {
      this.timer = undefined;
      this.pump();
    });
  }
}

const nameOf = (id: SenderId): string => `${id.accountNo} ${id.from}`;
