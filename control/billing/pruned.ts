import type { Sid } from '../base/sid.ts';
import { textKey } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import type { Table } from '../store/table.ts';
import { Tally } from '../store/tally.ts';
import { sumsWidth, placeOf } from './categories.ts';
import { usageKeys, type Used } from './usage.ts';

/** How far detail records have been removed. */
export interface PrunedTo {
  /** The number of the last one removed; 0: none was. */
  readonly number: number;
  /** The time of the newest one removed. */
  readonly atMs: number;
}

/** The key of the only row. */
const theOne = 'to';

const spentPrefix = 'spent/';

/** The sums of detail records that the store keeps no more: what is still there and these make up usage and spending. */
export class Pruned {
  private readonly sums: Tally;
  private readonly table: Table<string, PrunedTo>;
  constructor(store: Store) {
    this.sums = new Tally(store, 'details-pruned');
    this.table = store.table<string, PrunedTo>({
      name: 'details-pruned-to',
      key: textKey,
      version: 1,
      readsOwnWrites: true,
    });
  }

  get to(): PrunedTo {
    return this.table.get(theOne) ?? { number: 0, atMs: 0 };
  }

  /** Joins the commit that removes a record. */
  add(detail: Used, number: number): void {
    const at = (placeOf(detail.category) ?? 0) * sumsWidth;
    for (const key of usageKeys(detail)) {
      this.sums.add(key, at, detail.count);
      this.sums.add(key, at + 1, detail.usage);
      this.sums.add(key, at + 2, detail.priceMicros);
    }
    this.sums.add(`${spentPrefix}${detail.ownerSid}`, 0, detail.priceMicros);
    this.table.put(theOne, { number, atMs: Math.max(this.to.atMs, detail.atMs) });
  }

  /** By the keys of `usageKeys`, the sums by place. */
  *days(): IterableIterator<readonly [string, readonly number[]]> {
    for (const [key, row] of this.sums.rows('', '\u007f')) if (!key.startsWith(spentPrefix)) yield [key, row];
  }

  /** What each main account has spent on them, in millionths. */
  *spent(): IterableIterator<readonly [Sid, number]> {
    for (const [key, [micros = 0]] of this.sums.rows(spentPrefix, `${spentPrefix}\u007f`))
      yield [key.slice(spentPrefix.length), micros];
  }
}
