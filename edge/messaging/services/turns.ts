import type { PoolSender } from '../../../control/messaging-services/pool-sender.ts';
import { DueHeap, type HeapItem } from '../queue/heap.ts';

interface Place extends HeapItem {
  readonly sender: PoolSender;
}

/** How long a sender that was not fit is left alone while others are. */
const unfitMs = 1000;
/** After so long all are looked at anew: a queue may have become shorter than it was known to be. */
const renewedMs = 60_000;

/**
 * Senders that suit alike, by when each was last known to be free: to have sent all that waits for it. That mostly grows,
 * so it is asked again only of those whose turn seems to have come, and a choice among hundreds looks at one or two.
 */
export class Turns {
  private readonly heap = new DueHeap<Place>();
  private readonly places: readonly Place[];
  private renewMs = 0;

  constructor(senders: readonly PoolSender[]) {
    this.places = senders.map((sender) => ({ sender, dueMs: 0, heapIndex: -1 }));
    for (const place of this.places) this.heap.schedule(place);
  }

  /**
   * The sender that is free first, of those that are fit; among those that are free at `nowMs`, the one whose last turn
   * is longest ago. `freeMs` tells when a sender is free, in Unix ms.
   */
  next(
    isFit: (sender: PoolSender) => boolean,
    freeMs: (sender: PoolSender) => number,
    nowMs: number,
  ): PoolSender | undefined {
    this.renew(nowMs);
    const unfit: Place[] = [];
    let found: PoolSender | undefined;
    for (let place = this.heap.peek(); found === undefined && place !== undefined; place = this.heap.peek()) {
      if (!isFit(place.sender)) {
        this.heap.remove(place);
        place.dueMs = Math.max(place.dueMs, nowMs + unfitMs);
        unfit.push(place);
        continue;
      }
      const ms = Math.max(nowMs, freeMs(place.sender));
      if (ms <= Math.max(nowMs, place.dueMs)) found = place.sender;
      place.dueMs = ms;
      this.heap.schedule(place);
    }
    for (const place of unfit) this.heap.schedule(place);
    return found;
  }

  private renew(nowMs: number): void {
    if (nowMs < this.renewMs) return;
    this.renewMs = nowMs + renewedMs;
    // All alike, they are in order wherever they stand.
    for (const place of this.places) place.dueMs = 0;
  }
}
