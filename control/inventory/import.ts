import { parse, type CsvError } from 'csv-parse';
import { pipeline, type Readable } from 'node:stream';
import { fail, ok, type Result } from '../base/result.ts';
import type { Inventory } from './inventory.ts';
import { columns, parseListing, type Cells, type Column, type Listing } from './listing.ts';

/** A line of the file that was not taken, counted from 1, and why. */
export interface RejectedLine {
  readonly line: number;
  readonly reason: string;
}

interface ParsedRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** Rows in a transaction: as long as one of these takes, other writers of the node wait. */
const batchRows = 200;
const recordBytesMax = 65_536;
const required: readonly Column[] = ['e164', 'country', 'type'];

/**
 * Reads a carrier's list (CSV, RFC 4180, UTF-8) into the inventory, in transactions of 200 rows. The header line names
 * the columns, in any order: `e164`, `country` and `type` must be there, the others (see `columns`) may be. Importing
 * a list again renews what is known of its numbers and leaves assignments alone. Gives the number of lines taken, new
 * or not; rejects only with errors of `input` and the store.
 */
export async function importNumbers(
  inventory: Inventory,
  input: Readable,
  onRejected: (rejected: RejectedLine) => void,
): Promise<number> {
  // What the parser itself could not read. It is ahead of the loop below by what its buffer holds, so these wait there
  // for their place among the lines.
  const unread: RejectedLine[] = [];
  const rejectUnread = (before: number): void => {
    while (unread[0] !== undefined && unread[0].line < before) onRejected(unread.shift() as RejectedLine);
  };
  const parser = parse({
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: recordBytesMax,
    skip_records_with_error: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    on_skip: (error) => {
      const line = lineOf(error);
      // Several faults may be found in one line; the first says enough.
      if (unread.at(-1)?.line !== line) unread.push({ line, reason: reasonOf(error) });
      return undefined;
    },
  });
  // The parser fails with whatever `input` fails with, and that ends the loop below.
  pipeline(input, parser, () => undefined);
  let header: readonly Column[] | undefined;
  let imported = 0;
  let batch: Listing[] = [];
  const flush = async (): Promise<void> => {
    await inventory.add(batch);
    imported += batch.length;
    batch = [];
  };
  for await (const { record, info } of parser as AsyncIterable<ParsedRecord>) {
    rejectUnread(info.lines);
    if (header === undefined) {
      const parsed = parseHeader(record);
      if (!parsed.ok) {
        onRejected({ line: info.lines, reason: parsed.error });
        return 0;
      }
      header = parsed.value;
      continue;
    }
    const listing = parseRecord(header, record);
    if (!listing.ok) onRejected({ line: info.lines, reason: listing.error });
    else if (batch.push(listing.value) >= batchRows) await flush();
  }
  rejectUnread(Infinity);
  if (header === undefined) onRejected({ line: 1, reason: 'the file has no header line' });
  await flush();
  return imported;
}

function parseHeader(record: readonly string[]): Result<readonly Column[], string> {
  const names = record.map((name) => name.trim().toLowerCase());
  for (const name of names) {
    if (!isColumn(name)) return fail(`unknown column ${JSON.stringify(name.slice(0, 40))}`);
  }
  const header = names.filter(isColumn);
  const missing = required.filter((name) => !header.includes(name));
  if (missing.length > 0) return fail(`the header line lacks ${missing.join(', ')}`);
  if (new Set(header).size < header.length) return fail('the header line names a column twice');
  return ok(header);
}

const isColumn = (name: string): name is Column => (columns as readonly string[]).includes(name);

function parseRecord(header: readonly Column[], record: readonly string[]): Result<Listing, string> {
  if (record.length !== header.length) {
    return fail(`expected ${header.length} cells, found ${record.length}`);
  }
  const cells: Cells = Object.fromEntries(header.map((name, index) => [name, record[index] ?? '']));
  return parseListing(cells);
}

const lineOf = (error: CsvError | undefined): number => (typeof error?.lines === 'number' ? error.lines : 0);

function reasonOf(error: CsvError | undefined): string {
  if (error?.code === 'CSV_QUOTE_NOT_CLOSED') return 'a quote is not closed: nothing after it was read';
  if (error?.code === 'CSV_MAX_RECORD_SIZE') {
    return `a record of more than ${recordBytesMax} bytes, or a quote that is not closed: nothing after it was read`;
  }
  return 'not CSV: a quote in the midst of a cell';
}
