import type { TableSpec } from '../store/table.ts';

/** An envelope as the newest key seals it. */
export type Reseal = (envelope: Buffer, context: string) => Buffer;

/** A table that has sealed columns: whoever seals into a table says here how its rows are sealed anew. */
export interface SealedTable<Key, Row> {
  readonly spec: TableSpec<Key, Row>;
  /** The row with each envelope in it put through `reseal`, in the context that it was sealed in. */
  readonly reseal: (row: Row, reseal: Reseal, key: Key) => Row;
}

/** One of any kind, for lists of them. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- keys and rows are each table's own
export type AnySealedTable = SealedTable<any, any>;
