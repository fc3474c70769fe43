import type { Clock } from '../base/clock.ts';
import type { Sid } from '../base/sid.ts';
import { textKey } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import type { Table, TableSpec } from '../store/table.ts';
import type { Detail } from './details.ts';

/** Something to be entered in the books by the process that keeps them. */
export type Bequest =
  | { readonly kind: 'held'; readonly ownerSid: Sid; readonly micros: number }
  | { readonly kind: 'used'; readonly detail: Detail };

/** By time, so that they are taken up in their order. */
const bequestTable: TableSpec<string, Bequest> = { name: 'bequests', key: textKey, version: 1 };

/**
 * What a process whose work another has taken over still has to enter: its last calls end, and cost money. Sums and
 * numbers are one process's alone, so it leaves the entries on disk, each in the commit of its cause, for the other.
 */
export class Bequests {
  private readonly clock: Clock;
  private readonly rows: Table<string, Bequest>;
  private count = 0;
  private begun = false;

  constructor(store: Store, clock: Clock) {
    this.clock = clock;
    this.rows = store.table(bequestTable);
  }

  /** From now on entries are left to another process. */
  begin(): void {
    this.begun = true;
  }

  get leaving(): boolean {
    return this.begun;
  }

  /** Joins the commit of what the caller puts in the same stretch of code. */
  leave(bequest: Bequest): void {
    const order = String(this.count++).padStart(9, '0');
    this.rows.put(`${String(this.clock.now()).padStart(15, '0')}/${process.pid}/${order}`, bequest);
  }

  /**
   * Hands over the committed ones, and removes each in the commit of what `enter` writes. Await that before the next time.
   */
  take(enter: (bequest: Bequest) => void, limit = 500): number {
    let taken = 0;
    for (const [key, bequest] of this.rows.entries({ limit })) {
      enter(bequest);
      this.rows.remove(key);
      taken++;
    }
    return taken;
  }
}
