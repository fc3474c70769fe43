import type { Clock, Timer } from '../../../control/base/clock.ts';
import type { Table } from '../../../control/store/table.ts';
import type { TimedKey } from './timed-table.ts';

/** Rows taken at a time; the rest follows in the next turn. */
const batch = 500;

/** Calls for each row of a table of times when its time has come. Whoever is called removes the row. */
export class TimedWatch<Row> {
  private readonly table: Table<TimedKey, Row>;
  private readonly clock: Clock;
  private readonly fire: (key: TimedKey, row: Row) => void;
  private readonly durable: () => Promise<void>;
  private timer: Timer | undefined;
  private timerMs = Infinity;
  private stopped = false;

  constructor(
    table: Table<TimedKey, Row>,
    clock: Clock,
    durable: () => Promise<void>,
    fire: (key: TimedKey, row: Row) => void,
  ) {
    this.table = table;
    this.clock = clock;
    this.durable = durable;
    this.fire = fire;
  }

  start(): void {
    if (this.stopped) return;
    const [first] = this.table.keys({ limit: 1 });
    if (first !== undefined) this.by(first.atMs);
  }

  stop(): void {
    this.stopped = true;
    this.timer?.cancel();
  }

  /** A row for this time has become durable. */
  by(atMs: number): void {
    if (this.stopped || atMs >= this.timerMs) return;
    this.timer?.cancel();
    this.timerMs = atMs;
    this.timer = this.clock.after(Math.max(0, atMs - this.clock.now()), () => this.ring());
  }

  private ring(): void {
    this.timerMs = Infinity;
    const nowMs = this.clock.now();
    for (const [key, row] of this.table.entries({ limit: batch })) {
      if (key.atMs > nowMs) break;
      this.fire(key, row);
    }
    // What was fired is gone from the table only once that is committed.
    const next = (): void => this.start();
    this.durable().then(next, next);
  }
}
