/** Numbers that differ in their last three digits only are kept together. */
export const blockSize = 1000;
const suffixDigits = 3;
export const maskWords = 32;
const maskBytes = 4 * maskWords;
const runBytes = 6;

/** A set of suffixes: bit `suffix & 31` of word `suffix >> 5`. */
export type Mask = Uint32Array;

/** From this suffix to the next run, numbers are of this profile, so far as they are held at all. */
export interface Run {
  readonly from: number;
  readonly profile: number;
}

/** What is known of a thousand numbers: which of them this node has, which are for sale, and what they are. */
export interface Block {
  readonly held: Mask;
  readonly available: Mask;
  /** The first one is from 0. */
  readonly runs: readonly Run[];
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

/** The digits of a block that its numbers begin with, without a plus sign. */
export const digitsOfBlock = (block: string): string => block.slice(block.startsWith('e') ? 1 : 2);

export const numberAt = (block: string, suffix: number): string =>
  `${block.startsWith('e') ? '+' : ''}${digitsOfBlock(block)}${String(suffix).padStart(suffixDigits, '0')}`;

export const emptyMask = (): Mask => new Uint32Array(maskWords);

export const hasBit = (mask: Mask, suffix: number): boolean =>
  (((mask[suffix >> 5] ?? 0) >>> (suffix & 31)) & 1) === 1;

export function setBit(mask: Mask, suffix: number, on: boolean): void {
  const bit = 1 << (suffix & 31);
  const word = mask[suffix >> 5] ?? 0;
  mask[suffix >> 5] = on ? word | bit : word & ~bit;
}

export function profileAt(runs: readonly Run[], suffix: number): number {
  let profile = 0;
  for (const run of runs) {
    if (run.from > suffix) break;
    profile = run.profile;
  }
  return profile;
}

/** The fewest runs that say of every held number what `profiles` does. */
export function runsOf(held: Mask, profiles: Uint32Array): readonly Run[] {
  const runs: Run[] = [];
  for (let suffix = 0; suffix < blockSize; suffix++) {
    const profile = profiles[suffix] ?? 0;
    if (hasBit(held, suffix) && runs.at(-1)?.profile !== profile)
      runs.push({ from: runs.length === 0 ? 0 : suffix, profile });
  }
  return runs;
}

/** Both masks, then six bytes a run; all little-endian, as are the machines that this runs on. */
export function encodeBlock({ held, available, runs }: Block): Buffer {
  const bytes = Buffer.alloc(2 * maskBytes + runs.length * runBytes);
  bytes.set(new Uint8Array(held.buffer, held.byteOffset, maskBytes), 0);
  bytes.set(new Uint8Array(available.buffer, available.byteOffset, maskBytes), maskBytes);
  for (const [index, { from, profile }] of runs.entries()) {
    bytes.writeUInt16LE(from, 2 * maskBytes + index * runBytes);
    bytes.writeUInt32LE(profile, 2 * maskBytes + index * runBytes + 2);
  }
  return bytes;
}

export function decodeBlock(bytes: Buffer): Block {
  const mask = (at: number): Mask => {
    const words = emptyMask();
    new Uint8Array(words.buffer).set(bytes.subarray(at, at + maskBytes));
    return words;
  };
  const runs: Run[] = [];
  for (let at = 2 * maskBytes; at < bytes.length; at += runBytes)
    runs.push({ from: bytes.readUInt16LE(at), profile: bytes.readUInt32LE(at + 2) });
  return { held: mask(0), available: mask(maskBytes), runs };
}
