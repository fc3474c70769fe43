import { textKey } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import type { Table } from '../store/table.ts';
import type { Column } from './listing.ts';

/** How far the import of a list has come: all before `offset` is in the inventory. */
export interface Checkpoint {
  /** In bytes. */
  readonly offset: number;
  /** SHA-256 of the bytes before it: should they differ, it is another list. */
  readonly digest: string;
  /** The columns that its first line names. */
  readonly header: readonly Column[];
  /** Lines before it. */
  readonly lines: number;
  /** Numbers taken. */
  readonly imported: number;
  readonly rejected: number;
  /** Length of what is written about rejected lines; see `Rejections`. */
  readonly rejectionsLength: number;
}

/** Checkpoints of imports that have not come to their end, by what their lists begin with and how long they are. */
export type Checkpoints = Table<string, Checkpoint>;

export const openCheckpoints = (store: Store): Checkpoints =>
  store.table<string, Checkpoint>({ name: 'number-imports', key: textKey, version: 1 });
