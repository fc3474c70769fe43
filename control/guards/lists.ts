import { parse } from 'csv-parse/sync';
import { fail, ok, type Result } from '../base/result.ts';
import { countryOf } from '../inventory/e164.ts';
import { blockAddress, type Directions } from './blocks.ts';
import { isCountry } from './countries.ts';
import { riskyPrefixesMax, type RiskyPrefix } from './risk.ts';

/** What is wrong with a list, with the line where it is. */
export type ListFault = string;

/** One block of a list. */
export interface ListedBlock {
  readonly address: string;
  readonly direction: Directions;
  readonly note: string;
}

export const isDirection = (text: string): text is Directions =>
  text === 'both' || text === 'inbound' || text === 'outbound';

/** `address[,direction[,note]]`, a line each, under a header line. The whole list is good or none of it is taken. */
export const readBlocks = (csv: string): Result<readonly ListedBlock[], ListFault> =>
  readRows(csv, 'address', ([cell = '', way = '', note = '']) => {
    const address = blockAddress(cell);
    const direction = way === '' ? 'both' : way.toLowerCase();
    if (address === undefined) return fail('an address is +15125550100, +882*, a short code or a sender');
    if (!isDirection(direction)) return fail('a direction is both, inbound or outbound');
    return ok({ address, direction, note: note.slice(0, 200) });
  });

/** `prefix,risk[,country]`, a line each, under a header line; risks are `special` and `tollfraud`. */
export const readRiskyPrefixes = (csv: string): Result<readonly RiskyPrefix[], ListFault> =>
  readRows(csv, 'prefix', ([cell = '', kind = '', code = '']) => {
    const prefix = cell.startsWith('+') ? cell : `+${cell}`;
    const risk = { special: 'special', tollfraud: 'tollFraud' }[kind.toLowerCase()] as
      RiskyPrefix['risk'] | undefined;
    const country = code === '' ? countryOf(prefix) : code.toUpperCase();
    if (!/^\+[1-9]\d{0,14}$/.test(prefix)) return fail('a prefix is digits, such as +88213');
    if (risk === undefined) return fail('a risk is special or tollfraud');
    if (country !== '' && !isCountry(country)) return fail('a country is an ISO 3166-1 code');
    return ok({ prefix, risk, country });
  });

function readRows<Row>(
  csv: string,
  first: string,
  read: (cells: readonly string[]) => Result<Row, string>,
): Result<readonly Row[], ListFault> {
  let records: readonly (readonly string[])[];
  try {
    records = parse(csv, { bom: true, trim: true, relax_column_count: true, skip_empty_lines: true });
  } catch (error) {
    return fail(error instanceof Error ? error.message : 'not CSV');
  }
  const [header, ...lines] = records;
  if (header?.[0]?.toLowerCase() !== first)
    return fail(`the first line must name the columns, ${first} first`);
  if (lines.length > riskyPrefixesMax) return fail(`a list has at most ${riskyPrefixesMax} lines`);
  const rows: Row[] = [];
  for (const [index, cells] of lines.entries()) {
    const row = read(cells);
    if (!row.ok) return fail(`row ${index + 1} (${(cells[0] ?? '').slice(0, 40)}): ${row.error}`);
    rows.push(row.value);
  }
  return ok(rows);
}
