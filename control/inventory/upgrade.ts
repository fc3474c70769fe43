import { bytesKey, textKey } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import { Batch } from './batch.ts';
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
    const batch = Batch.of(rows);
    stock.add(batch, batch.blocks.keys(), true);
    for (const { e164, state, ratePerSecond, assignment } of rows) {
      if (assignment !== null || ratePerSecond !== null)
        lives.put(e164, { state, ratePerSecond, assignment, withheld: null });
      if (assignment !== null) stock.settle(e164, false, assignment.accountSid);
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

const done = '~';

/**
 * Writes into the blocks of a former build's store who has their numbers, from the numbers' own rows; a crash leaves the
 * rest for the next start.
 */
export async function upgradeOwners(store: Store, stock: Stock): Promise<void> {
  const lives = store.table(lifeTable);
  /** The name of an upgrade to the last number that it has come to. */
  const progress = store.table<string, string>({ name: 'number-upgrades', key: textKey, version: 1 });
  const carry = (): void => {
    const start = `${progress.get('owners') ?? ''}\0`;
    const rows = Array.from(lives.entries({ start, limit: batchRows }));
    for (const [e164, { state, assignment }] of rows)
      if (assignment !== null) stock.settle(e164, state === 'available', assignment.accountSid);
    progress.put('owners', rows.length < batchRows ? done : (rows.at(-1)?.[0] ?? done));
  };
  while (progress.get('owners') !== done) await store.transact(carry);
}
