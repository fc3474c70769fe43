import type { Event } from './protocol.ts';

/** Gathers events, so that those of one tick leave in one message, and others at once. */
export class EventBox {
  private readonly give: (events: readonly Event[]) => void;
  private waiting: Event[] = [];
  private flushing = false;

  constructor(give: (events: readonly Event[]) => void) {
    this.give = give;
  }

  put(event: Event): void {
    this.waiting.push(event);
    if (this.flushing) return;
    this.flushing = true;
    queueMicrotask(() => this.flush());
  }

  private flush(): void {
    this.flushing = false;
    const events = this.waiting;
    this.waiting = [];
    this.give(events);
  }
}
