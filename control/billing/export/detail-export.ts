import type { Clock, Timer } from '../../base/clock.ts';
import { textKey } from '../../store/keys.ts';
import type { Store } from '../../store/store.ts';
import type { Table } from '../../store/table.ts';
import type { Details, NumberedDetail } from '../details.ts';
import type { DetailsConfig } from './config.ts';
import { csv, jsonLines, type DetailFormat } from './formats.ts';
import { PartFiles, prepareDirectory, removeOldFiles } from './part-files.ts';

/** Records written in one go; other work has its turn between two. */
const sliceRows = 250;
const roundPauseMs = 1_000;
const failurePauseMs = 60_000;
const minuteMs = 60_000;
const dayMs = 86_400_000;
const kilobyte = 1_000;

/** The key of the only row. */
const theOne = 'progress';

/** How far the export is. Kept in the store. */
interface Progress {
  /** The number of the first record that is in no finished file. */
  readonly next: number;
  /** The last record of the files that are being given their names; null: none are. */
  readonly closing: number | null;
}

export interface DetailExportOptions {
  readonly store: Store;
  readonly details: Details;
  readonly clock: Clock;
  readonly directory: string;
  readonly config: DetailsConfig;
  readonly currency: string;
  /** Told when the files cannot be written; it is tried again. */
  readonly failed: (reason: string) => void;
}

/**
 * Writes the detail records to files, each record to one file of each form. What a file will hold is on disk before it
 * gets its name, which is that of its first record: after a crash the same file is written again, neither losing nor
 * doubling a record. Records that are in a file and old enough are removed from the store.
 */
export class DetailExport {
  private readonly options: DetailExportOptions;
  private readonly formats: readonly DetailFormat[];
  private readonly table: Table<string, Progress>;
  private progress: Progress;
  private part: PartFiles | undefined;
  private prepared = false;
  private filesLookedAtMs = 0;
  private timer: Timer | undefined;
  private underWay: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(options: DetailExportOptions) {
    const { store, config } = options;
    this.options = options;
    this.formats = [...(config.jsonl ? [jsonLines] : []), ...(config.csv ? [csv] : [])];
    this.table = store.table<string, Progress>({ name: 'details-export', key: textKey, version: 1 });
    this.progress = this.table.get(theOne) ?? { next: 1, closing: null };
  }

  start(): void {
    if (this.formats.length > 0) this.schedule(0);
  }

  /** Ends what is under way. A file that is not full is begun again by the next start. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.timer?.cancel();
    await this.underWay;
    await this.abandon();
  }

  /** Brings the files up to date with what has been committed, and removes what is old. */
  async round(): Promise<void> {
    const { config, directory, clock } = this.options;
    await this.prepare();
    await this.write();
    await this.prune();
    if (config.fileDays === 0 || clock.now() < this.filesLookedAtMs + 60 * minuteMs) return;
    this.filesLookedAtMs = clock.now();
    await removeOldFiles(directory, clock.now() - config.fileDays * dayMs);
  }

  private schedule(pauseMs: number): void {
    if (this.stopped) return;
    this.timer = this.options.clock.after(pauseMs, () => {
      this.underWay = this.round().then(
        () => this.schedule(roundPauseMs),
        async (error: unknown) => {
          this.options.failed(error instanceof Error ? error.message : String(error));
          this.prepared = false;
          await this.abandon();
          this.schedule(failurePauseMs);
        },
      );
    });
  }

  /** Once, and after each failure: finishes what was being given its name. */
  private async prepare(): Promise<void> {
    if (this.prepared) return;
    await prepareDirectory(this.options.directory);
    const { next, closing } = this.progress;
    if (closing !== null) {
      for (let at = next; at <= closing;) at = await this.append(this.slice(at, closing));
      await this.close(true);
    }
    this.prepared = true;
  }

  private async write(): Promise<void> {
    const { clock, config } = this.options;
    while (!this.stopped) {
      const rows = this.slice((this.part?.last ?? this.progress.next - 1) + 1, Infinity);
      if (rows.length > 0) await this.append(rows);
      const { part } = this;
      if (part === undefined) return;
      const isFull = part.bytes >= config.fileKilobytes * kilobyte;
      const isOld = clock.now() - part.first.atMs >= config.fileMinutes * minuteMs;
      if (isFull || (isOld && rows.length < sliceRows)) await this.close(false);
      if (rows.length < sliceRows) return;
    }
  }

  private slice(from: number, to: number): readonly NumberedDetail[] {
    const rows: NumberedDetail[] = [];
    for (const detail of this.options.details.from(from)) {
      if (detail.number > to) break;
      rows.push(detail);
      if (rows.length === sliceRows) break;
    }
    return rows;
  }

  /** Gives the number after the last of `rows`. */
  private async append(rows: readonly NumberedDetail[]): Promise<number> {
    const { directory, currency } = this.options;
    const [first] = rows;
    if (first === undefined) throw new Error(`detail records from ${this.progress.next} on are missing`);
    this.part ??= await PartFiles.create(directory, this.formats, currency, first);
    await this.part.append(rows);
    return this.part.last + 1;
  }

  private async close(again: boolean): Promise<void> {
    const { part } = this;
    if (part === undefined) return;
    await this.keep({ next: part.first.number, closing: part.last });
    await part.finish(again);
    await this.keep({ next: part.last + 1, closing: null });
    this.part = undefined;
  }

  private keep(progress: Progress): Promise<void> {
    this.progress = progress;
    this.table.put(theOne, progress);
    return this.options.store.durable();
  }

  private async prune(): Promise<void> {
    const { config, details, clock, store } = this.options;
    if (config.storeDays === 0) return;
    const beforeMs = clock.now() - config.storeDays * dayMs;
    for (let more = true; more && !this.stopped;) {
      more = details.prune(this.progress.next, beforeMs);
      await store.durable();
    }
  }

  private async abandon(): Promise<void> {
    await this.part?.abandon();
    this.part = undefined;
  }
}
