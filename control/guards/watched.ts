import type { Clock } from '../base/clock.ts';
import { textKey } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import type { Table, TableSpec } from '../store/table.ts';

const revisionTable: TableSpec<string, number> = { name: 'guard-revisions', key: textKey, version: 1 };

/** How often it is looked whether a table has changed. */
const lookMs = 1_000;
/** Rows read in one turn of the event loop. */
const slice = 5_000;

/** How the rows of a table become what is asked many times a second. */
export interface ViewOf<Key, Row, View> {
  readonly empty: () => View;
  readonly add: (view: View, key: Key, row: Row) => void;
}

/**
 * A table that is held in memory as a whole, for it is asked on the path of every message: what any process writes is
 * seen within about a second. A long table is read anew in slices, and takes the place of the old one at once.
 */
export class Watched<Key, Row, View> {
  readonly table: Table<Key, Row>;
  private readonly spec: TableSpec<Key, Row>;
  private readonly store: Store;
  private readonly clock: Clock;
  private readonly how: ViewOf<Key, Row, View>;
  private readonly revisions: Table<string, number>;
  private revision = 0;
  private nextLookMs = -Infinity;
  private loading = false;
  private current: View;

  constructor(store: Store, spec: TableSpec<Key, Row>, clock: Clock, how: ViewOf<Key, Row, View>) {
    this.store = store;
    this.spec = spec;
    this.clock = clock;
    this.how = how;
    this.table = store.table(spec);
    this.revisions = store.table(revisionTable);
    this.current = how.empty();
  }

  /** The rows as they were at most about a second ago. */
  get view(): View {
    const nowMs = this.clock.monotonic();
    if (nowMs >= this.nextLookMs && !this.loading) {
      this.nextLookMs = nowMs + lookMs;
      const revision = this.revisions.get(this.spec.name) ?? 0;
      if (revision !== this.revision) this.load(revision, this.how.empty(), undefined);
    }
    return this.current;
  }

  /** Changes rows alone, and says so to every process. Resolves once on disk. */
  change<T>(change: (table: Table<Key, Row>) => T): Promise<T> {
    return this.store.transact(() => {
      const result = change(this.table);
      this.revisions.put(this.spec.name, (this.revisions.get(this.spec.name) ?? 0) + 1);
      this.nextLookMs = -Infinity;
      return result;
    });
  }

  private load(revision: number, view: View, from: Key | undefined): void {
    let seen = 0;
    let last: Key | undefined;
    // The row that the slice before this one ended with is met twice, which changes nothing.
    for (const [key, row] of this.table.entries({
      limit: slice,
      ...(from === undefined ? {} : { start: from }),
    })) {
      this.how.add(view, key, row);
      seen++;
      last = key;
    }
    this.loading = seen === slice;
    if (this.loading) setImmediate(() => this.load(revision, view, last));
    else {
      this.current = view;
      this.revision = revision;
    }
  }
}
