import type { ThreadLeg } from './leg.ts';
import { tickParts } from './ticker.ts';

/**
 * Who has a turn in which part of a tick. Packets of all legs at once would wait for each other; so legs that hear nobody
 * but this thread are spread over the parts. Those that hear each other, in a room or a bridge, take the first together.
 */
export class Rota {
  private readonly parts: readonly Set<ThreadLeg>[] = Array.from({ length: tickParts }, () => new Set());

  /** Those whose turn it is. */
  turn(part: number): Iterable<ThreadLeg> {
    return this.parts[part] ?? [];
  }

  has(leg: ThreadLeg): boolean {
    return this.parts.some((legs) => legs.has(leg));
  }

  /** Gives a leg its turn, or takes it away; called whenever it may have changed what it needs. */
  place(leg: ThreadLeg): void {
    const part = leg.alone ? leg.id % tickParts : 0;
    const own = leg.active && !leg.closed ? this.parts[part] : undefined;
    // One that stays where it is keeps its place: its turn may be going on.
    for (const legs of this.parts) if (legs !== own) legs.delete(leg);
    own?.add(leg);
  }
}
