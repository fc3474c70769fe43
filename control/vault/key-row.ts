import { textKey } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import type { Table, TableSpec } from '../store/table.ts';

/** What a store says of the keys that its secrets are sealed with. */
export interface KeyRow {
  /** Id of the key that everything is sealed with from now on. */
  readonly sealsWith: string;
  /** What hashes are peppered with, sealed. It outlives keys: what is hashed cannot be hashed anew. */
  readonly pepper: Buffer;
  /** While keys change: the new key, sealed with the one before, which still opens what is not sealed anew yet. */
  readonly handover: { readonly from: string; readonly sealedKey: Buffer } | null;
}

const keyRowTable: TableSpec<string, KeyRow> = { name: 'seal-keys', key: textKey, version: 1 };

/** The contexts that the row's own secrets are sealed in. */
export const pepperContext = 'pepper';
export const handoverContext = 'seal key';

const only = 'keys';

/** The one row of its table. */
export class KeyRows {
  private readonly table: Table<string, KeyRow>;

  constructor(store: Store) {
    this.table = store.table(keyRowTable);
  }

  get(): KeyRow | undefined {
    return this.table.get(only);
  }

  put(row: KeyRow): void {
    this.table.put(only, row);
  }
}
