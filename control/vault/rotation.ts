import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { Store } from '../store/store.ts';
import { handoverContext, KeyRows, pepperContext } from './key-row.ts';
import type { KeySource } from './key-source.ts';
import type { AnySealedTable } from './sealed.ts';
import { bytesOfKey, SealKey } from './seal-key.ts';
import type { Vault } from './vault.ts';

/** Rows looked at in one transaction: other writers wait for no more than these. */
const batch = 200;

/** By then every process that has the store open has learnt of the new key, and what it sealed before is on disk. */
const settleMs = 5_000;

/** A process that is slower than that is caught by the next round. */
const roundsMax = 5;

export interface RotationContext {
  readonly store: Store;
  readonly vault: Vault;
  /** Where the key is kept that `vault` was opened with. */
  readonly source: Pick<KeySource, 'read'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly tables: readonly AnySealedTable[];
  /** Puts the new key, 32 bytes, where it is to be from now on; it is on disk when this returns. */
  readonly keep: (key: Buffer) => void;
  /** Why a running edge has not the key of this id yet; undefined if it has, or none runs. */
  readonly awaitEdge: (keyId: string) => Promise<string | undefined>;
}

export type Rotation =
  | { readonly kind: 'done'; readonly from: string; readonly to: string; readonly resealed: number }
  /** Nothing is lost, and both keys are needed: the rotation goes on when it is asked for again. */
  | { readonly kind: 'unfinished'; readonly reason: string };

/**
 * Exchanges the seal key while edges run. The new key is handed over in the store, sealed with the old; everything sealed
 * is sealed anew; the new key takes the old one's place, and the store forgets the hand-over. Each step is on disk before
 * the next begins, and a rotation that was broken off goes on from where it was.
 */
export async function rotate(context: RotationContext): Promise<Rotation> {
  const { store, vault, clock, tables, keep, awaitEdge } = context;
  const { from, key } = await begin(context);
  const to = vault.keyId;
  await new Promise<void>((resolve) => clock.after(settleMs, resolve));
  const reason = await awaitEdge(to);
  if (reason !== undefined) return { kind: 'unfinished', reason };
  let resealed = 0;
  for (let round = 0; ; round++) {
    let found = 0;
    for (const table of tables) found += await resealTable(store, vault, table);
    if (found === 0) break;
    resealed += found;
    if (round === roundsMax) return { kind: 'unfinished', reason: 'something still seals with the old key' };
  }
  keep(key);
  const rows = new KeyRows(store);
  await store.transact(() => {
    const row = rows.get();
    if (row !== undefined) rows.put({ ...row, handover: null });
  });
  return { kind: 'done', from, to, resealed };
}

/** The rotation that is under way, or a new one, on disk. */
async function begin({
  store,
  vault,
  source,
  random,
}: RotationContext): Promise<{ from: string; key: Buffer }> {
  const rows = new KeyRows(store);
  return store.transact(() => {
    const row = rows.get();
    if (row === undefined) throw new Error('this store has no seal key');
    if (row.handover !== null) {
      const { from, sealedKey } = row.handover;
      // Broken off after the new key had taken the old one's place: there is nothing left that the old one opens.
      const kept = source.read();
      if (kept !== undefined && new SealKey(kept, random).id === row.sealsWith) return { from, key: kept };
      return { from, key: Buffer.from(vault.unseal(sealedKey, handoverContext), 'hex') };
    }
    const key = random.bytes(bytesOfKey);
    const next = new SealKey(key, random);
    rows.put({
      sealsWith: next.id,
      pepper: next.seal(vault.unseal(row.pepper, pepperContext), pepperContext),
      handover: { from: row.sealsWith, sealedKey: vault.seal(key.toString('hex'), handoverContext) },
    });
    return { from: row.sealsWith, key };
  });
}

/** Seals anew what of a table is sealed with another key than the newest; how many rows that were. */
async function resealTable(store: Store, vault: Vault, { spec, reseal }: AnySealedTable): Promise<number> {
  const table = store.table(spec);
  let changed = 0;
  let after: unknown;
  for (let more = true; more;) {
    const seen = await store.transact(() => {
      const range = after === undefined ? { limit: batch } : { start: after, limit: batch };
      const entries = Array.from(table.entries(range));
      for (const [key, row] of entries) {
        let touched = false as boolean;
        const next: unknown = reseal(
          row,
          (envelope, context) => {
            const anew = vault.reseal(envelope, context);
            touched ||= anew !== envelope;
            return anew;
          },
          key,
        );
        if (!touched) continue;
        table.put(key, next);
        changed++;
      }
      return entries;
    });
    after = seen.at(-1)?.[0];
    // The last row of a batch is met again as the first of the next.
    more = seen.length === batch;
  }
  return changed;
}
