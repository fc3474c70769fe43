import { textKey } from './keys.ts';
import type { Settled } from './group-commit.ts';
import type { Store } from './store.ts';
import type { Table } from './table.ts';

/** Rows that have not changed lately and are kept all the same. */
const keptMax = 10_000;

interface Sums {
  /** As they will be once everything that was added is on disk. */
  readonly values: number[];
  /** What was added since the last group was handed over; empty: nothing. */
  added: number[];
  /** Groups on their way to disk that hold this row. */
  underWay: number;
}

/**
 * Rows of sums that change with nearly every write: money spent, usage of a day. They are kept in memory and each is
 * written once for a group, in the commit of the writes that caused the change, so that both are on disk or neither is.
 * Whoever adds must put something in the same stretch of code. Only one process may add; others read the table.
 */
export class Tally {
  private readonly table: Table<string, number[]>;
  private readonly known = new Map<string, Sums>();
  private readonly changed = new Set<string>();
  /** Rows that are not on disk at all yet. */
  private readonly fresh = new Set<string>();

  constructor(store: Store, name: string) {
    this.table = store.table<string, number[]>({ name, key: textKey, version: 1 });
    store.joinCommits(() => this.contribute());
  }

  /** The sum at a place of a row; 0 if nothing was ever added there. */
  get(key: string, index: number): number {
    return (this.known.get(key)?.values ?? this.table.get(key))?.[index] ?? 0;
  }

  /** A whole row; places that nothing was added to may be missing. Not to be written to. */
  row(key: string): readonly number[] {
    return this.known.get(key)?.values ?? this.table.get(key) ?? [];
  }

  /** Rows whose keys lie from `start` to `end`, exclusive, in their order, with what is not committed yet. */
  *rows(start: string, end: string): IterableIterator<readonly [string, readonly number[]]> {
    const fresh = Array.from(this.fresh)
      .filter((key) => key >= start && key < end)
      .sort();
    for (const [key, row] of this.table.entries({ start, end })) {
      for (let next = fresh[0]; next !== undefined && next <= key; next = fresh[0]) {
        if (next < key) yield [next, this.row(next)];
        fresh.shift();
      }
      yield [key, this.known.get(key)?.values ?? row];
    }
    for (const key of fresh) yield [key, this.row(key)];
  }

  add(key: string, index: number, amount: number): void {
    if (amount === 0) return;
    const sums = this.sums(key);
    grow(sums.values, index);
    grow(sums.added, index);
    sums.values[index] = (sums.values[index] as number) + amount;
    sums.added[index] = (sums.added[index] as number) + amount;
    this.changed.add(key);
  }

  private sums(key: string): Sums {
    const known = this.known.get(key);
    if (known !== undefined) return known;
    if (this.known.size >= keptMax) this.forget();
    const kept = this.table.get(key);
    if (kept === undefined) this.fresh.add(key);
    const read: Sums = { values: Array.from(kept ?? []), added: [], underWay: 0 };
    this.known.set(key, read);
    return read;
  }

  private contribute(): Settled | undefined {
    if (this.changed.size === 0) return undefined;
    const handedOver: [string, Sums, number[]][] = [];
    for (const key of this.changed) {
      const sums = this.sums(key);
      this.table.put(key, sums.values);
      handedOver.push([key, sums, sums.added]);
      sums.added = [];
      sums.underWay++;
    }
    this.changed.clear();
    return (committed) => {
      for (const [key, sums, added] of handedOver) {
        sums.underWay--;
        if (committed) {
          this.fresh.delete(key);
          continue;
        }
        // The writes that caused it are not on disk either.
        added.forEach((amount, index) => (sums.values[index] = (sums.values[index] ?? 0) - amount));
        this.changed.add(key);
      }
    };
  }

  /** Lets go of what is on disk as it stands. */
  forget(): void {
    for (const [key, { underWay }] of this.known) {
      if (underWay === 0 && !this.changed.has(key)) this.known.delete(key);
    }
  }
}

function grow(values: number[], index: number): void {
  while (values.length <= index) values.push(0);
}
