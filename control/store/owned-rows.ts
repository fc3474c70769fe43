import { isSid, sidBytes, type Sid } from '../base/sid.ts';
import { FacetIndex, type Facet, type Page, type PageQuery } from './facets.ts';
import { sidKey } from './keys.ts';
import type { Store } from './store.ts';
import type { Table, TableSpec } from './table.ts';

/** A row that belongs to an account. */
export interface OwnedRow {
  readonly sid: Sid;
  readonly accountSid: Sid;
}

/** The table that `OwnedRows` keeps its rows in. */
export const ownedTable = <Row extends OwnedRow>(name: string, prefix: string): TableSpec<Sid, Row> => ({
  name,
  key: sidKey(prefix),
  version: 1,
});

/**
 * Rows of one kind by SID, with the lists they are in. Every list is a facet, so a page costs the same at any length.
 * Writes join the store's current group, or the transaction that is under way.
 */
export class OwnedRows<Row extends OwnedRow> {
  private readonly rows: Table<Sid, Row>;
  private readonly index: FacetIndex;
  private readonly prefix: string;
  private readonly listsOf: (row: Row) => readonly Facet[];

  /** `prefix` is the letters of the rows' SIDs; `listsOf` names the lists that a row is in. */
  constructor(store: Store, name: string, prefix: string, listsOf: (row: Row) => readonly Facet[]) {
    this.rows = store.table(ownedTable<Row>(name, prefix));
    this.index = new FacetIndex(store, `${name}-index`);
    this.prefix = prefix;
    this.listsOf = listsOf;
  }

  /** Whoever's it is; `sid` may be any text. */
  get(sid: string): Row | undefined {
    return isSid(sid, this.prefix) ? this.rows.get(sid) : undefined;
  }

  /** An account's own row. */
  of(accountSid: Sid, sid: string): Row | undefined {
    const row = this.get(sid);
    return row?.accountSid === accountSid ? row : undefined;
  }

  /** One page of a list, newest first, of the rows that `fits` does not leave out. */
  list(list: Facet, page: PageQuery<Sid>, fits: (row: Row) => boolean = () => true): Page<Row, Sid> {
    return this.index.newestSids(list, this.prefix, page, (sid) => {
      const row = this.rows.get(sid);
      return row !== undefined && fits(row) ? row : undefined;
    });
  }

  /** Every committed row, oldest first. */
  *all(): IterableIterator<Row> {
    for (const [, row] of this.rows.entries()) yield row;
  }

  /** Every row, whoever's it is, newest first. */
  *every(): IterableIterator<Row> {
    for (const [, row] of this.rows.entries({ reverse: true })) yield row;
  }

  /** Whether a list has `count` rows or more; looks at no more than those. */
  reaches(list: Facet, count: number): boolean {
    const members = this.index.ascending(list);
    for (let found = 0; found < count; found++) if (members.next().done === true) return false;
    return true;
  }

  /** Writes a row in place of what it was before. */
  keep(row: Row, before?: Row): Row {
    this.rows.put(row.sid, row);
    this.index.move(before === undefined ? [] : this.listsOf(before), this.listsOf(row), sidBytes(row.sid));
    return row;
  }

  remove(row: Row): void {
    this.rows.remove(row.sid);
    this.index.move(this.listsOf(row), [], sidBytes(row.sid));
  }
}
