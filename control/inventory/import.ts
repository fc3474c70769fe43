import { createHash, hash } from 'node:crypto';
import type { Store } from '../store/store.ts';
import { Batch } from './batch.ts';
import { readRecord, recordMax, type CsvFault } from './csv-record.ts';
import { openCheckpoints, type Checkpoint, type Checkpoints } from './import-checkpoints.ts';
import { ImportLines, parseHeader, type ProfileRoom } from './import-lines.ts';
import type { Inventory } from './inventory.ts';
import type { Column } from './listing.ts';

/** A line of the file that was not taken, counted from 1, and why. */
export interface RejectedLine {
  readonly line: number;
  readonly reason: string;
}

/** Where rejected lines go, as many as there may be. */
export interface Rejections {
  /** `text`: the line itself. */
  add(rejected: RejectedLine, text: string): void;
  /** Writes what has been added; gives the length of all that is written. */
  flush(): number;
  /** Goes back to what was written when `flush` gave this; false if that is not there any more. 0: begins anew. */
  rewind(length: number): boolean;
}

/** A carrier's list. */
export interface ListFile {
  readonly sizeBytes: number;
  /** Its bytes from this one on. */
  read(fromByte: number): AsyncIterable<Buffer>;
}

export interface ImportProgress {
  readonly bytes: number;
  readonly imported: number;
}

export interface ImportOptions {
  readonly onProgress?: (progress: ImportProgress) => void;
  /** Numbers that are gathered before they are written. */
  readonly windowNumbers?: number;
}

export interface Imported {
  /** Numbers, new or not. */
  readonly imported: number;
  /** Lines. */
  readonly rejected: number;
}

/** Blocks in a transaction, some milliseconds: as long as one of these takes, other writers of the node wait. */
const blocksAtOnce = 100;
/** The more numbers are written together, the fewer blocks are written twice where a list is in no order. */
const windowDefault = 1_000_000;
/** Kinds of lines that are remembered; a list in which each line is of its own kind costs no more memory. */
const kindsMax = 65_536;
/** By these and its size a list is known again. */
const fingerprintBytes = 65_536;

const faultWords: Readonly<Record<CsvFault, string>> = {
  quote: 'not CSV: a quote in the midst of a cell',
  unclosed: 'a quote is not closed: nothing after it was read',
  long: `a record of more than ${recordMax} bytes, or a quote that is not closed: nothing after it was read`,
};

/**
 * Reads a carrier's list (CSV, RFC 4180, UTF-8) into the inventory. The header line names the columns, in any order:
 * `e164`, `country` and `type` must be there, the others (see `columns`) may be; lines are read fastest where `e164` is
 * the first. Importing a list again renews what is known of its numbers and leaves assignments alone; importing one whose
 * import was interrupted goes on where that was. Rejects only with errors of `file` and the store.
 */
export async function importNumbers(
  { inventory, store }: { readonly inventory: Inventory; readonly store: Store },
  file: ListFile,
  rejections: Rejections,
  options: ImportOptions = {},
): Promise<Imported> {
  return new ImportRun(inventory, openCheckpoints(store), file, rejections, options).run();
}

class ImportRun implements ProfileRoom {
  private readonly inventory: Inventory;
  private readonly checkpoints: Checkpoints;
  private readonly file: ListFile;
  private readonly rejections: Rejections;
  private readonly onProgress: (progress: ImportProgress) => void;
  private readonly windowNumbers: number;
  /** Of what the list begins with: the name of its checkpoint. */
  private name = '';
  /** Of the bytes before `offset`, behind which nothing has been looked at. */
  private digest = createHash('sha256');
  private offset = 0;
  private lines = 0;
  private imported = 0;
  private rejected = 0;
  private header: readonly Column[] | undefined;
  private batch = new Batch();
  private taker: ImportLines | undefined;
  private room: number;
  /** Nothing behind this place can be read. */
  private isLost = false;

  constructor(
    inventory: Inventory,
    checkpoints: Checkpoints,
    file: ListFile,
    rejections: Rejections,
    { onProgress = () => undefined, windowNumbers = windowDefault }: ImportOptions,
  ) {
    this.inventory = inventory;
    this.checkpoints = checkpoints;
    this.file = file;
    this.rejections = rejections;
    this.onProgress = onProgress;
    this.windowNumbers = windowNumbers;
    this.room = inventory.profileRoom();
  }

  async run(): Promise<Imported> {
    await this.begin();
    let text = '';
    for await (const chunk of this.file.read(this.offset)) {
      text = await this.work(text + chunk.toString('latin1'), false);
      if (this.isLost) break;
      this.onProgress({ bytes: this.offset, imported: this.imported });
    }
    await this.work(text, true);
    if (this.header === undefined && this.rejected === 0) this.reject(1, 'the file has no header line', '');
    this.rejections.flush();
    await this.write(() => this.checkpoints.remove(this.name));
    return { imported: this.imported, rejected: this.rejected };
  }

  admits(profileText: string): boolean {
    if (this.inventory.knowsProfile(profileText)) return true;
    return this.room-- > 0;
  }

