import { callingCodeOfCountry } from '../../control/inventory/e164.ts';
import type { NumberType } from '../../control/inventory/number.ts';
import type { Sid } from '../../control/base/sid.ts';
import { Countries, type Offer } from './countries.ts';
import { accountPath, accountsPath, type ApiDeps } from './deps.ts';
import type { ApiRequest, Json, Reply, Route } from './exchange.ts';
import { availableNumberJson } from './number-json.ts';
import { readSearch } from './number-search.ts';
import { jsonPath, readPageQuery, renderPage } from './paging.ts';
import { json, notFound, refused } from './reply.ts';

/** Type, the name in its path, and its key in `subresource_uris`. */
const kinds: readonly (readonly [type: NumberType, path: string, key: string])[] = [
  ['local', 'Local', 'local'],
  ['tollfree', 'TollFree', 'toll_free'],
  ['mobile', 'Mobile', 'mobile'],
  ['national', 'National', 'national'],
  ['voip', 'Voip', 'voip'],
  ['sharedcost', 'SharedCost', 'shared_cost'],
  ['machinetomachine', 'MachineToMachine', 'machine_to_machine'],
];

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

async function country(offers: Countries, request: ApiRequest): Promise<Reply> {
  const code = countryOf(request);
  const offer = code === undefined ? undefined : await offers.one(code);
  return offer === undefined ? notFound : json(countryJson(offer, request.principal.account.sid));
}

async function search({ inventory }: ApiDeps, type: NumberType, request: ApiRequest): Promise<Reply> {
  const code = countryOf(request);
  if (code === undefined) return notFound;
  const page = readPageQuery(request.query, (text) => text !== '');
  if (!page.ok) return page.error;
  const { size, position } = page.value;
  if (position?.direction === 'before')
    return refused(21481, 'These lists are walked forwards only: follow next_page_uri.');
  const wanted = readSearch(request.query, code, type);
  if (!wanted.ok) return wanted.error;
  const { rows, next } = await inventory.search({
    ...wanted.value,
    limit: size,
    ...(position === undefined ? {} : { after: position.key }),
  });
  const items = rows.map(availableNumberJson);
  // A list that nobody asked to have in pages is one page: helper libraries would walk through every number there is.
  if (!paging.some((name) => request.query.has(name)))
    return json({ available_phone_numbers: items, uri: jsonPath(request) });
  return renderPage(request, page.value, {
    name: 'available_phone_numbers',
    items,
    hasNext: next !== null,
    hasPrevious: false,
    lastKey: next ?? undefined,
  });
}

const paging = ['PageSize', 'Page', 'PageToken'] as const;
