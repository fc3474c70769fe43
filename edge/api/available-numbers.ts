import { callingCodeOfCountry, friendlyNumber } from '../../control/inventory/e164.ts';
import type { Capabilities, NumberType } from '../../control/inventory/number.ts';
import { parsePattern } from '../../control/inventory/pattern.ts';
import type { NumberSearch } from '../../control/inventory/search.ts';
import { fail, ok, type Result } from '../../control/base/result.ts';
import type { Sid } from '../../control/base/sid.ts';
import { Countries, type Offer } from './countries.ts';
import { accountPath, accountsPath, type ApiDeps } from './deps.ts';
import type { ApiRequest, Json, Params, Reply, Route } from './exchange.ts';
import { availableNumberJson } from './number-json.ts';
import { jsonPath, readPageSize } from './paging.ts';
import { invalidParameter, Reader } from './readers.ts';
import { json, notFound, printable, type Refused } from './reply.ts';

/** Type, the name in its path, and its key in `subresource_uris`. */
const kinds: readonly (readonly [type: NumberType, path: string, key: string])[] = [
  ['local', 'Local', 'local'],
  ['tollfree', 'TollFree', 'toll_free'],
  ['mobile', 'Mobile', 'mobile'],
];

const placeParams = [
  ['InPostalCode', 'postalCode'],
  ['InLocality', 'locality'],
  ['InRateCenter', 'rateCenter'],
  ['InLata', 'lata'],
  ['InRegion', 'region'],
] as const;

const countryNames = new Intl.DisplayNames(['en'], { type: 'region' });

/** AvailablePhoneNumbers (https://www.twilio.com/docs/phone-numbers/api/availablephonenumber-resource). */
export function availableNumberRoutes(deps: ApiDeps): readonly Route[] {
  const product = 'api';
  const list = `${accountPath}/AvailablePhoneNumbers`;
  const one = `${list}/{CountryCode}`;
  const offers = new Countries(deps.inventory, deps.clock);
  return [
    { product, method: 'GET', path: list, handler: (request) => countries(offers, request) },
    { product, method: 'GET', path: one, handler: (request) => country(offers, request) },
    ...kinds.map(([type, path]): Route => ({
      product,
      method: 'GET',
      path: `${one}/${path}`,
      handler: (request) => search(deps, type, request),
    })),
  ];
}

const countryOf = ({ parts }: ApiRequest): string | undefined => {
  const code = parts['CountryCode']?.toUpperCase() ?? '';
  return /^[A-Z]{2}$/.test(code) && callingCodeOfCountry(code) !== undefined ? code : undefined;
};

/** https://www.twilio.com/docs/phone-numbers/api/availablephonenumber-resource#availablephonenumber-properties */
function countryJson({ country: code, types }: Offer, accountSid: Sid): Json {
  const base = `${accountsPath}/${accountSid}/AvailablePhoneNumbers/${code}`;
  const uris: Record<string, string> = {};
  for (const [type, path, key] of kinds) if (types.includes(type)) uris[key] = `${base}/${path}.json`;
  return {
    beta: false,
    country: countryNames.of(code) ?? code,
    country_code: code,
    subresource_uris: uris,
    uri: `${base}.json`,
  };
}

async function countries(offers: Countries, request: ApiRequest): Promise<Reply> {
  const accountSid = request.principal.account.sid;
  const rows = (await offers.all()).map((offer) => countryJson(offer, accountSid));
  return json({ countries: rows, uri: jsonPath(request) });
}

function country(offers: Countries, request: ApiRequest): Reply {
  const code = countryOf(request);
  const offer = code === undefined ? undefined : offers.one(code);
  return offer === undefined ? notFound : json(countryJson(offer, request.principal.account.sid));
}

function search({ inventory }: ApiDeps, type: NumberType, request: ApiRequest): Reply {
  const code = countryOf(request);
  if (code === undefined) return notFound;
  const wanted = readSearch(request.query, code, type);
  if (!wanted.ok) return wanted.error;
  const numbers = inventory.search(wanted.value).rows;
  return json({
    available_phone_numbers: numbers.map((number) =>
      availableNumberJson(number, friendlyNumber(number.e164)),
    ),
    uri: jsonPath(request),
  });
}

function readSearch(query: Params, country: string, type: NumberType): Result<NumberSearch, Refused> {
  const reader = new Reader(query);
  const limit = readPageSize(reader);
  const areaCode = reader.text('AreaCode', 16, 21451) || undefined;
  if (areaCode !== undefined && !/^\d{1,6}$/.test(areaCode))
    reader.refuse(21451, `AreaCode ${printable(areaCode)} is not a number of a few digits.`);
  const contains = readContains(reader);
  const capabilities: { -readonly [K in keyof Capabilities]?: boolean } = {};
  for (const [name, key] of capabilityParams) {
    const flag = reader.flag(name);
    if (flag !== undefined) capabilities[key] = flag;
  }
  const places: Partial<Record<(typeof placeParams)[number][1], string>> = {};
  for (const [name, key] of placeParams) {
    const place = reader.text(name, 100) || undefined;
    if (place !== undefined) places[key] = place;
  }
  for (const name of ['NearNumber', 'NearLatLong'])
    if (query.get(name))
      reader.refuse(invalidParameter, `${name} is not searched by on this edge: use InRegion or InLocality.`);
  // No number of this edge needs an address or is a beta, so these leave none out.
  for (const name of addressParams) reader.flag(name);
  if (reader.fault !== undefined) return fail(reader.fault);
  return ok({
    country,
    type,
    limit,
    capabilities,
    ...places,
    ...(areaCode === undefined ? {} : { areaCode }),
    ...(contains === undefined ? {} : { contains }),
  });
}

const capabilityParams = [
  ['VoiceEnabled', 'voice'],
  ['SmsEnabled', 'sms'],
  ['MmsEnabled', 'mms'],
  ['FaxEnabled', 'fax'],
] as const;

const addressParams = [
  'ExcludeAllAddressRequired',
  'ExcludeLocalAddressRequired',
  'ExcludeForeignAddressRequired',
  'Beta',
] as const;

function readContains(reader: Reader): NumberSearch['contains'] {
  const text = reader.text('Contains', 32) || undefined;
  if (text === undefined) return undefined;
  // A plus sign that was not percent-encoded in the query has become a space.
  const pattern = parsePattern(text.startsWith(' ') ? `+${text.slice(1)}` : text, 2);
  if (pattern.ok) return pattern.value;
  reader.refuse(
    invalidParameter,
    `Contains ${printable(text)} is not a pattern of two or more digits or letters, *, % and $.`,
  );
  return undefined;
}
