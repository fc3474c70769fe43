import type { Account } from '../../control/accounts/account.ts';
import { decimalText } from '../../control/billing/micros.ts';
import { standardPlan } from '../../control/billing/payments.ts';
import { countries, countryName } from '../../control/guards/countries.ts';
import { countryOf, parseNumber } from '../../control/inventory/e164.ts';
import { messageSenderTypes, type NumberType } from '../../control/inventory/number.ts';
import {
  destinationsOf,
  inboundOf,
  isServed,
  numbersOf,
  pairOf,
  type Destination,
  type PricePair,
} from '../../control/prices/country-prices.ts';
import type { SenderType } from '../../control/prices/price.ts';
import type { ApiDeps } from './deps.ts';
import type { ApiRequest, Json, Reply, Route } from './exchange.ts';
import { rowList } from './lists.ts';
import { json, notFound } from './reply.ts';

/** A country's prices on an account's plan, without the words that every such resource has. */
type Fields = { readonly [key: string]: Json };

/** One family of resources: countries, and how their prices are told. */
interface Family {
  readonly root: string;
  readonly isPriced: (deps: ApiDeps, plan: string, country: string) => boolean;
  readonly fields: (deps: ApiDeps, plan: string, country: string) => Fields;
}

const amount = (micros: number | null): string | null => (micros === null ? null : decimalText(micros, 4));

const pairJson = ({ baseMicros, currentMicros }: PricePair): Fields => ({
  base_price: amount(baseMicros),
  current_price: amount(currentMicros),
});

/** As Twilio writes the types of numbers. */
const typeText = (type: NumberType | SenderType): string => (type === 'tollfree' ? 'toll free' : type);

const typedJson = (prices: readonly (readonly [NumberType, PricePair])[]): Json =>
  prices.map(([type, pair]) => ({ number_type: typeText(type), ...pairJson(pair) }));

const digitsOf = (prefixes: readonly string[]): readonly string[] =>
  prefixes.map((prefix) => prefix.slice(1));

/** Who calls is of no matter to a price list without `sender_type`; else it is a local number that calls. */
const usualCaller = 'local';

const voice = { standard: standardPlan, service: 'voice' } as const;

const callDestinations = ({ prices }: ApiDeps, plan: string, country: string): readonly Destination[] =>
  destinationsOf(prices, { ...voice, plan, country, senderType: usualCaller });

const withOrigins = ({ prefixes, name, price }: Destination): Fields => ({
  destination_prefixes: digitsOf(prefixes),
  origination_prefixes: ['ALL'],
  friendly_name: name,
  ...pairJson(price),
});

const voiceFamily = (root: string, fields: Family['fields']): Family => ({
  root,
  isPriced: ({ prices }, plan, country) =>
    isServed(prices.tables(plan), country, 'voice') ||
    inboundOf(prices, { ...voice, plan, country }).length > 0,
  fields,
});

/** https://www.twilio.com/docs/messaging/api/pricing, …/voice/pricing, …/phone-numbers/pricing, …/sip-trunking/pricing */
const families: readonly Family[] = [
  {
    root: '/v1/Messaging/Countries',
    isPriced: ({ prices }, plan, country) => isServed(prices.tables(plan), country, 'sms'),
    fields: ({ prices }, plan, country) => ({
      outbound_sms_prices: smsPrices(prices, plan, country),
      inbound_sms_prices: typedJson(
        inboundOf(prices, { plan, standard: standardPlan, country, service: 'sms' }),
      ),
    }),
  },
  {
    root: '/v1/PhoneNumbers/Countries',
    isPriced: ({ prices }, plan, country) =>
      numbersOf(prices, { plan, standard: standardPlan, country }).length > 0,
    fields: ({ prices }, plan, country) => ({
      phone_number_prices: typedJson(numbersOf(prices, { plan, standard: standardPlan, country })),
    }),
  },
  voiceFamily('/v1/Voice/Countries', (deps, plan, country) => ({
    outbound_prefix_prices: callDestinations(deps, plan, country).map(({ prefixes, name, price }) => ({
      prefixes: digitsOf(prefixes),
      friendly_name: name,
      ...pairJson(price),
    })),
    inbound_call_prices: typedJson(inboundOf(deps.prices, { ...voice, plan, country })),
  })),
  voiceFamily('/v2/Voice/Countries', (deps, plan, country) => ({
    outbound_prefix_prices: callDestinations(deps, plan, country).map(withOrigins),
    inbound_call_prices: typedJson(inboundOf(deps.prices, { ...voice, plan, country })),
  })),
  voiceFamily('/v2/Trunking/Countries', (deps, plan, country) => ({
    terminating_prefix_prices: callDestinations(deps, plan, country).map(withOrigins),
    originating_call_prices: typedJson(inboundOf(deps.prices, { ...voice, plan, country })),
  })),
];

/** Pricing v1 and v2: what the account's plan says. */
export const pricingRoutes = (deps: ApiDeps): readonly Route[] => [
  ...families.flatMap((family): Route[] => [
    {
      product: 'pricing',
      method: 'GET',
      path: family.root,
      handler: (request) => list(deps, family, request),
    },
    {
      product: 'pricing',
      method: 'GET',
      path: `${family.root}/{IsoCountry}`,
      handler: (request) => fetch(deps, family, request),
    },
  ]),
  ...numberFamilies.map(({ root, fields }): Route => ({
    product: 'pricing',
    method: 'GET',
    path: `${root}/{Number}`,
    handler: (request) => fetchNumber(deps, root, fields, request),
  })),
];

