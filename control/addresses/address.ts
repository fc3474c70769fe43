import type { Sid } from '../base/sid.ts';
import type { AddressRequirement } from '../inventory/number.ts';

/** What a tenant says of an address. '' where it says nothing. */
export interface AddressDetails {
  readonly customerName: string;
  readonly friendlyName: string;
  readonly street: string;
  readonly streetSecondary: string;
  readonly city: string;
  readonly region: string;
  readonly postalCode: string;
  readonly emergencyEnabled: boolean;
}

/** Where a tenant or its customer is (https://www.twilio.com/docs/usage/api/address). */
export interface Address extends AddressDetails {
  readonly sid: Sid; // AD…
  readonly accountSid: Sid;
  /** ISO 3166-1 alpha-2; stays as it was made. */
  readonly isoCountry: string;
  readonly createdMs: number;
  readonly updatedMs: number;
}

/** The parts that no address goes without. */
const requiredDetails = ['customerName', 'street', 'city', 'region', 'postalCode'] as const;

/** In the United States a state is two letters, and a postal code a ZIP or ZIP+4. Elsewhere customs vary too much. */
const usForms = {
  region: { form: /^[A-Za-z]{2}$/, says: 'the two letters of a state, as in CA' },
  postalCode: { form: /^\d{5}(-?\d{4})?$/, says: 'a ZIP code of five or nine digits' },
} as const;

/** Which part cannot be so, and what it should be; undefined if the address can be one. */
export function addressFault(
  details: AddressDetails,
  isoCountry: string,
): { readonly part: keyof AddressDetails; readonly says: string } | undefined {
  for (const part of requiredDetails) if (details[part].trim() === '') return { part, says: 'given' };
  if (isoCountry !== 'US') return undefined;
  for (const part of ['region', 'postalCode'] as const) {
    const { form, says } = usForms[part];
    if (!form.test(details[part].trim())) return { part, says };
  }
  return undefined;
}

/** Whether an address in `isoCountry` is enough for a number of `country`. */
export function satisfies(requirement: AddressRequirement, isoCountry: string, country: string): boolean {
  if (requirement === 'local') return isoCountry === country;
  return requirement !== 'foreign' || isoCountry !== country;
}