  /** Goes to where an import of this list was interrupted, if one was. */
  private async begin(): Promise<void> {
    this.name = await fingerprintOf(this.file);
    const checkpoint = this.checkpoints.get(this.name);
    const before = checkpoint && (await digestUntil(this.file, checkpoint.offset));
    const isSame = before !== undefined && before.copy().digest('base64') === checkpoint?.digest;
    if (!isSame || !this.rejections.rewind(checkpoint.rejectionsLength)) {
      this.rejections.rewind(0);
      return;
    }
    this.digest = before;
    ({ offset: this.offset, lines: this.lines } = checkpoint);
    ({ imported: this.imported, rejected: this.rejected } = checkpoint);
    this.begun(checkpoint.header);
  }

  private begun(header: readonly Column[]): void {
    this.header = header;
    this.taker = new ImportLines(header, this.batch, this);
  }

  /** Looks at all whole lines of a text, writing when there are many numbers; gives what is left of it. */
  private async work(text: string, isLast: boolean): Promise<string> {
    for (let rest = text; ;) {
      if (this.isLost) return '';
      const end = this.lookAt(rest, isLast);
      this.digest.update(rest.slice(0, end), 'latin1');
      this.offset += end;
      rest = rest.slice(end);
      if (!this.isFull) return rest;
      await this.write(this.checkpoint());
    }
  }

  private get isFull(): boolean {
    return this.batch.size >= this.windowNumbers || (this.taker?.kindCount ?? 0) > kindsMax;
  }

  /** Gives the place up to which the text has been taken. */
  private lookAt(text: string, isLast: boolean): number {
    if (this.offset === 0 && text.length < byteOrderMark.length && !isLast) return 0;
    let at = this.offset === 0 && text.startsWith(byteOrderMark) ? byteOrderMark.length : 0;
    while (at < text.length && !this.isFull && !this.isLost) {
      const end = text.indexOf('\n', at);
      if (end > at && this.taker !== undefined) {
        const line = text.slice(at, text[end - 1] === '\r' ? end - 1 : end);
        if (this.taker.takeQuickly(line)) {
          this.lines++;
          this.imported++;
          at = end + 1;
          continue;
        }
      }
      const record = readRecord(text, at, isLast);
      if (record.kind === 'unfinished') break;
      if (record.kind === 'record') this.take(record.cells, text.slice(at, record.end));
      else {
        this.reject(this.lines + 1, faultWords[record.fault], text.slice(at, record.end));
        this.isLost = record.fault !== 'quote';
      }
      this.lines += record.lines;
      at = record.end;
    }
    return at;
  }

  private take(cells: readonly string[], text: string): void {
    if (cells.length === 1 && cells[0] === '') return;
    if (this.taker === undefined) {
      const header = parseHeader(cells);
      if (header.ok) this.begun(header.value);
      else {
        this.reject(this.lines + 1, header.error, text);
        this.isLost = true;
      }
      return;
    }
    const taken = this.taker.take(cells);
    if (taken.ok) this.imported += taken.value;
    else this.reject(this.lines + 1, taken.error, text);
  }

  private reject(line: number, reason: string, text: string): void {
    this.rejected++;
    this.rejections.add({ line, reason }, text);
  }

  /** Writes the numbers that have been gathered, and with the last of them, what `alongside` does. */
  private async write(alongside: () => void): Promise<void> {
    const keys = Array.from(this.batch.blocks.keys()).sort();
    do {
      const some = keys.splice(0, blocksAtOnce);
      await this.inventory.addBlocks(this.batch, some, keys.length === 0 ? alongside : undefined);
    } while (keys.length > 0);
    this.batch.clear();
    if ((this.taker?.kindCount ?? 0) <= kindsMax) return;
    this.batch = new Batch();
    if (this.header !== undefined) this.begun(this.header);
  }

  /** Notes, where it is called, how far the import has come now. */
  private checkpoint(): () => void {
    const row: Checkpoint = {
      offset: this.offset,
      digest: this.digest.copy().digest('base64'),
      header: this.header ?? [],
      lines: this.lines,
      imported: this.imported,
      rejected: this.rejected,
      rejectionsLength: this.rejections.flush(),
    };
    return () => this.checkpoints.put(this.name, row);
  }
}

/** UTF-8's, as Latin-1 reads it. */
const byteOrderMark = '\u00ef\u00bb\u00bf';

/** By what it begins with and its size; what follows is looked at when it matters. */
async function fingerprintOf(file: ListFile): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of file.read(0)) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= fingerprintBytes) break;
  }
  const first = Buffer.concat(chunks).subarray(0, fingerprintBytes);
  return hash('sha256', Buffer.concat([Buffer.from(`${file.sizeBytes}\n`), first]));
}

/** Of so many bytes; undefined if there are fewer. */
async function digestUntil(
  file: ListFile,
  bytes: number,
): Promise<ReturnType<typeof createHash> | undefined> {
  const digest = createHash('sha256');
  let left = bytes;
  for await (const chunk of file.read(0)) {
    const part = chunk.subarray(0, left);
    digest.update(part);
    left -= part.length;
    if (left === 0) return digest;
  }
  return undefined;
}
