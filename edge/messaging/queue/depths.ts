import type { SenderClass } from '../../../control/inventory/senders.ts';
import type { SenderQueue } from './sender-queue.ts';

/** One sender class's queues, for the metrics. */
export interface QueueDepth {
  readonly segments: number;
  /** When the oldest message that waits was accepted, in Unix ms; Infinity if none does. */
  readonly oldestMs: number;
  /** Of its latest queue: how much later the head is than its sender's pace explains. */
  readonly lateMs: number;
}

const nothing: QueueDepth = { segments: 0, oldestMs: Infinity, lateMs: 0 };

/** Sums up queues by their senders' class, which is looked up once for each queue in memory. */
export class Depths {
  private readonly classOf: (from: string) => SenderClass;
  private readonly classes = new WeakMap<SenderQueue, SenderClass>();

  constructor(classOf: (from: string) => SenderClass) {
    this.classOf = classOf;
  }

  of(queues: Iterable<SenderQueue>, nowMs: number): ReadonlyMap<SenderClass, QueueDepth> {
    const depths = new Map<SenderClass, QueueDepth>();
    for (const queue of queues) {
      const senderClass = this.class(queue);
      const before = depths.get(senderClass) ?? nothing;
      depths.set(senderClass, {
        segments: before.segments + queue.knownSegments,
        oldestMs: queue.oldestMs === 0 ? before.oldestMs : Math.min(before.oldestMs, queue.oldestMs),
        lateMs: Math.max(before.lateMs, queue.lateMs(nowMs)),
      });
    }
    return depths;
  }

  private class(queue: SenderQueue): SenderClass {
    let known = this.classes.get(queue);
    if (known === undefined) this.classes.set(queue, (known = this.classOf(queue.id.from)));
    return known;
  }
}
