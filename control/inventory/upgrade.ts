import { bytesKey } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import type { Stock } from './stock.ts';
import { formerNumberTable, lifeTable } from './tables.ts';

/** Rows in a transaction: as long as one takes, other writers wait. */
const batchRows = 500;

/**
 * Carries the numbers of a store of a former build, each a row of its own, over to blocks of a thousand, in batches: a
 * crash between two leaves the rest for the next start. Nothing to do in a store of this build.
 */
export async function upgradeNumbers(store: Store, stock: Stock): Promise<void> {
  const former = store.table(formerNumberTable);
  const lives = store.table(lifeTable);
  const formerIndex = store.table<Buffer, number>({ name: 'numbers-available', key: bytesKey, version: 1 });
  const carry = (): boolean => {
    const rows = Array.from(former.entries({ limit: batchRows }), ([, row]) => row);
    stock.add(rows, true);
    for (const { e164, state, ratePerSecond, assignment } of rows) {
      if (assignment !== null || ratePerSecond !== null)
        lives.put(e164, { state, ratePerSecond, assignment, withheld: null });
      if (assignment !== null) stock.offer(e164, false);
      former.remove(e164);
    }
    const entries = Array.from(formerIndex.keys({ limit: batchRows }));
    for (const key of entries) formerIndex.remove(key);
    return rows.length + entries.length > 0;
  };
  // Most stores have nothing to carry, and then nobody need wait for a turn to write.
  const isFormer = (): boolean =>
    Array.from(former.keys({ limit: 1 })).length + Array.from(formerIndex.keys({ limit: 1 })).length > 0;
  while (isFormer()) await store.transact(carry);
}
