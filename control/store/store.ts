import { AsyncResource } from 'node:async_hooks';
import { open, type RootDatabase, type Database } from 'lmdb';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { GroupCommit, type Contribute } from './group-commit.ts';
import { noteOf, notedTable, rowVersions, versionFault } from './row-versions.ts';
import { Table, type TableSpec, type Witness, type Writer } from './table.ts';

/** What the store tells its observer after each group commit. */
export interface CommitReport {
  /** From the first write of the group to its data being on disk. */
  readonly durationMs: number;
}

/** What LMDB tells of an environment. */
interface Stats {
  readonly pageSize: number;
  readonly lastPageNumber: number;
  readonly mapSize: number;
}

/**
 * The books on disk: one LMDB environment for each node, which the edge and the `strowger` command may both have
 * open. Writes of one event turn form one transaction; a promise from here resolves only after that transaction
 * has been synced to disk, so whoever awaits it may acknowledge.
 */
export class Store implements Writer {
  private readonly root: RootDatabase<Buffer, Buffer>;
  private readonly tables = new Map<string, Table<unknown, unknown>>();
  private readonly witnesses = new Map<string, Witness[]>();
  private closed: Promise<void> | undefined;
  private readonly commits: GroupCommit;
  /** A transaction of `transact` is running. */
  private alone = false;
  private completed = 0;

  /** Throws if a build newer than one of these `versions` has written to it. */
  constructor(
    directory: string,
    onCommit: (report: CommitReport) => void = () => undefined,
    versions: Readonly<Record<string, number>> = rowVersions,
  ) {
    mkdirSync(directory, { recursive: true, mode: 0o750 });
    this.commits = new GroupCommit(
      (durationMs) => onCommit({ durationMs }),
      () => this.root.resetReadTxn(),
    );
    this.root = open<Buffer, Buffer>({
      path: join(directory, 'store.lmdb'),
      // Tables, a few for each room and one for each index; a row of a few bytes in each transaction.
      maxDbs: 512,
      // Address space, not memory: with room from the start the map is never laid anew, which would count every page
      // of the store as resident once for each map. LMDB still grows it if a store should outgrow it.
      mapSize: 2 ** 38,
      encoding: 'binary',
      keyEncoding: 'binary',
      // With overlapping sync a commit's promise resolves before its data is on disk. We acknowledge on it.
      overlappingSync: false,
    });
    const fault = versionFault(this.table(notedTable), versions);
    if (fault === undefined) return;
    void this.root.close();
    throw new Error(fault);
  }

  /** The table of this specification; opening it twice gives the same one. */
  table<Key, Row>(spec: TableSpec<Key, Row>): Table<Key, Row> {
    const known = this.tables.get(spec.name);
    if (known !== undefined) return known as unknown as Table<Key, Row>;
    const database: Database<Buffer, Buffer> = this.root.openDB({
      name: spec.name,
      encoding: 'binary',
      keyEncoding: 'binary',
    });
    const writer = spec.unhurried === true ? this.unhurried : this;
    const note = spec.version === 1 ? undefined : noteOf(this.table(notedTable), spec, () => this.alone);
    const table = new Table<Key, Row>(spec, database, writer, this.witnessesOf(spec.name), note);
    this.tables.set(spec.name, table as unknown as Table<unknown, unknown>);
    return table;
  }

  /** The table of this name, if anyone has opened it. */
  opened(name: string): Table<unknown, unknown> | undefined {
    return this.tables.get(name);
  }

  /** From now on `told` hears of each change of the table's rows. */
  witness(table: string, told: Witness): void {
    this.witnessesOf(table).push(told);
  }

  /** A table holds on to this list, so whoever comes later is heard, too. */
  private witnessesOf(table: string): Witness[] {
    let known = this.witnesses.get(table);
    if (known === undefined) this.witnesses.set(table, (known = []));
    return known;
  }

  /**
   * Everything put and removed before this call is on disk when it resolves. The puts of one synchronous stretch of
   * code are one transaction: after a crash all of them are there or none.
   */
  durable(): Promise<void> {
    return this.commits.settled();
  }

  /**
   * Read, decide, write, alone: no other writer, in this process or another, is between the reads and the writes
   * of `change`. For what is rare (buying a number, changing an account); the message path uses `durable`.
   * Resolves once on disk; if `change` throws, nothing is written.
   */
  async transact<T>(change: () => T): Promise<T> {
    this.commits.flush();
    // LMDB calls back when the lock is ours, in the context of whoever comes by: whoever asked acts.
    const asked = AsyncResource.bind(change);
    const result = await this.root.childTransaction(() => {
      this.alone = true;
      try {
        return asked();
      } finally {
        this.alone = false;
      }
    });
    this.root.resetReadTxn();
    this.completed++;
    return result;
  }

  /** Sums that are kept in memory join each group commit that changes them; see `Tally`. */
  joinCommits(contribute: Contribute): void {
    this.commits.join(contribute);
  }

  /** Whether a transaction of `transact` is under way: what is read now may never be committed. */
  get inTransaction(): boolean {
    return this.alone;
  }

  /** How many `transact` of this process have been committed. */
  get transactions(): number {
    return this.completed;
  }

  /** The tables write through here: into the transaction that is under way, or else into the next group. */
  write(
    database: Database<Buffer, Buffer>,
    key: Buffer,
    value: Buffer | undefined,
  ): Promise<void> | undefined {
    return this.enter(database, key, value, true);
  }

  /** For tables whose writes are in no hurry. */
  private readonly unhurried: Writer = {
    write: (database, key, value) => this.enter(database, key, value, false),
  };

  private enter(
    database: Database<Buffer, Buffer>,
    key: Buffer,
    value: Buffer | undefined,
    hurried: boolean,
  ): Promise<void> | undefined {
    if (!this.alone) return this.commits.add(database, key, value, hurried);
    void (value === undefined ? database.remove(key) : database.put(key, value));
    return undefined;
  }

  /** Bytes that the environment occupies in its file. */
  get sizeBytes(): number {
    return this.bytes.used;
  }

  /** Bytes in the file, and of address space. */
  get bytes(): { readonly used: number; readonly mapped: number } {
    const { pageSize = 0, lastPageNumber = 0, mapSize = 0 } = this.root.getStats() as Partial<Stats>;
    return { used: pageSize * (lastPageNumber + 1), mapped: mapSize };
  }

  /** How many rows each table that is open has; some microseconds for each table. */
  *rowCounts(): IterableIterator<readonly [table: string, rows: number]> {
    for (const [name, table] of this.tables) yield [name, table.size];
  }

  /** A consistent, compacted copy in `directory`, made while writers go on. */
  async backup(directory: string): Promise<void> {
    mkdirSync(directory, { recursive: true, mode: 0o750 });
    await this.root.backup(join(directory, 'store.lmdb'), true);
  }

  /** A consistent copy in one file, as large as the store's own, in which each page is where it is in the store's. */
  async snapshot(file: string): Promise<void> {
    await this.root.backup(file, false);
  }

  /** Commits what is waiting and lets go of the file. Closing again changes nothing. */
  close(): Promise<void> {
    this.closed ??= this.durable().then(() => this.root.close());
    return this.closed;
  }
}
