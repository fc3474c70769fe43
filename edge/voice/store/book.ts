import { isSid, sidBytes, sidOf, type Sid } from '../../../control/base/sid.ts';
import { FacetIndex, type Facet, type Page, type PageQuery } from '../../../control/store/facets.ts';
import type { Store } from '../../../control/store/store.ts';
import type { Table, TableSpec } from '../../../control/store/table.ts';

/** How the rows of a book are found. */
export interface BookSpec<Row> {
  readonly table: TableSpec<Sid, Row>;
  /** Of the SIDs. */
  readonly prefix: string;
  /** The lists that a row is in. */
  readonly facets: (row: Row) => readonly Facet[];
}

/** Rows by SID, and lists of them, newest first. Writes join the store's group; whoever acknowledges awaits it. */
export class Book<Row extends { readonly sid: Sid }> {
  private readonly spec: BookSpec<Row>;
  private readonly rows: Table<Sid, Row>;
  private readonly index: FacetIndex;

  constructor(store: Store, spec: BookSpec<Row>) {
    this.spec = spec;
    this.rows = store.table(spec.table);
    this.index = new FacetIndex(store, `${spec.table.name}-index`);
  }

  get(sid: Sid): Row | undefined {
    return isSid(sid, this.spec.prefix) ? this.rows.get(sid) : undefined;
  }

  /** Enters a row, or writes it anew. */
  put(row: Row): Row {
    const before = this.rows.get(row.sid);
    this.rows.put(row.sid, row);
    this.index.move(
      before === undefined ? [] : this.spec.facets(before),
      this.spec.facets(row),
      sidBytes(row.sid),
    );
    return row;
  }

  /** Changes a row as it is now; undefined if there is none. */
  change(sid: Sid, change: Partial<Omit<Row, 'sid'>>): Row | undefined {
    const before = this.rows.get(sid);
    return before === undefined ? undefined : this.put({ ...before, ...change });
  }

  remove(row: Row): void {
    this.rows.remove(row.sid);
    this.index.move(this.spec.facets(row), [], sidBytes(row.sid));
  }

  /** Every row of a list that holds few, oldest first; `fits` leaves rows out. */
  all(facet: Facet, fits: (row: Row) => boolean = () => true): readonly Row[] {
    const rows: Row[] = [];
    for (const [member] of this.index.ascending(facet)) {
      const row = this.rows.get(sidOf(this.spec.prefix, member));
      if (row !== undefined && fits(row)) rows.push(row);
    }
    return rows;
  }

  /** One page of a list; `fits` leaves rows out. */
  list(facet: Facet, page: PageQuery<Sid>, fits: (row: Row) => boolean = () => true): Page<Row, Sid> {
    return this.index.newestSids(facet, this.spec.prefix, page, (sid) => {
      const row = this.rows.get(sid);
      return row !== undefined && fits(row) ? row : undefined;
    });
  }
}
