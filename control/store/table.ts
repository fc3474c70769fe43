import type { Database } from 'lmdb';
import { Packr } from 'msgpackr';
import type { KeyCodec } from './keys.ts';

/**
 * The specification of a table. A row is kept as `[version, packed]` in MessagePack. A change of its shape raises
 * `version` and adds the step from the version before to `upgrades`, so that a new build reads an old store.
 */
export interface TableSpec<Key, Row> {
  readonly name: string;
  readonly key: KeyCodec<Key>;
  readonly version: number;
  /** The row as it is kept; default: the row itself. Hot tables give an array, which spares them the names. */
  readonly pack?: (row: Row) => unknown;
  readonly unpack?: (packed: unknown, key: Key) => Row;
  /** `upgrades[n]` turns what version n packed into what version n + 1 packs. */
  readonly upgrades?: Readonly<Record<number, (packed: unknown) => unknown>>;
  /** The row is bytes, kept as they are: for rows that carry next to nothing, where a version would be most of it. */
  readonly plain?: boolean;
  /** Reads see rows that are written but not yet committed. For rows that change several times in a moment. */
  readonly readsOwnWrites?: boolean;
  /**
   * A write of a row is in no hurry to be committed: it may wait some milliseconds for company, unless somebody awaits
   * `Store.durable`. For rows that change often, and whose last change nobody acknowledges.
   */
  readonly unhurried?: boolean;
}

export interface Range<Key> {
  readonly start?: Key;
  /** Exclusive. */
  readonly end?: Key;
  /** Walk from `start` downwards to `end` (then `start` is the greater). */
  readonly reverse?: boolean;
  readonly limit?: number;
}

interface Uncommitted<Row> {
  readonly row: Row | undefined;
  readonly group: number;
}

/**
 * Told of a change of a row, before it is written: what it writes itself is committed with the change or not at all.
 * Undefined stands for no row.
 */
export type Witness = (key: unknown, before: unknown, after: unknown) => void;

/** Where a table's writes go: into a group, whose promise resolves once it is on disk, or a transaction of its own. */
export interface Writer {
  write(
    database: Database<Buffer, Buffer>,
    key: Buffer,
    value: Buffer | undefined,
  ): Promise<void> | undefined;
}

const packr = new Packr({ useRecords: false, copyBuffers: true });

/** A typed table. Writes join the store's current group; see `Store.durable` and `Store.transact`. */
export class Table<Key, Row> {
  private readonly spec: TableSpec<Key, Row>;
  private readonly database: Database<Buffer, Buffer>;
  private readonly writer: Writer;
  private readonly uncommitted = new Map<string, Uncommitted<Row>>();
  private group = 0;
  private groupPromise: Promise<void> | undefined;
  private readonly witnesses: readonly Witness[];
  private note: (() => boolean) | undefined;

  /** `note` is called before each put until it says true. */
  constructor(
    spec: TableSpec<Key, Row>,
    database: Database<Buffer, Buffer>,
    writer: Writer,
    witnesses: readonly Witness[] = [],
    note?: () => boolean,
  ) {
    this.spec = spec;
    this.database = database;
    this.writer = writer;
    this.witnesses = witnesses;
    this.note = note;
  }

  get(key: Key): Row | undefined {
    const bytes = this.spec.key.encode(key);
    if (this.uncommitted.size > 0) {
      const waiting = this.uncommitted.get(bytes.toString('latin1'));
      if (waiting !== undefined) return waiting.row;
    }
    const value = this.database.getBinaryFast(bytes);
    return value === undefined ? undefined : this.decode(value, key);
  }

  has(key: Key): boolean {
    return this.get(key) !== undefined;
  }

  put(key: Key, row: Row): void {
    if (this.witnesses.length > 0) this.tell(key, row);
    if (this.note?.() === true) this.note = undefined;
    const bytes = this.spec.key.encode(key);
    this.remember(bytes, row, this.writer.write(this.database, bytes, this.encode(row)));
  }

  remove(key: Key): void {
    if (this.witnesses.length > 0) this.tell(key, undefined);
    const bytes = this.spec.key.encode(key);
    this.remember(bytes, undefined, this.writer.write(this.database, bytes, undefined));
  }

  /** Committed rows in key order. Stop iterating to stop reading. */
  *entries(range: Range<Key> = {}): IterableIterator<readonly [Key, Row]> {
    for (const { key, value } of this.database.getRange(this.bounds(range))) {
      const decoded = this.spec.key.decode(key);
      yield [decoded, this.decode(value, decoded)];
    }
  }

  /** Committed keys in order; cheaper than `entries` where the row is not looked at. */
  *keys(range: Range<Key> = {}): IterableIterator<Key> {
    for (const key of this.database.getKeys(this.bounds(range))) yield this.spec.key.decode(key);
  }

  /** How many committed rows there are, as LMDB keeps count of them. */
  get size(): number {
    return (this.database.getStats() as { readonly entryCount: number }).entryCount;
  }

  /** How many committed rows a range holds; walks them. */
  count(range: Range<Key> = {}): number {
    return this.database.getKeysCount(this.bounds(range));
  }

  private tell(key: Key, after: Row | undefined): void {
    const before = this.get(key);
    for (const witness of this.witnesses) witness(key, before, after);
  }

  private bounds(range: Range<Key>): { start?: Buffer; end?: Buffer; reverse: boolean; limit?: number } {
    const { key } = this.spec;
    return {
      reverse: range.reverse ?? false,
      ...(range.start === undefined ? {} : { start: key.encode(range.start) }),
      ...(range.end === undefined ? {} : { end: key.encode(range.end) }),
      ...(range.limit === undefined ? {} : { limit: range.limit }),
    };
  }

  private encode(row: Row): Buffer {
    const { plain, pack, version } = this.spec;
    if (plain === true) return row as Buffer;
    return packr.pack([version, pack === undefined ? row : pack(row)]);
  }

  private decode(value: Buffer, key: Key): Row {
    // LMDB's own bytes are gone with the transaction that reads them. What it hands over is a buffer of any size, whose
    // `length` alone says how much of it is the row.
    if (this.spec.plain === true) return Buffer.from(value.subarray(0, value.length)) as Row;
    const [version, kept] = packr.unpack(value) as [number, unknown];
    let packed = kept;
    for (let from = version; from < this.spec.version; from++) {
      const upgrade = this.spec.upgrades?.[from];
      if (upgrade === undefined) throw new Error(`table ${this.spec.name}: no upgrade from version ${from}`);
      packed = upgrade(packed);
    }
    if (version > this.spec.version) {
      throw new Error(`table ${this.spec.name}: written by a newer build (version ${version})`);
    }
    return this.spec.unpack === undefined ? (packed as Row) : this.spec.unpack(packed, key);
  }

  /** Where the table reads its own writes, remembers the row until its group commits. */
  private remember(bytes: Buffer, row: Row | undefined, group: Promise<void> | undefined): void {
    if (this.spec.readsOwnWrites !== true || group === undefined) return;
    if (group !== this.groupPromise) {
      const number = ++this.group;
      this.groupPromise = group;
      const forget = (): void => this.forget(number);
      group.then(forget, forget);
    }
    this.uncommitted.set(bytes.toString('latin1'), { row, group: this.group });
  }

  /** Groups commit in order, so the oldest entries of the map belong to the group that has just been committed. */
  private forget(group: number): void {
    for (const [key, entry] of this.uncommitted) if (entry.group <= group) this.uncommitted.delete(key);
  }
}
