import { sidBytes } from '../../../control/base/sid.ts';
import type { Message } from '../message.ts';
import type { Ledger } from '../store/ledger.ts';
import type { Scheduler } from './scheduler.ts';
import { waiting, type SenderQueue } from './sender-queue.ts';

export interface QueueEntranceDeps {
  readonly ledger: Pick<Ledger, 'queue' | 'deadlines' | 'durable'>;
  readonly scheduler: Pick<Scheduler, 'queueOf' | 'arrived'>;
  readonly nextOrder: () => number;
  readonly segmentsMax: number;
  /** A queued message with a deadline of its own is on disk. */
  readonly expiring: (atMs: number) => void;
}

/** The end of every sender's queue, where messages enter it. */
export class QueueEntrance {
  private readonly deps: QueueEntranceDeps;

  constructor(deps: QueueEntranceDeps) {
    this.deps = deps;
  }

  /** The queue of a message's sender. */
  queueOf({ accountNo, from }: Pick<Message, 'accountNo' | 'from'>): SenderQueue {
    return this.deps.scheduler.queueOf({ accountNo, from });
  }

  /** Whether a sender's queue takes a message. */
  hasRoom({ waitingSegments }: SenderQueue, { segments }: Message): boolean {
    return waitingSegments + segments <= this.deps.segmentsMax;
  }

  /** Puts a message at the end of its sender's queue; resolves once that is durable. */
  async enter(sender: SenderQueue, message: Message, ownDeadline: boolean): Promise<void> {
    const { ledger, scheduler } = this.deps;
    const id = sidBytes(message.sid);
    const { deadlineMs, segments } = message;
    const key = { sender: sender.id, order: this.deps.nextOrder() };
    const entry = { id, segments, deadlineMs, ownDeadline };
    sender.reserve(segments);
    ledger.queue.put(key, entry);
    if (ownDeadline) ledger.deadlines.put({ atMs: deadlineMs, id }, key);
    try {
      await ledger.durable();
    } catch (error) {
      sender.release(segments);
      throw error;
    }
    if (ownDeadline) this.deps.expiring(deadlineMs);
    scheduler.arrived(sender, waiting(key, entry, message));
  }
}
