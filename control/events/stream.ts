import type { EventBus } from './bus.ts';
import type { EdgeEvent, Topic } from './event.ts';

/** What a stream yields: an event, or how many were left out because its reader was too slow. */
export type Streamed =
  | { readonly kind: 'event'; readonly event: EdgeEvent }
  | { readonly kind: 'dropped'; readonly count: number };

/** Events of a subscription, one at a time, for a reader that may be slow. */
export interface EventStream extends AsyncIterable<Streamed> {
  /** Ends the subscription and the iteration. */
  close(): void;
}

/** At most `limit` events wait for the reader; what comes after that is counted and dropped. */
export function streamEvents(bus: EventBus, topics: readonly Topic[], limit = 1_000): EventStream {
  let waiting: EdgeEvent[] = [];
  let dropped = 0;
  let closed = false;
  let wake: () => void = () => undefined;
  const unsubscribe = bus.subscribe(topics, (event) => {
    if (waiting.length < limit) waiting.push(event);
    else dropped++;
    wake();
  });
  const close = (): void => {
    closed = true;
    unsubscribe();
    wake();
  };
  async function* iterate(): AsyncGenerator<Streamed> {
    try {
      for (;;) {
        const batch = waiting;
        const lost = dropped;
        waiting = [];
        dropped = 0;
        for (const event of batch) yield { kind: 'event', event };
        if (lost > 0) yield { kind: 'dropped', count: lost };
        if (hasMore()) continue;
        if (isClosed()) return;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      close();
    }
  }
  // Functions, because these change while the generator is suspended.
  const hasMore = (): boolean => waiting.length > 0 || dropped > 0;
  const isClosed = (): boolean => closed;
  return { close, [Symbol.asyncIterator]: iterate };
}
