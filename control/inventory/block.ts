/** Numbers that differ in their last three digits only are kept together. */
export const blockSize = 1000;
const suffixDigits = 3;
export const maskWords = 32;
const maskBytes = 4 * maskWords;
const runBytes = 6;

/** A set of suffixes: bit `suffix & 31` of word `suffix >> 5`. */
export type Mask = Uint32Array;

/**
 * What numbers of a block are, as pairs `from, value`: from this suffix to the next pair's, so far as there are numbers.
 * The first pair is from 0; 0 is the value of what no pair speaks of.
 */
export type Runs = Uint32Array;

/** What is known of a thousand numbers: which of them this node has, which are for sale, and what they are. */
export interface Block {
  readonly held: Mask;
  readonly available: Mask;
  /** Their profiles. */
  readonly runs: Runs;
}

export interface Seat {
  /** `e` and the digits before the last three of an E.164 number; `s`, the length and those digits of a short code. */
  readonly block: string;
  readonly suffix: number;
}

/** Where a number is kept; undefined for what is neither E.164 nor a short code. */
export function seatOf(number: string): Seat | undefined {
  if (!/^(\+[1-9]\d{4,14}|\d{3,8})$/.test(number)) return undefined;
  const head = number.slice(0, -suffixDigits);
  const suffix = Number(number.slice(-suffixDigits));
  return { block: head.startsWith('+') ? `e${head.slice(1)}` : `s${number.length}${head}`, suffix };
}

/** The digits of an E.164 number as one integer, exact up to its 15 digits; -1 for what is none. Nothing is allocated. */
export function integerOf(e164: string): number {
  const { length } = e164;
  if (length < 6 || length > 16 || e164.charCodeAt(0) !== plus || e164.charCodeAt(1) === zero) return -1;
  let value = 0;
  for (let at = 1; at < length; at++) {
    const digit = e164.charCodeAt(at) - zero;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

const plus = 43;
const zero = 48;

/** The digits of a block that its numbers begin with, without a plus sign. */
export const digitsOfBlock = (block: string): string => block.slice(isOfE164(block) ? 1 : 2);

/** Whether a block is of E.164 numbers, not of short codes. */
export const isOfE164 = (block: string): boolean => block.startsWith('e');

export const numberAt = (block: string, suffix: number): string =>
  `${isOfE164(block) ? '+' : ''}${digitsOfBlock(block)}${String(suffix).padStart(suffixDigits, '0')}`;

export const emptyMask = (): Mask => new Uint32Array(maskWords);

export const hasBit = (mask: Mask, suffix: number): boolean =>
  (((mask[suffix >> 5] ?? 0) >>> (suffix & 31)) & 1) === 1;

export function setBit(mask: Mask, suffix: number, on: boolean): void {
  const bit = 1 << (suffix & 31);
  const word = mask[suffix >> 5] ?? 0;
  mask[suffix >> 5] = on ? word | bit : word & ~bit;
}

export const noRuns: Runs = new Uint32Array(0);

export function valueAt(runs: Runs, suffix: number): number {
  let low = 0;
  let high = runs.length >> 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((runs[2 * middle] ?? 0) <= suffix) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? 0 : (runs[2 * low - 1] ?? 0);
}

/** The value of each suffix. */
export function spread(runs: Runs): Uint32Array {
  const values = new Uint32Array(blockSize);
  for (let at = 0; at < runs.length; at += 2) values.fill(runs[at + 1] ?? 0, runs[at], runs[at + 2]);
  return values;
}

/** The fewest runs that say of every suffix (with `held`: of every one in it) what `values` does. */
export function runsOf(values: Uint32Array, held?: Mask): Runs {
  const runs: number[] = [];
  let last = held === undefined ? 0 : -1;
  for (let suffix = 0; suffix < blockSize; suffix++) {
    const value = values[suffix] ?? 0;
    if (value === last || (held !== undefined && !hasBit(held, suffix))) continue;
    if (runs.length === 0 && suffix > 0) runs.push(0, held === undefined ? 0 : value);
    if (runs.length === 0 || runs.at(-1) !== value) runs.push(suffix, value);
    last = value;
  }
  return Uint32Array.from(runs);
}

/** Six bytes a run; all little-endian, as are the machines that this runs on. */
export function encodeRuns(runs: Runs, bytes = Buffer.alloc(runs.length * (runBytes / 2)), from = 0): Buffer {
  for (let at = 0, to = from; at < runs.length; at += 2, to += runBytes) {
    bytes.writeUInt16LE(runs[at] ?? 0, to);
    bytes.writeUInt32LE(runs[at + 1] ?? 0, to + 2);
  }
  return bytes;
}

export function decodeRuns(bytes: Buffer, from = 0): Runs {
  const runs = new Uint32Array(((bytes.length - from) / runBytes) * 2);
  for (let at = 0, of = from; at < runs.length; at += 2, of += runBytes) {
    runs[at] = bytes.readUInt16LE(of);
    runs[at + 1] = bytes.readUInt32LE(of + 2);
  }
  return runs;
}

/** Both masks, then the runs. */
export function encodeBlock({ held, available, runs }: Block): Buffer {
  const bytes = Buffer.alloc(2 * maskBytes + runs.length * (runBytes / 2));
  bytes.set(new Uint8Array(held.buffer, held.byteOffset, maskBytes), 0);
  bytes.set(new Uint8Array(available.buffer, available.byteOffset, maskBytes), maskBytes);
  return encodeRuns(runs, bytes, 2 * maskBytes);
}

export function decodeBlock(bytes: Buffer): Block {
  const mask = (at: number): Mask => {
    const words = emptyMask();
    new Uint8Array(words.buffer).set(bytes.subarray(at, at + maskBytes));
    return words;
  };
  return { held: mask(0), available: mask(maskBytes), runs: decodeRuns(bytes, 2 * maskBytes) };
}
