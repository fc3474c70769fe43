import { keyOf } from './prefix-key.ts';
import { PrefixTable } from './prefix-table.ts';

/** Rows gathered under their prefixes. */
export interface Grouped {
  readonly prefixes: PrefixTable;
  /** The rows of the prefix at place p are `order[starts[p]]` up to, without, `order[starts[p + 1]]`. */
  readonly starts: Uint32Array;
  /** Rows by their prefixes. */
  readonly order: Uint32Array;
}

/** Gathers rows by `prefixOf`, which gives the text of each row's prefix; within one in the order given. */
export const groupByPrefix = (count: number, prefixOf: (row: number) => string): Grouped =>
  groupByKey(Float64Array.from({ length: count }, (_, row) => keyOf(prefixOf(row))));

/** Gathers rows by the keys (`keyOf`) of their prefixes; within one by `compare`, then in the order given. */
export function groupByKey(
  keyOfRow: Float64Array,
  compare: (a: number, b: number) => number = () => 0,
): Grouped {
  const order = Uint32Array.from({ length: keyOfRow.length }, (_, row) => row).sort(
    (a, b) => (keyOfRow[a] as number) - (keyOfRow[b] as number) || compare(a, b) || a - b,
  );
  const keys: number[] = [];
  const starts: number[] = [];
  for (const [place, row] of order.entries()) {
    const key = keyOfRow[row] as number;
    if (key === keys.at(-1)) continue;
    keys.push(key);
    starts.push(place);
  }
  starts.push(keyOfRow.length);
  return {
    prefixes: PrefixTable.build(Float64Array.from(keys)),
    starts: Uint32Array.from(starts),
    order,
  };
}
