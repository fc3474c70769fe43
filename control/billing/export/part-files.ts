import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { NumberedDetail } from '../details.ts';
import type { DetailFormat } from './formats.ts';

const partPrefix = '.part.';
const finishedName = /^details-\d{12}\.[a-z]+$/;

const nameOf = (first: number, extension: string): string =>
  `details-${String(first).padStart(12, '0')}.${extension}`;

/** The files that are being written, one for each form: found by nobody until they are finished. */
export class PartFiles {
  readonly first: NumberedDetail;
  /** The number of the last record. */
  last: number;
  /** Of the largest. */
  bytes = 0;
  private readonly directory: string;
  private readonly currency: string;
  private readonly files: readonly {
    readonly format: DetailFormat;
    readonly handle: FileHandle;
    bytes: number;
  }[];

  private constructor(directory: string, currency: string, first: NumberedDetail, files: PartFiles['files']) {
    this.directory = directory;
    this.currency = currency;
    this.first = first;
    this.last = first.number - 1;
    this.files = files;
  }

  static async create(
    directory: string,
    formats: readonly DetailFormat[],
    currency: string,
    first: NumberedDetail,
  ): Promise<PartFiles> {
    const files = [];
    for (const format of formats) {
      const handle = await open(join(directory, `${partPrefix}${format.extension}`), 'w', 0o640);
      await handle.writeFile(format.head);
      files.push({ format, handle, bytes: format.head.length });
    }
    return new PartFiles(directory, currency, first, files);
  }

  async append(details: readonly NumberedDetail[]): Promise<void> {
    for (const file of this.files) {
      const lines = Buffer.from(details.map((detail) => file.format.line(detail, this.currency)).join(''));
      await file.handle.writeFile(lines);
      file.bytes += lines.length;
      this.bytes = Math.max(this.bytes, file.bytes);
    }
    this.last = details.at(-1)?.number ?? this.last;
  }

  /**
   * Gives the files their names, once they are on disk. Where others have these names (a restored store numbers again
   * from where its copy was made), those are set aside, unless `again`: then they are what an interrupted finish left.
   */
  async finish(again: boolean): Promise<void> {
    for (const { format, handle } of this.files) {
      await handle.sync();
      await handle.close();
      const target = join(this.directory, nameOf(this.first.number, format.extension));
      if (!again && (await exists(target))) await rename(target, `${target}.superseded`);
      await rename(join(this.directory, `${partPrefix}${format.extension}`), target);
    }
    await syncDirectory(this.directory);
  }

  /** Lets go of what is not finished. */
  async abandon(): Promise<void> {
    for (const { handle } of this.files) await handle.close().catch(() => undefined);
  }
}

/** Makes the directory if it is not there, and clears away what was not finished. */
export async function prepareDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o750 });
  for (const name of await readdir(directory)) {
    if (name.startsWith(partPrefix)) await rm(join(directory, name), { force: true });
  }
}

/** Removes finished files that were written before a time in Unix ms. */
export async function removeOldFiles(directory: string, beforeMs: number): Promise<void> {
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    if (finishedName.test(name) && (await stat(path)).mtimeMs < beforeMs) await rm(path, { force: true });
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
