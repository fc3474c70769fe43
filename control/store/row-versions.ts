import { textKey } from './keys.ts';
import type { Table, TableSpec } from './table.ts';

/** The versions of the tables whose rows have changed their shape, as this build has them; all others are at 1. */
export const rowVersions: Readonly<Record<string, number>> = {
  'account-tokens': 2,
  'api-keys': 2,
  'request-limits': 2,
  'number-lives': 2,
  calls: 2,
  recordings: 2,
  transcriptions: 2,
  inbox: 2,
  messages: 3,
};

/** By a table's name, the newest version in which rows of it have been written; none is noted for 1. */
export const notedTable: TableSpec<string, number> = {
  name: 'row-versions',
  key: textKey,
  version: 1,
  readsOwnWrites: true,
};

/** Why a build with these versions must not work on a store; undefined if it may. */
export function versionFault(
  noted: Table<string, number>,
  versions: Readonly<Record<string, number>>,
): string | undefined {
  for (const [name, version] of noted.entries()) {
    const ours = versions[name] ?? 1;
    if (version > ours)
      return (
        `a newer build has written to this store (table ${name}: version ${version}, here ${ours}): ` +
        'install that build, or restore the backup made before the upgrade'
      );
  }
  return undefined;
}

/**
 * What a table does before it writes, until that says true: its version is noted for good. Undefined: there is nothing
 * to note. `alone`: whether a transaction is under way, which may yet be given up.
 */
export function noteOf(
  noted: Table<string, number>,
  { name, version }: { readonly name: string; readonly version: number },
  alone: () => boolean,
): (() => boolean) | undefined {
  const isNoted = (): boolean => (noted.get(name) ?? 1) >= version;
  if (isNoted()) return undefined;
  return () => {
    if (!isNoted()) noted.put(name, version);
    return !alone();
  };
}
