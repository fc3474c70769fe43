import { maskWords, numberAt, seatOf, valueAt, type Mask, type Runs, type Seat } from './block.ts';
import { DigitMasks } from './digit-masks.ts';
import { distanceMiles, milesPerDegreeMin, pointOf, type Point } from './distance.ts';
import { callingCodeOfCountry } from './e164.ts';
import type { NumberType, PhoneNumber } from './number.ts';
import type { NumberPattern } from './pattern.ts';
import type { ProfileQuery } from './profile-columns.ts';
import type { Shelf } from './shelf.ts';

/** What AvailablePhoneNumbers is asked (https://www.twilio.com/docs/phone-numbers/api/availablephonenumber-resource). */
export interface NumberSearch extends ProfileQuery {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly type: NumberType;
  /** The digits that follow the country's calling code. */
  readonly areaCode?: string;
  readonly contains?: NumberPattern;
  /** A place, or a number of this inventory that has one; numbers without a place are near nothing. */
  readonly near?: { readonly latitude: number; readonly longitude: number } | { readonly e164: string };
  /** How near. Default: 25. */
  readonly distanceMiles?: number;
  readonly limit: number;
  /** `next` of the page before. */
  readonly after?: string;
}

export interface FoundNumber extends PhoneNumber {
  /** From the place that the search named; null if it named none. */
  readonly distanceMiles: number | null;
}

export interface FoundPage {
  readonly rows: readonly FoundNumber[];
  /** What `after` is for the next page; null where the list ends. A page may be short and still have a next one. */
  readonly next: string | null;
}

/** Blocks that one search looks at: a page of a search through more is short, and the next one goes on. */
const blocksMax = 100_000;
const distanceDefaultMiles = 25;

/** What is searched, and how a number is read in whole. */
export interface Searched {
  readonly shelf: Shelf;
  readonly load: (e164: string) => PhoneNumber | undefined;
}

/**
 * Numbers for sale that fit, in the order of their digits; for a word (`Contains` with letters), those that end with it
 * come first. Each block costs a few steps, found or not.
 */
export function searchAvailable(searched: Searched, search: NumberSearch): FoundPage {
  const { shelf } = searched;
  const aisle = shelf.aisle(search.country, search.type);
  const area = areaDigits(search);
  const measure = aisle === undefined ? undefined : measureOf(searched, aisle.id, search);
  if (aisle === undefined || area === undefined || measure === undefined) return nothing;
  const { slots } = aisle;
  const start = lowerBound(shelf, slots, `e${area.slice(0, aisle.digitsMin)}`);
  const rows: FoundNumber[] = [];
  const from = cursorOf(search.after);
  const rounds = roundsOf(search.contains, area);
  let looked = 0;
  for (let round = from?.round ?? 0; round < rounds.length; round++) {
    const { all, none } = rounds[round] ?? { all: [], none: undefined };
    const after = round === from?.round ? from.seat : undefined;
    const first = after === undefined ? start : Math.max(start, lowerBound(shelf, slots, after.block));
    for (let index = first; index < slots.length; index++) {
      const slot = slots[index] ?? 0;
      const key = shelf.key(slot);
      const runs = shelf.runsOf(slot);
      if (++looked > blocksMax) return { rows, next: `${round}.${numberAt(key, 0)}` };
      if (!anyFits(runs, measure)) continue;
      const begin = key.startsWith('e') ? 1 : 2;
      const mask = endingsOfAll(all, key, begin);
      if (mask === undefined) continue;
      const without = none?.endings(key, begin);
      for (let word = 0; word < maskWords; word++) {
        let bits = shelf.word(slot, word) & (mask[word] ?? 0);
        if (without !== undefined) bits &= ~(without[word] ?? 0);
        for (; bits !== 0; bits &= bits - 1) {
          const suffix = word * 32 + (31 - Math.clz32(bits & -bits));
          if (after !== undefined && key === after.block && suffix < after.suffix) continue;
          const distance = measure(valueAt(runs, suffix));
          if (distance === undefined) continue;
          const e164 = numberAt(key, suffix);
          if (rows.length >= search.limit) return { rows, next: `${round}.${e164}` };
          const number = searched.load(e164);
          if (number?.state === 'available') rows.push({ ...number, distanceMiles: distance });
        }
      }
    }
  }
  return { rows, next: null };
}

