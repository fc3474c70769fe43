import type { Sid } from '../base/sid.ts';
import type { Assignment, NumberType, PhoneNumber } from './number.ts';
import { matchesPattern, type NumberPattern } from './pattern.ts';

/** Which of an account's numbers are listed. */
export interface OwnedFilter {
  /** Default: every phone number; short codes are listed apart. */
  readonly type?: NumberType;
  /** Exactly this name. */
  readonly friendlyName?: string;
  /** Exactly this number; costs the same however many the account has. */
  readonly e164?: string;
  readonly pattern?: NumberPattern;
  /** Without those that are new to their carrier. */
  readonly beta?: false;
  /** Those that name this address, or bundle; the other conditions are then not looked at. */
  readonly addressSid?: Sid;
}

/** Whether a number is the account's and fits all conditions but that of the address. */
export function isOwnedAs(
  number: PhoneNumber & { readonly assignment: Assignment },
  accountSid: Sid,
  { type, friendlyName, pattern, beta }: OwnedFilter,
): boolean {
  const { assignment, e164 } = number;
  return (
    assignment.accountSid === accountSid &&
    (type === undefined ? number.type !== 'shortcode' : number.type === type) &&
    (friendlyName === undefined || assignment.config.friendlyName === friendlyName) &&
    (beta === undefined || !number.beta) &&
    (pattern === undefined || matchesPattern(pattern, e164.replace('+', '')))
  );
}
