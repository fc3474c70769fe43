import type { Clock } from '../../../control/base/clock.ts';
import { textsKey } from '../../../control/store/keys.ts';
import type { Store } from '../../../control/store/store.ts';
import type { Table, TableSpec } from '../../../control/store/table.ts';

const ordersTable: TableSpec<readonly string[], number> = { name: 'orders', key: textsKey, version: 1 };
const markKey = ['mark'];

const ordersPerMs = 1000;

/** How far beyond an order the mark is set: it is written once in so long. */
const markAhead = 1000 * ordersPerMs;

/** When an order was given out, in Unix milliseconds. */
export const orderMs = (order: number): number => order / ordersPerMs;

/**
 * Gives out orders: microseconds since the epoch, each greater than all before, those of earlier runs too, wherever
 * the clock has gone meanwhile. A mark on disk is never below an order that is.
 */
export class Orders {
  private readonly clock: Clock;
  private readonly table: Table<readonly string[], number>;
  private last: number;
  private mark: number;

  constructor(store: Store, clock: Clock) {
    this.clock = clock;
    this.table = store.table(ordersTable);
    this.last = this.mark = this.table.get(markKey) ?? 0;
  }

  /** The row that takes this order must be put in the same stretch of code, and so commits with the mark. */
  next(): number {
    this.last = Math.max(this.last + 1, Math.floor(this.clock.now() * ordersPerMs));
    if (this.last > this.mark) {
      this.mark = this.last + markAhead;
      this.table.put(markKey, this.mark);
    }
    return this.last;
  }
}
