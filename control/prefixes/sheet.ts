import { parse, type CsvError } from 'csv-parse';
import { pipeline, type Readable } from 'node:stream';
import type { Result } from '../base/result.ts';

/** A line of the file, counted from 1, and what is wrong with it. */
export interface LineFault {
  readonly line: number;
  readonly reason: string;
}

/** The cells of a line by their columns, trimmed; '' where the file has no such column. */
export type Cells<Column extends string> = Readonly<Record<Column, string>>;

export interface SheetFaults {
  /** The first of them, in their order. */
  readonly faults: readonly LineFault[];
  readonly count: number;
}

/** Faults that are told of one file; the others are counted. */
export const faultsKept = 1000;
const recordBytesMax = 65_536;

/**
 * Reads a CSV (RFC 4180, UTF-8) whose header line names the columns, in any order, and hands each line to `take`, which
 * gives a fault's words or undefined. Every line is read whatever is wrong with those before it, so that all faults are
 * told at once. Rejects only with errors of `input`.
 */
export async function readSheet<Column extends string>(
  input: Readable,
  { columns, required }: { readonly columns: readonly Column[]; readonly required: readonly Column[] },
  take: (cells: Cells<Column>, line: number) => string | undefined,
): Promise<Result<null, SheetFaults>> {
  const faults: LineFault[] = [];
  let count = 0;
  const fault = (line: number, reason: string): void => {
    count++;
    if (faults.length < faultsKept) faults.push({ line, reason });
  };
  const parser = parse({
    bom: true,
    info: true,
    trim: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: recordBytesMax,
    skip_records_with_error: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    on_skip: (error?: CsvError) => {
      fault(
        typeof error?.lines === 'number' ? error.lines : 0,
        'not CSV: a quote where none may be, or not closed',
      );
      return undefined;
    },
  });
  // The parser fails with whatever `input` fails with, and that ends the loop below.
  pipeline(input, parser, () => undefined);
  let header: readonly string[] | undefined;
  const cells = Object.fromEntries(columns.map((column) => [column, ''])) as Record<Column, string>;
  for await (const { record, info } of parser as AsyncIterable<{
    readonly record: readonly string[];
    readonly info: { readonly lines: number };
  }>) {
    if (header === undefined) {
      header = record.map((name) => name.toLowerCase());
      const wrong = headerFault(header, columns, required);
      if (wrong === undefined) continue;
      parser.destroy();
      return { ok: false, error: { faults: [{ line: info.lines, reason: wrong }], count: 1 } };
    }
    if (record.length !== header.length) {
      fault(info.lines, `expected ${header.length} cells, found ${record.length}`);
      continue;
    }
    for (let column = 0; column < header.length; column++)
      cells[header[column] as Column] = record[column] ?? '';
    const reason = take(cells, info.lines);
    if (reason !== undefined) fault(info.lines, reason);
  }
  if (header === undefined) fault(1, 'the file has no header line');
  return count === 0
    ? { ok: true, value: null }
    : { ok: false, error: { faults: faults.sort((a, b) => a.line - b.line), count } };
}

function headerFault(
  header: readonly string[],
  columns: readonly string[],
  required: readonly string[],
): string | undefined {
  const strange = header.find((name) => !columns.includes(name));
  if (strange !== undefined)
    return `unknown column ${JSON.stringify(strange.slice(0, 40))}: the columns are ${columns.join(', ')}`;
  if (new Set(header).size < header.length) return 'the header line names a column twice';
  const missing = required.filter((name) => !header.includes(name));
  return missing.length === 0 ? undefined : `the header line lacks ${missing.join(', ')}`;
}
