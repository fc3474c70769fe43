import { blockSize, digitsOfBlock, hasBit, numberAt, valueAt, seatOf, type Block } from './block.ts';
import type { NumberState, PhoneNumber } from './number.ts';
import type { Stock } from './stock.ts';

/** Which of all numbers are wanted. */
export interface NumberQuery {
  readonly state?: NumberState;
  /** The name of the carrier that brought them. */
  readonly carrier?: string;
  /** What they begin with: `+1212`, or the first digits of short codes. */
  readonly prefix?: string;
  /** Begins after this number. */
  readonly after?: string;
}

/**
 * Numbers in the order of their blocks and digits. What can be told of a whole block is looked at first, so rare numbers
 * cost some microseconds for each thousand that are passed over.
 */
export function* walkNumbers(
  stock: Stock,
  load: (e164: string) => PhoneNumber | undefined,
  query: NumberQuery,
): IterableIterator<PhoneNumber> {
  const { state, carrier, prefix = '', after } = query;
  const seat = after === undefined ? undefined : seatOf(after);
  const { start, end } = blocksOf(prefix);
  const from = seat !== undefined && seat.block > start ? seat.block : start;
  for (const [key, block] of stock.blocks({ start: from, end })) {
    if (prefix !== '' && !mayBegin(key, prefix)) continue;
    const first = seat?.block === key ? seat.suffix + 1 : 0;
    for (const suffix of suffixes(block, first, state)) {
      const e164 = numberAt(key, suffix);
      if (!e164.startsWith(prefix)) continue;
      if (carrier !== undefined && stock.profile(valueAt(block.runs, suffix)).carrier !== carrier) continue;
      const number = load(e164);
      if (number !== undefined && (state === undefined || number.state === state)) yield number;
    }
  }
}

/** What is for sale is in no other state. */
function* suffixes(
  { held, available }: Block,
  first: number,
  state: NumberState | undefined,
): IterableIterator<number> {
  for (let suffix = first; suffix < blockSize; suffix++) {
    if (!hasBit(held, suffix)) continue;
    if (state !== undefined && state !== 'available' && hasBit(available, suffix)) continue;
    yield suffix;
  }
}

/** Between which keys the blocks are; the digits of a block lack the last three of its numbers. */
function blocksOf(prefix: string): { readonly start: string; readonly end: string } {
  if (prefix === '') return { start: '', end: '~' };
  if (!prefix.startsWith('+')) return { start: 's', end: 's~' };
  const start = `e${prefix.slice(1, Math.max(1, prefix.length - 3))}`;
  return { start, end: `${start}~` };
}

function mayBegin(key: string, prefix: string): boolean {
  const digits = `${key.startsWith('e') ? '+' : ''}${digitsOfBlock(key)}`;
  return digits.startsWith(prefix) || prefix.startsWith(digits);
}
