import { capabilitiesOf, capabilityMask, packPlace, unpackPlace } from './tables.ts';
import type { AddressRequirement, NumberType, PhoneNumber } from './number.ts';

/** What a carrier's list says alike of many numbers: all but the number itself. */
export type Profile = Pick<
  PhoneNumber,
  'type' | 'place' | 'capabilities' | 'addressRequirement' | 'beta' | 'carrier'
>;

const own = 5;

/** A profile as one text, the same for the same profile. Listings admit no control characters, so newlines separate. */
export const profileText = (profile: Profile): string =>
  [
    profile.type,
    capabilityMask(profile.capabilities),
    profile.carrier,
    profile.addressRequirement,
    profile.beta ? 1 : 0,
    packPlace(profile.place),
  ].join('\n');

export function profileOf(text: string): Profile {
  const parts = text.split('\n');
  const [type, mask, carrier = '', addressRequirement, beta] = parts;
  return {
    type: type as NumberType,
    capabilities: capabilitiesOf(Number(mask)),
    carrier,
    addressRequirement: addressRequirement as AddressRequirement,
    beta: beta === '1',
    place: unpackPlace(parts.slice(own).join('\n')),
  };
}
