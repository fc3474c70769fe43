import type { Clock } from '../../../control/base/clock.ts';
import { textsKey } from '../../../control/store/keys.ts';
import type { Store } from '../../../control/store/store.ts';
import type { Table, TableSpec } from '../../../control/store/table.ts';
import type { InboundPart } from './fragment.ts';
import {
  addPart,
  assemble,
  isExpired,
  partialKey,
  type Assembled,
  type PartialMessage,
  type ReassemblyLimits,
} from './reassembly.ts';

const partialTable: TableSpec<readonly string[], PartialMessage> = {
  name: 'partial-messages',
  key: textsKey,
  version: 1,
};

/** How often partial messages are looked over for those whose rest never came. */
const sweepMs = 30_000;
/** Rows looked at in one turn. */
const sweepBatch = 500;

/** What came of a part. */
export type Kept =
  /** There is no room for the beginning of another message. */
  | { readonly kind: 'full' }
  /** It waits for the rest, or has come before. */
  | { readonly kind: 'waits' }
  /** It was the last. */
  | { readonly kind: 'complete'; readonly message: Assembled }
  /** It begins another message: what there was of the one before under the same reference is given up. */
  | { readonly kind: 'superseded'; readonly incomplete: Assembled };

/** The parts of long messages, on disk until the rest has come or is overdue. */
export class Partials {
  private readonly table: Table<readonly string[], PartialMessage>;
  private readonly clock: Clock;
  private readonly limits: ReassemblyLimits;
  /** Takes what there is of a message whose rest never came, in the stretch of code that removes its row. */
  private readonly giveUp: (row: PartialMessage, incomplete: Assembled) => void;
  private sweeper: { cancel(): void } | undefined;
  private stopped = false;
  /** Messages of which parts wait. */
  private pending = 0;

  constructor(
    store: Store,
    clock: Clock,
    limits: ReassemblyLimits,
    giveUp: (row: PartialMessage, incomplete: Assembled) => void,
  ) {
    this.table = store.table({ ...partialTable, readsOwnWrites: true });
    this.clock = clock;
    this.limits = limits;
    this.giveUp = giveUp;
  }

  start(): void {
    this.pending = this.table.count();
    const again = (): void => {
      this.sweep();
      this.sweeper = this.clock.after(sweepMs, again);
    };
    again();
  }

  stop(): void {
    this.stopped = true;
    this.sweeper?.cancel();
  }

  add(part: InboundPart): Kept {
    const key = partialKey(part);
    const existing = this.table.get(key);
    if (existing === undefined && this.pending >= this.limits.pendingMax) return { kind: 'full' };
    const added = addPart(existing, part, this.clock.now(), this.limits);
    switch (added.kind) {
      case 'complete':
        this.remove(key);
        return added;
      case 'pending':
        if (existing === undefined) this.pending++;
        this.table.put(key, added.row);
        return { kind: 'waits' };
      case 'superseded':
        this.table.put(key, added.row);
        return added;
      case 'duplicate':
        return { kind: 'waits' };
    }
  }

  private remove(key: readonly string[]): void {
    this.table.remove(key);
    this.pending--;
  }

  /** Looks over all partial messages, some in each turn. */
  private sweep(start: readonly string[] = []): void {
    if (this.stopped) return;
    const nowMs = this.clock.now();
    let looked = 0;
    for (const key of this.table.keys({ start })) {
      if (looked++ === sweepBatch) {
        setImmediate(() => this.sweep(key));
        return;
      }
      // Not the row of the walk: its last part may have come, and only the commit of that not be done.
      const row = this.table.get(key);
      if (row === undefined || !isExpired(row, nowMs, this.limits)) continue;
      this.remove(key);
      this.giveUp(row, assemble(row));
    }
  }
}
