import { fail, ok, type Result } from '../base/result.ts';
import type { Batch } from './batch.ts';
import { seatOf } from './block.ts';
import { callingCodeOf, numberLengths } from './e164.ts';
import { columns, parseListing, type Cells, type Column, type Listing } from './listing.ts';
import { profileText } from './profile.ts';

/** Numbers that one line can stand for. */
const countMax = 1_000_000;

const required: readonly Column[] = ['e164', 'country', 'type'];

export function parseHeader(record: readonly string[]): Result<readonly Column[], string> {
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

/** What lines say alike that differ in their numbers only. */
interface Kind {
  /** In the batch. */
  readonly profile: number;
  /** With its plus sign; what follows it has one of `lengths`. */
  readonly callingCode: string;
  readonly lengths: ReadonlySet<number>;
}

/** What a batch may take besides what it holds; asked of each kind of numbers once. */
export interface ProfileRoom {
  /** Whether another profile may be added to the batch; counts it if so. */
  admits(profileText: string): boolean;
}

/**
 * Puts the lines of a list into a batch. What follows the number in a line is understood once for all lines that say the
 * same, as most of a carrier's lines do; then a line costs little more than its number. `batch` may be cleared, and
 * its owner begins with a new one of these when it begins a new batch.
 */
export class ImportLines {
  private readonly header: readonly Column[];
  private readonly batch: Batch;
  private readonly room: ProfileRoom;
  /** By what follows the number, from the comma on. */
  private readonly kinds = new Map<string, Kind>();
  private lastHead = '';
  private lastBlock = '';

  constructor(header: readonly Column[], batch: Batch, room: ProfileRoom) {
    this.header = header;
    this.batch = batch;
    this.room = room;
  }

  /** How many kinds of lines it remembers. */
  get kindCount(): number {
    return this.kinds.size;
  }

  /** Takes a line without quotes, its bytes as Latin-1, if it is one of those that need no thought. */
  takeQuickly(line: string): boolean {
    const end = line.indexOf(',');
    if (end < minDigits || this.header[0] !== 'e164') return false;
    const kind = this.kinds.get(line.slice(end));
    if (kind === undefined) return false;
    const { callingCode, lengths, profile } = kind;
    if (!line.startsWith(callingCode) || !lengths.has(end - callingCode.length)) return false;
    for (let at = 1; at < end; at++) if (!isDigit(line.charCodeAt(at))) return false;
    const digits = end - suffixDigits;
    if (this.lastHead.length !== digits || !line.startsWith(this.lastHead)) {
      this.lastHead = own(line.slice(0, digits));
      this.lastBlock = `e${this.lastHead.slice(1)}`;
    }
    const suffix =
      (line.charCodeAt(digits) - zero) * 100 +
      (line.charCodeAt(digits + 1) - zero) * 10 +
      (line.charCodeAt(digits + 2) - zero);
    this.batch.add(this.lastBlock, suffix, profile);
    return true;
  }

  /** Takes a line by its cells, bytes as Latin-1: how many numbers it stood for, or why it is none. */
  take(cells: readonly string[]): Result<number, string> {
    if (cells.length !== this.header.length)
      return fail(`expected ${this.header.length} cells, found ${cells.length}`);
    const named: Cells = Object.fromEntries(
      this.header.map((name, index) => [name, utf8(cells[index] ?? '')]),
    );
    const listing = parseListing(named);
    if (!listing.ok) return listing;
    const { e164 } = listing.value;
    const count = parseCount(named.count?.trim() ?? '');
    const numbers = count === undefined ? undefined : rangeOf(e164, count);
    if (numbers === undefined)
      return fail(`count must be 1 to ${countMax}, and all of its numbers possible ones of its country`);
    const text = profileText(listing.value);
    if (!this.batch.has(text) && !this.room.admits(text))
      return fail(
        'the inventory holds as many different descriptions of numbers as it can: let numbers of one place share theirs',
      );
    const profile = this.batch.indexOf(listing.value);
    for (const number of numbers) {
      const seat = seatOf(number);
      if (seat !== undefined) this.batch.add(seat.block, seat.suffix, profile);
    }
    if (count === 1) this.learn(cells, listing.value, profile);
    return ok(count ?? 0);
  }

  private learn(cells: readonly string[], { e164 }: Listing, profile: number): void {
    const code = e164.startsWith('+') ? callingCodeOf(e164) : undefined;
    if (code === undefined || cells.some((cell) => /["\r\n,]/.test(cell))) return;
    const rest = cells.slice(1).join(',');
    this.kinds.set(own(`,${rest}`), { profile, callingCode: `+${code}`, lengths: numberLengths(code) });
  }
}

const suffixDigits = 3;
/** A plus sign, and what E.164 has at least. */
const minDigits = 6;
const zero = 0x30;
const isDigit = (code: number): boolean => code >= zero && code < zero + 10;

/** A text that does not keep the chunk alive which it is a part of. */
const own = (text: string): string => Buffer.from(text, 'latin1').toString('latin1');

const utf8 = (text: string): string =>
  // Most cells are ASCII.
  /[\u0080-\u00ff]/.test(text) ? Buffer.from(text, 'latin1').toString('utf8') : text;

function parseCount(text: string): number | undefined {
  if (text === '') return 1;
  const count = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  return count >= 1 && count <= countMax ? count : undefined;
}

/** So many numbers from the first one on; undefined where they leave its length or its country's calling code. */
function rangeOf(first: string, count: number): Iterable<string> | undefined {
  if (count === 1) return [first];
  const plus = first.startsWith('+') ? '+' : '';
  const begin = Number(first.slice(plus.length));
  const write = (value: number): string =>
    `${plus}${String(value).padStart(first.length - plus.length, '0')}`;
  const last = write(begin + count - 1);
  if (last.length !== first.length || callingCodeOf(last) !== callingCodeOf(first)) return undefined;
  return (function* () {
    for (let value = begin; value < begin + count; value++) yield write(value);
  })();
}
