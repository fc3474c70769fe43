import {
  isSupportedCountry,
  parsePhoneNumberFromString,
  validatePhoneNumberLength,
  type CountryCode,
  type PhoneNumber,
} from 'libphonenumber-js/max';
import { fail, ok, type Result } from '../base/result.ts';

// The "max" metadata, a megabyte, know the ranges of each country and what runs in them. They lag behind the carriers by
// weeks, so they describe numbers that somebody asks about, and judge none that is sent to or called.

/** What kind of line a range is for, by Lookup's names (https://www.twilio.com/docs/lookup/v2-api/line-type-intelligence). */
export type LineType =
  | 'landline'
  | 'mobile'
  | 'nonFixedVoip'
  | 'personal'
  | 'tollFree'
  | 'premium'
  | 'sharedCost'
  | 'uan'
  | 'voicemail'
  | 'pager'
  | 'unknown';

/** A number that may be in service. */
export interface ValidNumber {
  readonly e164: string;
  /** ISO 3166-1 alpha-2; '' for numbers of no country. */
  readonly country: string;
  /** Without the plus sign. */
  readonly callingCode: string;
  /** As people of its country write it. */
  readonly national: string;
  readonly lineType: LineType;
}

/** Lookup's `validation_errors`. */
export type ValidityFault =
  | 'TOO_SHORT'
  | 'TOO_LONG'
  | 'INVALID_BUT_POSSIBLE'
  | 'INVALID_COUNTRY_CODE'
  | 'INVALID_LENGTH'
  | 'NOT_A_NUMBER';

/** A longer text holds something besides a number. */
const textMax = 64;

const lineTypes: Readonly<Record<NonNullable<ReturnType<PhoneNumber['getType']>>, LineType>> = {
  FIXED_LINE: 'landline',
  MOBILE: 'mobile',
  // In North America a range serves both.
  FIXED_LINE_OR_MOBILE: 'unknown',
  VOIP: 'nonFixedVoip',
  PERSONAL_NUMBER: 'personal',
  TOLL_FREE: 'tollFree',
  PREMIUM_RATE: 'premium',
  SHARED_COST: 'sharedCost',
  UAN: 'uan',
  VOICEMAIL: 'voicemail',
  PAGER: 'pager',
};

const lengthFaults: Readonly<
  Record<NonNullable<ReturnType<typeof validatePhoneNumberLength>>, ValidityFault>
> = {
  NOT_A_NUMBER: 'NOT_A_NUMBER',
  INVALID_COUNTRY: 'INVALID_COUNTRY_CODE',
  TOO_SHORT: 'TOO_SHORT',
  TOO_LONG: 'TOO_LONG',
  INVALID_LENGTH: 'INVALID_LENGTH',
};

/** Whether a code is a country's with a numbering plan. */
export const isCountry = (code: string): code is CountryCode => isSupportedCountry(code);

/**
 * What the numbering plans say of a text: a number in E.164, or as people of `country` write it. `isHeld` tells numbers
 * that are valid whatever the plans say, because the edge has them.
 */
export function describeNumber(
  text: string,
  country: CountryCode,
  isHeld: (e164: string) => boolean,
): Result<ValidNumber, ValidityFault> {
  if (text.length > textMax) return fail('NOT_A_NUMBER');
  const lengthFault = validatePhoneNumberLength(text, country);
  if (lengthFault !== undefined) return fail(lengthFaults[lengthFault]);
  const parsed = parsePhoneNumberFromString(text, { defaultCountry: country, extract: false });
  if (parsed === undefined) return fail('NOT_A_NUMBER');
  if (!parsed.isValid() && !isHeld(parsed.number)) return fail('INVALID_BUT_POSSIBLE');
  return ok({
    e164: parsed.number,
    country: parsed.country ?? '',
    callingCode: parsed.countryCallingCode,
    national: parsed.formatNational(),
    lineType: lineTypes[parsed.getType() ?? 'FIXED_LINE_OR_MOBILE'],
  });
}
