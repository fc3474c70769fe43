import { Metadata, parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/min';
import metadata from 'libphonenumber-js/min/metadata';
import { fail, ok, type Result } from '../base/result.ts';

// The "min" metadata tell what we ask (lengths, countries, formats); "max" adds the exact ranges of each number type,
// which change weekly and would refuse numbers that carriers have already opened.

export interface ParsedNumber {
  /** With its plus sign, e.g. `+14155552671`. */
  readonly e164: string;
  /** ISO 3166-1 alpha-2; '' for numbers of no country, such as +800. */
  readonly country: string;
}

/** `malformed`: no phone number at all; `impossible`: too short, too long, or of an unknown calling code. */
export type NumberFault = 'empty' | 'malformed' | 'impossible';

interface Plan {
  /** Digits that may follow the calling code. */
  readonly lengths: ReadonlySet<number>;
  /** Countries that share the calling code, the principal one first. */
  readonly countries: readonly CountryCode[];
}

const plans = readPlans();
/** A longer text holds something besides a number, however generously it is punctuated. */
const textMax = 40;

/**
 * A phone number as a tenant writes it. E.164 is what is asked for; punctuation is forgiven, and a number without its
 * plus sign is read as a number of `defaultCountry`, as Twilio reads it. Possible by its length suffices: whether a
 * number is in service, only its carrier knows.
 */
export function parseNumber(
  text: string,
  defaultCountry: CountryCode = 'US',
): Result<ParsedNumber, NumberFault> {
  if (isE164Form(text)) {
    const code = callingCodeOf(text);
    if (code !== undefined && plans.get(code)?.lengths.has(text.length - 1 - code.length) === true) {
      return ok({ e164: text, country: countryOf(text) });
    }
  }
  if (text.length > textMax) return fail('malformed');
  const trimmed = text.trim();
  if (trimmed === '') return fail('empty');
  if (!/^\+?[\d\s().\-/]+$/.test(trimmed)) return fail('malformed');
  const parsed = parsePhoneNumberFromString(trimmed, { defaultCountry, extract: false });
  if (parsed?.isPossible() !== true) return fail('impossible');
  return ok({ e164: parsed.number, country: countryOf(parsed.number) });
}

/** `+`, no leading zero, at most 15 digits (ITU-T E.164). Says nothing of the country's own lengths. */
export const isE164Form = (text: string): boolean => /^\+[1-9]\d{4,14}$/.test(text);

/** A short code: 3 to 8 bare digits. */
export const isShortCode = (text: string): boolean => /^\d{3,8}$/.test(text);

/**
 * An alphanumeric sender ID: 1 to 11 of A–Z, a–z, 0–9, space, `+`, `-`, `_`, `&`, with at least one letter
 * (https://www.twilio.com/docs/messaging/api/alphasender-resource).
 */
export const isAlphanumericSender = (text: string): boolean =>
  /^[A-Za-z0-9 +\-_&]{1,11}$/.test(text) && /[A-Za-z]/.test(text);

/** The calling code of an E.164 number, without the plus sign. */
export function callingCodeOf(e164: string): string | undefined {
  for (let digits = 1; digits <= 3; digits++) {
    const code = e164.slice(1, 1 + digits);
    if (plans.has(code)) return code;
  }
  return undefined;
}

/** How many digits may follow a calling code; none where it is no country's. */
export const numberLengths = (callingCode: string): ReadonlySet<number> =>
  plans.get(callingCode)?.lengths ?? new Set();

/** The calling code of a country, without the plus sign; undefined for what is no country. */
export function callingCodeOfCountry(country: string): string | undefined {
  for (const [code, { countries }] of plans) if (countries.some((each) => each === country)) return code;
  return undefined;
}

/**
 * The country of an E.164 number: ISO 3166-1 alpha-2, '' for none. Where countries share a calling code and the
 * number belongs to no known range, it is the principal one (US for +1).
 */
export function countryOf(e164: string): string {
  const code = callingCodeOf(e164);
  const countries = code === undefined ? undefined : plans.get(code)?.countries;
  if (code === undefined || countries === undefined) return '';
  const [principal = ''] = countries;
  if (countries.length <= 1) return principal;
  // Area codes tell the countries of +1 apart; elsewhere ranges of 10,000 numbers do.
  const block = code === '1' ? e164.slice(0, 5) : e164.slice(0, -4);
  const known = countryOfBlock.get(block);
  if (known !== undefined) return known;
  const sample = code === '1' ? `${block}5550100` : e164;
  const country = parsePhoneNumberFromString(sample)?.country ?? (code === '1' ? principal : undefined);
  // A number of no known range says nothing of its neighbours.
  if (country === undefined) return principal;
  if (countryOfBlock.size >= blocksMax) countryOfBlock.clear();
  countryOfBlock.set(block, country);
  return country;
}

const blocksMax = 16_384;
const countryOfBlock = new Map<string, string>();

/** A number as people of its country write it, `(415) 555-2671`; outside +1, and for short codes, as it is. */
export function friendlyNumber(number: string): string {
  const match = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number);
  return match === null ? number : `(${match[1] ?? ''}) ${match[2] ?? ''}-${match[3] ?? ''}`;
}

/** Calling code to plan. Codes of no country (+800 and the like) are left to the library. */
function readPlans(): ReadonlyMap<string, Plan> {
  const plans = new Map<string, Plan>();
  const numbering = new Metadata();
  for (const [code, countries] of Object.entries(metadata.country_calling_codes)) {
    const lengths = new Set<number>();
    for (const country of countries) {
      numbering.selectNumberingPlan(country);
      for (const length of numbering.numberingPlan?.possibleLengths() ?? []) lengths.add(length);
    }
    plans.set(code, { lengths, countries });
  }
  return plans;
}
