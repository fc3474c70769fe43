import type { Sid } from '../base/sid.ts';
import type { Facet } from '../store/facets.ts';
import type { Assignment, NumberType, PhoneNumber } from './number.ts';

/** An account's numbers: phone numbers and short codes are lists of their own. Members are PN or SC SIDs. */
export const ownedFacet = (
  accountSid: Sid,
  list: 'numbers' | 'shortcodes' | Exclude<NumberType, 'shortcode'>,
  friendlyName?: string,
): Facet => (friendlyName === undefined ? [accountSid, list] : [accountSid, list, friendlyName]);

/** An account's numbers that name an address, as the holder's or for emergencies, or a regulatory bundle. */
export const addressFacet = (accountSid: Sid, addressSid: Sid): Facet => [accountSid, 'address', addressSid];

export function ownedFacets(type: NumberType, { accountSid, config }: Assignment): readonly Facet[] {
  const lists = type === 'shortcode' ? (['shortcodes'] as const) : (['numbers', type] as const);
  const named = [config.addressSid, config.emergencyAddressSid, config.bundleSid].filter((sid) => sid !== '');
  return [
    ...lists.flatMap((list) => [
      ownedFacet(accountSid, list),
      ownedFacet(accountSid, list, config.friendlyName),
    ]),
    ...named.map((sid) => addressFacet(accountSid, sid)),
  ];
}

/** The letters that a number's SID begins with. */
export const sidPrefix = ({ type }: Pick<PhoneNumber, 'type'>): 'PN' | 'SC' =>
  type === 'shortcode' ? 'SC' : 'PN';
