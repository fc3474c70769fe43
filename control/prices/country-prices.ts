import { callingCodeText } from '../guards/countries.ts';
import { countryOf } from '../inventory/e164.ts';
import { numberTypes, type NumberType } from '../inventory/number.ts';
import type { Micros } from './amount.ts';
import type { PriceService, SenderType } from './price.ts';
import type { PriceQuestion, PriceTable } from './price-table.ts';
import type { Prices } from './prices.ts';

/** What something costs everybody, and what it costs on a plan; null: nothing prices it. */
export interface PricePair {
  readonly baseMicros: Micros | null;
  readonly currentMicros: Micros | null;
}

/** Prefixes of a country that cost the same, E.164. */
export interface Destination {
  readonly prefixes: readonly string[];
  readonly name: string;
  readonly senderType: SenderType;
  readonly price: PricePair;
}

/** One country's prefixes that are looked at: a request must not take long however a list is made. */
const prefixesMax = 5_000;

/** The price of a segment or minute, on a plan and without one. */
export function pairOf(prices: Prices, plan: string, standard: string, question: PriceQuestion): PricePair {
  const micros = (row: ReturnType<Prices['rowOf']>): Micros | null =>
    row === undefined ? null : row.priceMicros + row.carrierFeeMicros;
  return {
    baseMicros: micros(prices.rowOf(standard, question)),
    currentMicros: micros(prices.rowOf(plan, question)),
  };
}

/** Where in a country messages or calls of a sender type go, and for how much; the shortest prefix first. */
export function destinationsOf(
  prices: Prices,
  {
    plan,
    standard,
    country,
    service,
    senderType,
  }: {
    readonly plan: string;
    readonly standard: string;
    readonly country: string;
    readonly service: PriceService;
    readonly senderType: SenderType;
  },
): readonly Destination[] {
  const found = new Map<string, Destination>();
  for (const prefix of outboundPrefixes(prices.tables(plan), country, service)) {
    const question = { service, direction: 'outbound', number: prefix, senderType } as const;
    const price = pairOf(prices, plan, standard, question);
    if (price.currentMicros === null) continue;
    const name = prices.rowOf(plan, question)?.name ?? '';
    const key = `${name} ${price.baseMicros ?? ''} ${price.currentMicros}`;
    const prefixes = [...(found.get(key)?.prefixes ?? []), prefix];
    found.set(key, { prefixes, name, senderType, price });
  }
  return [...found.values()];
}

/** Whether anything of a service is priced to a country. */
export const isServed = (tables: readonly PriceTable[], country: string, service: PriceService): boolean =>
  !outboundPrefixes(tables, country, service).next().done;

/** What receiving costs on a country's numbers, by their types. */
export function inboundOf(
  prices: Prices,
  {
    plan,
    standard,
    country,
    service,
  }: {
    readonly plan: string;
    readonly standard: string;
    readonly country: string;
    readonly service: PriceService;
  },
): readonly (readonly [NumberType, PricePair])[] {
  return numberTypes.flatMap((type) => {
    const question = {
      service,
      direction: 'inbound',
      number: callingCodeText(country),
      senderType: type,
    } as const;
    const pair = pairOf(prices, plan, standard, question);
    return pair.currentMicros === null ? [] : [[type, pair] as const];
  });
}

/** What the month of a country's numbers costs, by their types. */
export function numbersOf(
  prices: Prices,
  { plan, standard, country }: { readonly plan: string; readonly standard: string; readonly country: string },
): readonly (readonly [NumberType, PricePair])[] {
  const micros = (of: string, type: NumberType): Micros | null => {
    for (const { numbers } of prices.tables(of)) {
      const found = numbers[`${country}/${type}`];
      if (found !== undefined) return found;
    }
    return null;
  };
  return numberTypes.flatMap((type) => {
    const pair = { baseMicros: micros(standard, type), currentMicros: micros(plan, type) };
    return pair.currentMicros === null ? [] : [[type, pair] as const];
  });
}

/** Prefixes of a country that have prices, its calling code for those that reach beyond it. */
function* outboundPrefixes(
  tables: readonly PriceTable[],
  country: string,
  service: PriceService,
): IterableIterator<string> {
  const code = callingCodeText(country);
  const seen = new Set<string>();
  const priced = (row: { readonly service: PriceService; readonly direction: string }): boolean =>
    row.service === service && row.direction === 'outbound';
  for (const table of tables) {
    for (const row of table.rowsOver(code)) {
      if (!priced(row) || seen.has(code)) continue;
      seen.add(code);
      yield code;
    }
  }
  let looked = 0;
  for (const table of tables) {
    for (const row of table.rowsWithin(code)) {
      if (++looked > prefixesMax) return;
      if (!priced(row) || seen.has(row.prefix) || !liesIn(row.prefix, country)) continue;
      seen.add(row.prefix);
      yield row.prefix;
    }
  }
}

/** Whether numbers of a prefix are of a country, as far as one can tell where countries share a code. */
const liesIn = (prefix: string, country: string): boolean =>
  (prefix.startsWith('+1') && prefix.length < 5) || countryOf(prefix.padEnd(12, '0')) === country;
