import type { Clock } from '../base/clock.ts';
import { textKey } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import { Sweep } from '../store/sweep.ts';
import type { Table, TableSpec } from '../store/table.ts';
import { emptyWindow, windowAt, type Window } from './window.ts';

type PackedWindow = [startMs: number, current: number, previous: number, told: boolean];

const counterTable: TableSpec<string, Window> = {
  name: 'guard-counters',
  key: textKey,
  version: 1,
  pack: ({ startMs, current, previous, told }): PackedWindow => [startMs, current, previous, told],
  unpack(packed) {
    const [startMs, current, previous, told] = packed as PackedWindow;
    return { startMs, current, previous, told };
  },
  readsOwnWrites: true,
};

/** How long a count may be in memory alone: what a crash loses. */
const flushMs = 1_000;
/** Counters in memory; those asked for longest ago are read from the store when they are asked for again. */
const heldMax = 50_000;
/** No window is longer than a day, and none looks back further than the one before it. */
const keptMs = 2 * 86_400_000;

/**
 * Counts by window, in memory, and on disk within a second: an orderly stop loses nothing, a crash at most the last
 * second, which is exact enough for limits and spares the message path a write. Only the edge counts.
 */
export class Counters {
  private readonly table: Table<string, Window>;
  private readonly clock: Clock;
  private readonly sweep: Sweep<string, Window>;
  private readonly held = new Map<string, Window>();
  private readonly dirty = new Set<string>();

  constructor(store: Store, clock: Clock) {
    this.table = store.table(counterTable);
    this.clock = clock;
    this.sweep = new Sweep(this.table, clock, (_key, { startMs }) => startMs < clock.now() - keptMs);
  }

  start(): void {
    this.sweep.start();
  }

  /** Puts what is not there yet into the store's next commit. */
  stop(): void {
    this.sweep.stop();
    this.flush();
  }

  /** A counter as it is now. `key` names its window's length, too: one key is always asked with the same. */
  at(key: string, lengthMs: number): Window {
    const kept = this.held.get(key) ?? this.table.get(key) ?? emptyWindow;
    return windowAt(kept, this.clock.now(), lengthMs);
  }

  add(key: string, lengthMs: number, by: number): void {
    const window = this.at(key, lengthMs);
    this.keep(key, { ...window, current: window.current + by });
  }

  /** Whether this is the first time in its window; notes that it has been. */
  tellOnce(key: string, lengthMs: number): boolean {
    const window = this.at(key, lengthMs);
    if (!window.told) this.keep(key, { ...window, told: true });
    return !window.told;
  }

  private keep(key: string, window: Window): void {
    this.held.delete(key);
    this.held.set(key, window);
    if (this.dirty.size === 0) this.clock.after(flushMs, () => this.flush());
    this.dirty.add(key);
  }

  private flush(): void {
    for (const key of this.dirty) {
      const window = this.held.get(key);
      if (window !== undefined) this.table.put(key, window);
    }
    this.dirty.clear();
    // In the order of their last change, the oldest first.
    for (const key of this.held.keys()) {
      if (this.held.size <= heldMax) break;
      this.held.delete(key);
    }
  }
}