/** The endings that are in all of these; undefined: none. */
function endingsOfAll(all: readonly DigitMasks[], key: string, begin: number): Mask | undefined {
  let common = everyEnding;
  for (const each of all) {
    const mask = each.endings(key, begin);
    if (mask === undefined) return undefined;
    common = common === everyEnding ? mask : common.map((word, index) => word & (mask[index] ?? 0));
  }
  return common;
}

const everyEnding: Mask = new Uint32Array(maskWords).fill(0xffffffff);

const nothing: FoundPage = { rows: [], next: null };

/** What a round over the blocks finds: the endings that are in `all` of these, and not in `none`. */
interface Round {
  readonly all: readonly DigitMasks[];
  readonly none: DigitMasks | undefined;
}

function roundsOf(contains: NumberPattern | undefined, area: string): readonly Round[] {
  const inArea = area === '' ? [] : [new DigitMasks(`${area}%`)];
  if (contains === undefined) return [{ all: inArea, none: undefined }];
  const all = [...inArea, new DigitMasks(contains.glob)];
  if (!contains.word || !contains.glob.endsWith('%')) return [{ all, none: undefined }];
  const atEnd = new DigitMasks(contains.glob.slice(0, -1));
  return [
    { all: [...inArea, atEnd], none: undefined },
    { all, none: atEnd },
  ];
}

/** Calling code and area code; '' if none is asked for, undefined if no number has it. */
function areaDigits({ areaCode, country }: NumberSearch): string | undefined {
  if (areaCode === undefined) return '';
  const code = callingCodeOfCountry(country);
  return code === undefined || !/^\d{1,6}$/.test(areaCode) ? undefined : `${code}${areaCode}`;
}

/** How far a profile is from the place that the search names, null if it names none; undefined if it does not fit. */
type Measure = (profile: number) => number | null | undefined;

/** Undefined if nothing can fit. */
function measureOf({ shelf, load }: Searched, aisle: number, search: NumberSearch): Measure | undefined {
  const { profiles } = shelf;
  const { near, distanceMiles: milesMax = distanceDefaultMiles } = search;
  const fits = profiles.test(aisle, search);
  if (near === undefined || fits === undefined)
    return fits && ((profile) => (fits(profile) ? null : undefined));
  const point = 'e164' in near ? placeOf(load(near.e164)) : near;
  if (point === undefined) return undefined;
  const degreesMax = milesMax / milesPerDegreeMin;
  return (profile) => {
    // Most are too far by their latitude alone, which is quickly told.
    if (!(Math.abs(profiles.latitude(profile) - point.latitude) <= degreesMax) || !fits(profile))
      return undefined;
    const miles = distanceMiles(point, profiles.point(profile));
    return miles <= milesMax ? miles : undefined;
  };
}

function anyFits(runs: Runs, measure: Measure): boolean {
  for (let at = 1; at < runs.length; at += 2) if (measure(runs[at] ?? 0) !== undefined) return true;
  return false;
}

const placeOf = (number: PhoneNumber | undefined): Point | undefined => number && pointOf(number.place);

/** A cursor comes from outside: whatever it is, it is at most a place in the list. */
function cursorOf(text: string | undefined): { readonly round: number; readonly seat: Seat } | undefined {
  const [, round = '', number = ''] = /^([01])\.(.{1,16})$/.exec(text ?? '') ?? [];
  const seat = seatOf(number);
  return seat === undefined ? undefined : { round: Number(round), seat };
}

/** The index of the first block at or after `key`. */
function lowerBound(shelf: Shelf, slots: readonly number[], key: string): number {
  let low = 0;
  let high = slots.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (shelf.key(slots[middle] ?? 0) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
