import { addressFault, type Address, type AddressDetails } from '../../control/addresses/address.ts';
import { fail, ok, type Result } from '../../control/base/result.ts';
import { callingCodeOfCountry } from '../../control/inventory/e164.ts';
import { accountPath, accountsPath, type ApiDeps } from './deps.ts';
import type { ApiRequest, Json, Params, Reply, Route } from './exchange.ts';
import { given } from './given.ts';
import { sidList } from './lists.ts';
import { dependentNumberJson } from './number-json.ts';
import { Reader } from './readers.ts';
import { created, json, noContent, notFound, orNull, printable, refused, type Refused } from './reply.ts';
import { rfc2822 } from './rfc2822.ts';

/** "Address Validation Error" */
const badAddress = 21628;
const textMaxCharacters = 128;

const partNames: Readonly<Record<keyof AddressDetails, string>> = {
  customerName: 'CustomerName',
  friendlyName: 'FriendlyName',
  street: 'Street',
  streetSecondary: 'StreetSecondary',
  city: 'City',
  region: 'Region',
  postalCode: 'PostalCode',
  emergencyEnabled: 'EmergencyEnabled',
};

const noDetails: AddressDetails = {
  customerName: '',
  friendlyName: '',
  street: '',
  streetSecondary: '',
  city: '',
  region: '',
  postalCode: '',
  emergencyEnabled: false,
};

/** Addresses and their DependentPhoneNumbers (https://www.twilio.com/docs/usage/api/address). */
export function postalAddressRoutes(deps: ApiDeps): readonly Route[] {
  const { addresses, inventory } = deps;
  const product = 'api';
  const list = `${accountPath}/Addresses`;
  const one = `${list}/{Sid}`;
  const withAddress =
    (handle: (address: Address, request: ApiRequest) => Reply | Promise<Reply>) =>
    (request: ApiRequest): Reply | Promise<Reply> => {
      const address = addresses.fetch(request.principal.account.sid, request.parts['Sid'] ?? '');
      return address === undefined ? notFound : handle(address, request);
    };
  return [
    { product, method: 'POST', path: list, handler: (request) => create(deps, request) },
    { product, method: 'GET', path: list, handler: (request) => readList(deps, request) },
    { product, method: 'GET', path: one, handler: withAddress((address) => json(addressJson(address))) },
    {
      product,
      method: 'POST',
      path: one,
      handler: withAddress(async (before, { form }) => {
        const change = readDetails(form, before, before.isoCountry);
        if (!change.ok) return change.error;
        const after = await addresses.update(before.accountSid, before.sid, change.value);
        return after === undefined ? notFound : json(addressJson(after));
      }),
    },
    {
      product,
      method: 'DELETE',
      path: one,
      handler: withAddress(async ({ accountSid, sid }) => {
        const removed = await addresses.remove(accountSid, sid);
        if (removed.ok) return noContent;
        return removed.error === 'unknown'
          ? notFound
          : refused(20409, `Address ${sid} is in use: see its DependentPhoneNumbers.`);
      }),
    },
    {
      product,
      method: 'GET',
      path: `${one}/DependentPhoneNumbers`,
      handler: withAddress(({ accountSid, sid }, request) =>
        sidList(
          request,
          'dependent_phone_numbers',
          'PN',
          (page) => inventory.list(accountSid, { addressSid: sid }, page),
          { sid: (number) => number.assignment.sid, json: dependentNumberJson },
        ),
      ),
    },
  ];
}

async function create({ addresses }: ApiDeps, { form, principal }: ApiRequest): Promise<Reply> {
  const isoCountry = (form.get('IsoCountry') ?? '').toUpperCase();
  if (!/^[A-Z]{2}$/.test(isoCountry) || callingCodeOfCountry(isoCountry) === undefined)
    return refused(badAddress, `IsoCountry ${printable(isoCountry)} is not an ISO 3166-1 code, as in US.`);
  const details = readDetails(form, noDetails, isoCountry);
  if (!details.ok) return details.error;
  const made = await addresses.create(principal.account.sid, {
    ...noDetails,
    ...details.value,
    isoCountry,
  });
  if (made.ok) return created(addressJson(made.value));
  return refused(badAddress, 'The account has as many addresses as it may: delete some that are not used.');
}

/** The details that a request gives; `before` is what they are a change of. */
function readDetails(
  params: Params,
  before: AddressDetails,
  isoCountry: string,
): Result<Partial<AddressDetails>, Refused> {
  const reader = new Reader(params);
  const text = (name: string, maxCharacters = textMaxCharacters): string | undefined =>
    reader.text(name, maxCharacters, badAddress);
  const change = given<AddressDetails>({
    customerName: text('CustomerName', 64),
    friendlyName: text('FriendlyName', 64),
    street: text('Street'),
    streetSecondary: text('StreetSecondary'),
    city: text('City'),
    region: text('Region'),
    postalCode: text('PostalCode', 32),
    emergencyEnabled: reader.flag('EmergencyEnabled'),
  });
  // No address is looked up on a map here, so none is corrected.
  reader.flag('AutoCorrectAddress');
  const fault = addressFault({ ...before, ...change }, isoCountry);
  if (fault !== undefined) reader.refuse(badAddress, `${partNames[fault.part]} must be ${fault.says}.`);
  return reader.fault === undefined ? ok(change) : fail(reader.fault);
}

function readList({ addresses }: ApiDeps, request: ApiRequest): Reply {
  const reader = new Reader(request.query);
  const filter = given<Address>({
    customerName: reader.text('CustomerName', textMaxCharacters) || undefined,
    friendlyName: reader.text('FriendlyName', textMaxCharacters) || undefined,
    isoCountry: reader.text('IsoCountry', 2)?.toUpperCase() || undefined,
    emergencyEnabled: reader.flag('EmergencyEnabled'),
  });
  if (reader.fault !== undefined) return reader.fault;
  const accountSid = request.principal.account.sid;
  return sidList(request, 'addresses', 'AD', (page) => addresses.list(accountSid, filter, page), {
    sid: (address) => address.sid,
    json: addressJson,
  });
}

/** https://www.twilio.com/docs/usage/api/address#address-properties */
function addressJson(address: Address): Json {
  const { accountSid, sid } = address;
  return {
    account_sid: accountSid,
    city: address.city,
    customer_name: address.customerName,
    date_created: rfc2822(address.createdMs),
    date_updated: rfc2822(address.updatedMs),
    emergency_enabled: address.emergencyEnabled,
    friendly_name: orNull(address.friendlyName),
    iso_country: address.isoCountry,
    postal_code: address.postalCode,
    region: address.region,
    sid,
    street: address.street,
    street_secondary: orNull(address.streetSecondary),
    uri: `${accountsPath}/${accountSid}/Addresses/${sid}.json`,
    validated: false,
    verified: false,
  };
}
