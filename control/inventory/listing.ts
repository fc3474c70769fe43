import { fail, ok, type Result } from '../base/result.ts';
import { callingCodeOf, callingCodeOfCountry, isShortCode, parseNumber } from './e164.ts';
import {
  addressRequirements,
  numberTypes,
  type AddressRequirement,
  type Capabilities,
  type NumberType,
  type PhoneNumber,
} from './number.ts';

/** A number as a carrier's list describes it. */
export type Listing = Pick<
  PhoneNumber,
  'e164' | 'type' | 'place' | 'capabilities' | 'addressRequirement' | 'beta' | 'carrier'
>;

/** The columns of a list, as the header line names them. The first three must be there. */
export const columns = [
  'e164',
  'country',
  'type',
  'region',
  'locality',
  'postal_code',
  'lata',
  'rate_center',
  'latitude',
  'longitude',
  'voice',
  'sms',
  'mms',
  'fax',
  'carrier',
  'address_requirement',
  'beta',
  'count',
] as const;

export type Column = (typeof columns)[number];
export type Cells = Partial<Readonly<Record<Column, string>>>;

const cellMax = 100;

/** One line of a list, or the reason why it is not one. Cells are trimmed; a missing cell is an empty one. */
export function parseListing(cells: Cells): Result<Listing, string> {
  const cell = (column: Column): string => cells[column]?.trim() ?? '';
  for (const column of columns) {
    if (cell(column).length > cellMax) return fail(`${column} is longer than ${cellMax} characters`);
    // Control characters have no business in a list of numbers.
    if (/\p{Cc}/u.test(cell(column))) return fail(`${column} contains a control character`);
  }
  const type = cell('type').toLowerCase();
  if (!isType(type)) return fail(`type must be one of ${numberTypes.join(', ')}`);
  const country = cell('country').toUpperCase();
  if (callingCodeOfCountry(country) === undefined)
    return fail('country must be an ISO 3166-1 code of two letters');
  const e164 = type === 'shortcode' ? shortCode(cell('e164')) : phoneNumber(cell('e164'), country);
  if (!e164.ok) return e164;
  const capabilities = parseCapabilities(cell);
  if (!capabilities.ok) return capabilities;
  for (const [column, max] of [
    ['latitude', 90],
    ['longitude', 180],
  ] as const) {
    if (!isDegrees(cell(column), max)) return fail(`${column} must be a number of degrees`);
  }
  const addressRequirement = cell('address_requirement').toLowerCase() || 'none';
  if (!isRequirement(addressRequirement))
    return fail(`address_requirement must be one of ${addressRequirements.join(', ')}`);
  const beta = parseFlag(cell('beta'));
  if (beta === undefined) return fail('beta must be true or false');
  return ok({
    e164: e164.value,
    type,
    place: {
      country,
      region: cell('region'),
      locality: cell('locality'),
      postalCode: cell('postal_code'),
      lata: cell('lata'),
      rateCenter: cell('rate_center'),
      latitude: cell('latitude'),
      longitude: cell('longitude'),
    },
    capabilities: capabilities.value,
    addressRequirement,
    beta,
    carrier: cell('carrier'),
  });
}

const isType = (text: string): text is NumberType => (numberTypes as readonly string[]).includes(text);

const isRequirement = (text: string): text is AddressRequirement =>
  (addressRequirements as readonly string[]).includes(text);

const shortCode = (text: string): Result<string, string> =>
  isShortCode(text) ? ok(text) : fail('a short code is 3 to 8 digits');

function phoneNumber(text: string, country: string): Result<string, string> {
  if (!text.startsWith('+')) return fail('e164 must begin with +');
  const parsed = parseNumber(text);
  if (!parsed.ok) return fail('e164 is not a possible phone number');
  // Ranges of a shared calling code move between its countries; the list knows better than our metadata.
  if (callingCodeOf(parsed.value.e164) !== callingCodeOfCountry(country)) {
    return fail(`${parsed.value.e164} is not a number of ${country}`);
  }
  return ok(parsed.value.e164);
}

function parseCapabilities(cell: (column: Column) => string): Result<Capabilities, string> {
  const flags: Record<keyof Capabilities, boolean> = { voice: false, sms: false, mms: false, fax: false };
  for (const name of ['voice', 'sms', 'mms', 'fax'] as const) {
    const flag = parseFlag(cell(name));
    if (flag === undefined) return fail(`${name} must be true or false`);
    flags[name] = flag;
  }
  return ok(flags);
}

/** An empty cell says no. */
function parseFlag(text: string): boolean | undefined {
  if (/^(true|yes|1)$/i.test(text)) return true;
  return /^(false|no|0|)$/i.test(text) ? false : undefined;
}

const isDegrees = (text: string, max: number): boolean =>
  text === '' || (/^-?\d{1,3}(\.\d{1,20})?$/.test(text) && Math.abs(Number(text)) <= max);