const planOf = ({ payments }: ApiDeps, { ownerSid }: Account): string => payments.recentTerms(ownerSid).plan;

const headOf = ({ origin }: ApiRequest, root: string, country: string): Fields => ({
  country: countryName(country),
  iso_country: country,
  url: `${origin}${root}/${country}`,
});

function list(deps: ApiDeps, { root, isPriced }: Family, request: ApiRequest): Reply {
  const plan = planOf(deps, request.principal.account);
  const rows = countries.filter((country) => isPriced(deps, plan, country));
  return rowList(request, 'countries', rows, (country) => headOf(request, root, country));
}

/** 404 for a country that nothing prices, as for what is no country. */
function fetch(deps: ApiDeps, { root, isPriced, fields }: Family, request: ApiRequest): Reply {
  const country = (request.parts['IsoCountry'] ?? '').toUpperCase();
  const plan = planOf(deps, request.principal.account);
  if (!countries.includes(country) || !isPriced(deps, plan, country)) return notFound;
  return json({
    ...headOf(request, root, country),
    ...fields(deps, plan, country),
    price_unit: deps.currency,
  });
}

/** By prefix, what each type of sender costs; our prices know no networks by MCC and MNC. */
function smsPrices(prices: ApiDeps['prices'], plan: string, country: string): Json {
  const byPlace = new Map<string, { readonly carrier: string; readonly prices: Json[] }>();
  for (const senderType of messageSenderTypes) {
    const where = { plan, standard: standardPlan, country, service: 'sms', senderType } as const;
    for (const { prefixes, name, price } of destinationsOf(prices, where)) {
      const key = `${name} ${prefixes.join()}`;
      const place = byPlace.get(key) ?? { carrier: name, prices: [] };
      byPlace.set(key, place);
      place.prices.push({ number_type: typeText(senderType), ...pairJson(price) });
    }
  }
  return Array.from(byPlace.values(), ({ carrier, prices: typed }) => ({
    carrier,
    mcc: null,
    mnc: null,
    prices: typed,
  }));
}

/** What a number costs: calls to it, and calls that it receives where it is the account's own. */
interface NumberPrices {
  readonly asked: string;
  readonly origination: string | null;
  readonly outbound: PricePair;
  readonly inbound: Fields;
  readonly name: string;
}

const originPriced = ({ outbound }: NumberPrices): Fields => ({
  ...pairJson(outbound),
  origination_prefixes: ['ALL'],
});

const numberFamilies: readonly { readonly root: string; readonly fields: (found: NumberPrices) => Fields }[] =
  [
    {
      root: '/v1/Voice/Numbers',
      fields: (found) => ({
        number: found.asked,
        outbound_call_price: pairJson(found.outbound),
        inbound_call_price: found.inbound,
      }),
    },
    {
      root: '/v2/Voice/Numbers',
      fields: (found) => ({
        destination_number: found.asked,
        origination_number: found.origination,
        outbound_call_prices: [originPriced(found)],
        inbound_call_price: found.inbound,
      }),
    },
    {
      root: '/v2/Trunking/Numbers',
      fields: (found) => ({
        destination_number: found.asked,
        origination_number: found.origination,
        terminating_prefix_prices: [
          { ...originPriced(found), destination_prefixes: [found.asked.slice(1)], friendly_name: found.name },
        ],
        originating_call_price: found.inbound,
      }),
    },
  ];

function fetchNumber(
  deps: ApiDeps,
  root: string,
  fields: (found: NumberPrices) => Fields,
  request: ApiRequest,
): Reply {
  const { account } = request.principal;
  const parsed = parseNumber(request.parts['Number'] ?? '');
  if (!parsed.ok) return notFound;
  const number = parsed.value.e164;
  const plan = planOf(deps, account);
  const origin = request.query.get('OriginationNumber') ?? '';
  const origination = origin === '' ? undefined : parseNumber(origin);
  if (origination?.ok === false) return notFound;
  const typeOf = (e164: string): NumberType | undefined => {
    const found = deps.inventory.number(e164);
    // Whose a number of somebody else's is, and of which type, is nobody's business.
    return found?.assignment?.accountSid === account.sid ? found.type : undefined;
  };
  const senderType = (origination && typeOf(origination.value.e164)) ?? usualCaller;
  const question = { service: 'voice', direction: 'outbound', number, senderType } as const;
  const own = typeOf(number);
  const received =
    own === undefined
      ? { baseMicros: null, currentMicros: null }
      : pairOf(deps.prices, plan, standardPlan, { ...question, direction: 'inbound', senderType: own });
  const country = countryOf(number);
  return json({
    ...fields({
      asked: number,
      origination: origination?.value.e164 ?? null,
      outbound: pairOf(deps.prices, plan, standardPlan, question),
      inbound: { number_type: own === undefined ? null : typeText(own), ...pairJson(received) },
      name: deps.prices.rowOf(plan, question)?.name ?? '',
    }),
    country: country === '' ? null : countryName(country),
    iso_country: country === '' ? null : country,
    price_unit: deps.currency,
    url: `${request.origin}${root}/${number}`,
  });
}
