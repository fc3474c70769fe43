import { digitsMax, keyOf, spans, textOfKey } from './prefix-key.ts';

/** The arrays that a table is made of; see `PrefixTable.build`. */
export interface PrefixColumns {
  /** Keys of the prefixes, ascending. */
  readonly keys: Float64Array;
  /** Digits of each prefix. */
  readonly lengths: Uint8Array;
  /** The longest shorter prefix that each begins with, by its place; -1: none. */
  readonly parents: Int32Array;
}

/**
 * Which of many prefixes a number begins with. A prefix is known by its place in the order of their texts; E.164
 * prefixes never match short codes, nor the other way round. 13 bytes a prefix; a look-up is one binary search and
 * allocates nothing.
 */
export class PrefixTable {
  readonly columns: PrefixColumns;
  /** The first place whose key begins with these digits or comes after, by `bucketOf`; empty for small tables. */
  private readonly buckets: Uint32Array;

  constructor(columns: PrefixColumns) {
    this.columns = columns;
    this.buckets = columns.keys.length < bucketedFrom ? new Uint32Array() : bucketsOf(columns.keys);
  }

  /** Of distinct keys (`keyOf`) in ascending order. */
  static build(keys: Float64Array): PrefixTable {
    const lengths = new Uint8Array(keys.length);
    const parents = new Int32Array(keys.length);
    const open: number[] = [];
    for (let place = 0; place < keys.length; place++) {
      const key = keys[place] ?? 0;
      lengths[place] = lengthOf(key);
      let parent = open.at(-1);
      while (parent !== undefined && key >= endOf(keys, lengths, parent)) {
        open.pop();
        parent = open.at(-1);
      }
      parents[place] = parent ?? -1;
      open.push(place);
    }
    return new PrefixTable({ keys, lengths, parents });
  }

  get size(): number {
    return this.columns.keys.length;
  }

  /** The place of the longest prefix that a number begins with; -1 if there is none. */
  find(number: string): number {
    const { keys, lengths, parents } = this.columns;
    const key = keyOf(number);
    let low = 0;
    let high = keys.length;
    if (this.buckets.length > 0) {
      const bucket = bucketOf(key);
      low = this.buckets[bucket] as number;
      high = this.buckets[bucket + 1] as number;
    }
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((keys[middle] as number) <= key) low = middle + 1;
      else high = middle;
    }
    // Every prefix of the number is the greatest key not above it, or one that this key begins with.
    let place = low - 1;
    while (place >= 0 && key >= endOf(keys, lengths, place)) place = parents[place] as number;
    return place;
  }

  /** The next shorter prefix; -1 if there is none. */
  parent(place: number): number {
    return this.columns.parents[place] ?? -1;
  }

  prefix(place: number): string {
    return textOfKey(this.columns.keys[place] ?? 0);
  }

  /** The places of all prefixes that begin with this one, itself included: from `from` up to, without, `end`. */
  within(prefix: string): { readonly from: number; readonly end: number } {
    const key = keyOf(prefix);
    const digits = Math.min(digitsMax, prefix.startsWith('+') ? prefix.length - 1 : prefix.length);
    return { from: this.firstFrom(key), end: this.firstFrom(key + (spans[digits] ?? 1)) };
  }

  private firstFrom(key: number): number {
    const { keys } = this.columns;
    let low = 0;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((keys[middle] as number) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** A table of so many prefixes is searched from its buckets: fewer steps, and those in memory that is near. */
const bucketedFrom = 4096;
const bucketDigits = 4;
const bucketSpan = spans[bucketDigits] as number;
/** The greatest key has the plus sign, digits of 9 and so the greatest bucket. */
const bucketCount = Math.ceil((2 * (spans[0] as number)) / bucketSpan);

const bucketOf = (key: number): number => Math.floor(key / bucketSpan);

function bucketsOf(keys: Float64Array): Uint32Array {
  const buckets = new Uint32Array(bucketCount + 1).fill(keys.length);
  let bucket = 0;
  for (let place = 0; place < keys.length; place++) {
    const own = bucketOf(keys[place] as number);
    while (bucket <= own) buckets[bucket++] = place;
  }
  return buckets;
}

const endOf = (keys: Float64Array, lengths: Uint8Array, place: number): number =>
  (keys[place] as number) + (spans[lengths[place] as number] as number);

function lengthOf(key: number): number {
  let digits = digitsMax;
  // The last digit that is there is the first whose span divides the key without the one before dividing it, too.
  while (digits > 0 && key % (spans[digits - 1] as number) === 0) digits--;
  return digits;
}
