import { fail, ok, type Result } from '../../control/base/result.ts';
import { parseNumber } from '../../control/inventory/e164.ts';
import type { AddressRequirement, Capabilities, NumberType } from '../../control/inventory/number.ts';
import { parsePattern } from '../../control/inventory/pattern.ts';
import type { NumberSearch } from '../../control/inventory/search.ts';
import type { Params } from './exchange.ts';
import { given } from './given.ts';
import { invalidParameter, Reader } from './readers.ts';
import { printable, type Refused } from './reply.ts';

const capabilityParams = [
  ['VoiceEnabled', 'voice'],
  ['SmsEnabled', 'sms'],
  ['MmsEnabled', 'mms'],
  ['FaxEnabled', 'fax'],
] as const;

/** What each leaves out: a local address is one in the number's own country. */
const excludingParams: readonly (readonly [name: string, excluded: readonly AddressRequirement[]])[] = [
  ['ExcludeAllAddressRequired', ['any', 'local', 'foreign']],
  ['ExcludeLocalAddressRequired', ['local']],
  ['ExcludeForeignAddressRequired', ['foreign']],
];

const distanceMaxMiles = 500;

/** What a search of AvailablePhoneNumbers asks for, less the page. */
export type Wanted = Omit<NumberSearch, 'limit' | 'after'>;

/**
 * Reads the filters of AvailablePhoneNumbers
 * (https://www.twilio.com/docs/phone-numbers/api/availablephonenumberlocal-resource#read-multiple-availablephonenumberlocal-resources).
 */
export function readSearch(query: Params, country: string, type: NumberType): Result<Wanted, Refused> {
  const reader = new Reader(query);
  const place = (name: string): string | undefined => reader.text(name, 100) || undefined;
  const capabilities: { -readonly [K in keyof Capabilities]?: boolean } = {};
  for (const [name, key] of capabilityParams) {
    const flag = reader.flag(name);
    if (flag !== undefined) capabilities[key] = flag;
  }
  const excluded = excludingParams.flatMap(([name, requirements]) =>
    reader.flag(name) === true ? requirements : [],
  );
  const filters = given<Wanted>({
    areaCode: readAreaCode(reader),
    contains: readContains(reader),
    postalCode: place('InPostalCode'),
    locality: place('InLocality'),
    rateCenter: place('InRateCenter'),
    lata: place('InLata'),
    region: place('InRegion'),
    near: readNear(reader),
    distanceMiles: reader.integer('Distance', 1, distanceMaxMiles),
    excludeAddressRequired: excluded.length === 0 ? undefined : [...new Set(excluded)],
    beta: reader.flag('Beta'),
  });
  if (reader.fault !== undefined) return fail(reader.fault);
  return ok({ country, type, capabilities, ...filters });
}

function readAreaCode(reader: Reader): string | undefined {
  const areaCode = reader.text('AreaCode', 16, 21451) || undefined;
  if (areaCode === undefined || /^\d{1,6}$/.test(areaCode)) return areaCode;
  reader.refuse(21451, `AreaCode ${printable(areaCode)} is not a number of a few digits.`);
  return undefined;
}

function readContains(reader: Reader): NumberSearch['contains'] {
  const text = reader.text('Contains', 32) || undefined;
  if (text === undefined) return undefined;
  const pattern = parsePattern(withPlus(text), 2);
  if (pattern.ok) return pattern.value;
  reader.refuse(
    invalidParameter,
    `Contains ${printable(text)} is not a pattern of two or more digits or letters, *, % and $.`,
  );
  return undefined;
}

/** NearLatLong, `40.71,-74.00`, is more exact than NearNumber, and wins. */
function readNear(reader: Reader): NumberSearch['near'] {
  const place = reader.text('NearLatLong', 64) || undefined;
  const number = reader.text('NearNumber', 64) || undefined;
  if (place !== undefined) {
    const [, latitude, longitude] =
      /^\s*(-?\d{1,2}(?:\.\d{1,20})?)\s*,\s*(-?\d{1,3}(?:\.\d{1,20})?)\s*$/.exec(place) ?? [];
    const near = { latitude: Number(latitude), longitude: Number(longitude) };
    if (Math.abs(near.latitude) <= 90 && Math.abs(near.longitude) <= 180) return near;
    reader.refuse(
      invalidParameter,
      `NearLatLong ${printable(place)} is not a latitude and longitude, as in 40.71,-74.00.`,
    );
    return undefined;
  }
  if (number === undefined) return undefined;
  const parsed = parseNumber(withPlus(number));
  if (parsed.ok) return { e164: parsed.value.e164 };
  reader.refuse(
    invalidParameter,
    `NearNumber ${printable(number)} is not valid. Use E.164, as in +14155552671.`,
  );
  return undefined;
}

/** A plus sign that was not percent-encoded in the query has become a space. */
const withPlus = (text: string): string => (text.startsWith(' ') ? `+${text.slice(1)}` : text);
