import type { FacetIndex } from '../store/facets.ts';
import { callingCodeOfCountry } from './e164.ts';
import { availableFacet, samePlace, searchedPlaces, type SearchedPlace } from './facets.ts';
import type { AddressRequirement, Capabilities, NumberType, PhoneNumber } from './number.ts';
import { matchesPattern, type NumberPattern } from './pattern.ts';
import { capabilityMask } from './tables.ts';

/** What AvailablePhoneNumbers is asked (https://www.twilio.com/docs/phone-numbers/api/availablephonenumber-resource). */
export interface NumberSearch extends Partial<Readonly<Record<SearchedPlace, string>>> {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly type: NumberType;
  /** The digits that follow the country's calling code. */
  readonly areaCode?: string;
  readonly contains?: NumberPattern;
  /** A flag that is given must be as given; one that is left out does not matter. */
  readonly capabilities?: Partial<Capabilities>;
  /** A place, or a number of this inventory that has one; numbers without a place are near nothing. */
  readonly near?: { readonly latitude: number; readonly longitude: number } | { readonly e164: string };
  /** How near. Default: 25. */
  readonly distanceMiles?: number;
  /** Numbers with one of these requirements are left out. */
  readonly excludeAddressRequired?: readonly AddressRequirement[];
  /** false leaves out numbers that are new to the network. */
  readonly beta?: boolean;
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

/** Index entries that one search looks at; at 1 to 2 µs each, what an event loop may be kept waiting. */
const entriesMax = 10_000;
/** Rows read on account of those entries. */
const rowsMax = 2_000;

/**
 * Numbers for sale that fit, in the order of their digits. Walks the index of the narrowest place asked for, from the
 * digits that the area code or pattern begins with. Bounded: a pattern that hardly any number matches may find fewer
 * than there are.
 */
export function searchAvailable(
  available: FacetIndex,
  load: (e164: string) => PhoneNumber | undefined,
  search: NumberSearch,
): FoundPage {
  const prefix = prefixOf(search);
  if (prefix === undefined) return { rows: [], next: null };
  const places = searchedPlaces.flatMap((part) => {
    const wanted = search[part];
    return wanted === undefined ? [] : [[part, wanted] as const];
  });
  const facet = availableFacet(search.country, search.type, places[0]);
  const flags = flagsOf(search.capabilities ?? {});
  const found: FoundNumber[] = [];
  let entries = 0;
  let rows = 0;
  for (const [member, mask] of available.ascending(facet, Buffer.from(prefix))) {
    if (found.length >= search.limit || ++entries > entriesMax) break;
    if ((mask & flags.asked) !== flags.wanted) continue;
    const e164 = member.toString('latin1');
    if (search.contains !== undefined && !matchesPattern(search.contains, e164.replace('+', ''))) continue;
    if (++rows > rowsMax) break;
    const number = load(e164);
    if (number?.assignment !== null) continue;
    if (places.every(([part, wanted]) => samePlace(number.place[part], wanted)))
      found.push({ ...number, distanceMiles: null });
  }
  return { rows: found, next: null };
}

/** What every number that fits begins with; undefined if none can. */
function prefixOf({ areaCode, contains, country, type }: NumberSearch): string | undefined {
  const plus = type === 'shortcode' ? '' : '+';
  const pattern = `${plus}${contains?.prefix ?? ''}`;
  if (areaCode === undefined) return pattern;
  const code = callingCodeOfCountry(country);
  if (code === undefined || !/^\d{1,6}$/.test(areaCode)) return undefined;
  const area = `${plus}${code}${areaCode}`;
  if (area.startsWith(pattern)) return area;
  return pattern.startsWith(area) ? pattern : undefined;
}

function flagsOf(capabilities: Partial<Capabilities>): { readonly asked: number; readonly wanted: number } {
  const asked = capabilityMask({
    voice: capabilities.voice !== undefined,
    sms: capabilities.sms !== undefined,
    mms: capabilities.mms !== undefined,
    fax: capabilities.fax !== undefined,
  });
  return { asked, wanted: capabilityMask(capabilities) };
}
