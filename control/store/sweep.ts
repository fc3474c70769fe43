import type { Clock, Timer } from '../base/clock.ts';
import type { Table } from './table.ts';

/** Rows looked at in one go, and the pause before the next ones. */
const batch = 500;
const batchPauseMs = 1_000;

/** From the end of one round over the table to the next. */
const roundPauseMs = 10 * 60_000;

/** Goes over a table again and again, slowly, and removes what nobody will ask for any more. */
export class Sweep<Key, Row> {
  private readonly table: Table<Key, Row>;
  private readonly clock: Clock;
  private readonly isOver: (key: Key, row: Row) => boolean;
  private timer: Timer | undefined;

  constructor(table: Table<Key, Row>, clock: Clock, isOver: (key: Key, row: Row) => boolean) {
    this.table = table;
    this.clock = clock;
    this.isOver = isOver;
  }

  start(): void {
    this.next(undefined, batchPauseMs);
  }

  stop(): void {
    this.timer?.cancel();
  }

  private next(from: Key | undefined, pauseMs: number): void {
    this.timer = this.clock.after(pauseMs, () => this.sweep(from));
  }

  /** Begins with the row that the last batch ended with, which is met twice, or is gone. */
  private sweep(from: Key | undefined): void {
    let last: Key | undefined;
    let seen = 0;
    for (const [key, row] of this.table.entries({
      limit: batch,
      ...(from === undefined ? {} : { start: from }),
    })) {
      seen++;
      last = key;
      if (this.isOver(key, row)) this.table.remove(key);
    }
    if (seen === batch) this.next(last, batchPauseMs);
    else this.next(undefined, roundPauseMs);
  }
}
