import { open, type RootDatabase, type Database } from 'lmdb';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Table, type TableSpec, type WriteListener } from './table.ts';

/** What the store tells its observer after each group commit. */
export interface CommitReport {
  /** From the first write of the group to its data being on disk. */
  readonly durationMs: number;
}

/**
 * The books on disk: one LMDB environment for each node, which the edge and the `strowger` command may both have
 * open. Writes of one event turn form one transaction; a promise from here resolves only after that transaction
 * has been synced to disk, so whoever awaits it may acknowledge.
 */
export class Store implements WriteListener {
  private readonly root: RootDatabase<Buffer, Buffer>;
  private readonly tables = new Map<string, Table<unknown, unknown>>();
  private closed: Promise<void> | undefined;
  private readonly onCommit: (report: CommitReport) => void;
  private lastGroup: Promise<unknown> = Promise.resolve();

  constructor(directory: string, onCommit: (report: CommitReport) => void = () => undefined) {
    mkdirSync(directory, { recursive: true, mode: 0o750 });
    this.onCommit = onCommit;
    this.root = open<Buffer, Buffer>({
      path: join(directory, 'store.lmdb'),
      maxDbs: 128,
      encoding: 'binary',
      keyEncoding: 'binary',
      // With overlapping sync a commit's promise resolves before its data is on disk. We acknowledge on it.
      overlappingSync: false,
    });
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
    const table = new Table<Key, Row>(spec, database, this);
    this.tables.set(spec.name, table as unknown as Table<unknown, unknown>);
    return table;
  }

  /**
   * Everything put and removed before this call is on disk when it resolves. The puts of one synchronous stretch of
   * code are one transaction: after a crash all of them are there or none.
   */
  async durable(): Promise<void> {
    await this.lastGroup;
  }

  /** The tables tell of each write here. Groups commit in order, so the last one stands for all. */
  written(group: Promise<boolean>): void {
    if (group === this.lastGroup) return;
    this.lastGroup = group;
    const begunMs = performance.now();
    group.then(
      () => this.onCommit({ durationMs: performance.now() - begunMs }),
      // Whoever acknowledges awaits `durable` and hears of the failure there.
      () => undefined,
    );
  }

  /**
   * Read, decide, write, alone: no other writer, in this process or another, is between the reads and the writes
   * of `change`. For what is rare (buying a number, changing an account); the message path uses `durable`.
   * Resolves once on disk; if `change` throws, nothing is written.
   */
  async transact<T>(change: () => T): Promise<T> {
    return this.root.childTransaction(change);
  }

  /** Bytes that the environment occupies in its file. */
  get sizeBytes(): number {
    const stats = this.root.getStats() as { pageSize?: number; lastPageNumber?: number };
    return (stats.pageSize ?? 0) * ((stats.lastPageNumber ?? 0) + 1);
  }

  /** A consistent, compacted copy in `directory`, made while writers go on. */
  async backup(directory: string): Promise<void> {
    mkdirSync(directory, { recursive: true, mode: 0o750 });
    await this.root.backup(join(directory, 'store.lmdb'), true);
  }

  /** Commits what is waiting and lets go of the file. Closing again changes nothing. */
  close(): Promise<void> {
    this.closed ??= this.durable().then(() => this.root.close());
    return this.closed;
  }
}
