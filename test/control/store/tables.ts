import { textKey } from '../../../control/store/keys.ts';
import type { TableSpec } from '../../../control/store/table.ts';

/** A table of numbers, for tests. */
export const pairTable = (name: string): TableSpec<string, number> => ({ name, key: textKey, version: 1 });
