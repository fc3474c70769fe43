import { FeedQueue } from '../audio/feed-queue.ts';
import type { ThreadLeg } from './leg.ts';

interface Feed {
  readonly leg: ThreadLeg;
  readonly queue: FeedQueue;
}

/** The feeds of all legs, by number. A leg has one that is heard: the last that was opened. */
export class Feeds {
  private readonly feeds = new Map<number, Feed>();

  open(feed: number, leg: ThreadLeg): void {
    const queue = new FeedQueue();
    this.feeds.set(feed, { leg, queue });
    leg.outlet.feed(queue);
  }

  push(feed: number, mulaw: Uint8Array): void {
    this.feeds.get(feed)?.queue.push(mulaw);
  }

  /** A mark of a feed that is closed passes at once. */
  mark(feed: number, passed: () => void): void {
    const found = this.feeds.get(feed);
    if (found === undefined) passed();
    else found.queue.mark(passed);
  }

  clear(feed: number): void {
    this.feeds.get(feed)?.queue.clear();
  }

  close(feed: number): void {
    const found = this.feeds.get(feed);
    if (found === undefined) return;
    this.feeds.delete(feed);
    found.queue.close();
    found.leg.outlet.unfeed(found.queue);
  }

  closeOf(leg: ThreadLeg): void {
    for (const [feed, { leg: owner }] of this.feeds) if (owner === leg) this.close(feed);
  }
}
