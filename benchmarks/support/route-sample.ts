import { microsPerUnit } from '../../control/billing/micros.ts';
import { decimalText } from '../../control/billing/micros.ts';
import { traffics, type Route } from '../../control/routing/route.ts';
import { always } from '../../control/routing/window.ts';
import type { Dice } from '../../test/fuzz/fuzzer.ts';

/** Twenty, each of which takes messages and calls. */
export const carriers = Array.from({ length: 20 }, (_, index) => ({
  name: `carrier-${index}`,
  smpp: {},
  sip: {},
  routes: [],
}));

const countries = ['+1', '+44', '+49', '+33', '+91', '+86', '+55', '+234', '+971', '+420'];
const digitsMax = 9;
/** Carriers that serve a country. */
const served = 4;

/** Different prefixes of 3 to 9 digits, most of them beginning with others of them, as rate sheets have them. */
export function prefixesOf(count: number, random: Dice): readonly string[] {
  const prefixes = new Set(['+', ...countries]);
  const parents = [...countries];
  while (prefixes.size < count) {
    const parent = random.pick(parents);
    const prefix =
      parent +
      String(random.int(100))
        .padStart(2, '0')
        .slice(0, 1 + random.int(2));
    if (prefixes.has(prefix)) continue;
    prefixes.add(prefix);
    if (prefix.length < digitsMax) parents.push(prefix);
  }
  return [...prefixes].slice(0, count);
}

/** Two routes for a prefix, of the four carriers that serve its country; which, and their costs, depends on it alone. */
export function routesOf(prefix: string): readonly Route[] {
  let hash = 7;
  for (let at = 0; at < prefix.length; at++) hash = (hash * 31 + prefix.charCodeAt(at)) % 1_000_003;
  const country = countries.findIndex((code) => prefix.startsWith(code)) + 1;
  const first = hash % served;
  const second = (first + 1 + (Math.floor(hash / served) % (served - 1))) % served;
  return [first, second].map((carrier, place) => ({
    prefix,
    carrier: `carrier-${(country * 3 + carrier) % carriers.length}`,
    traffic: traffics,
    priority: 0,
    costMicros: ((hash % 997) + place * 13) * (microsPerUnit / 10_000),
    weight: null,
    window: always,
  }));
}

export function* csvLines(prefixes: readonly string[]): IterableIterator<string> {
  yield 'prefix,carrier,cost\n';
  for (const prefix of prefixes) {
    yield routesOf(prefix)
      .map(({ carrier, costMicros }) => `${prefix},${carrier},${decimalText(costMicros, 0)}\n`)
      .join('');
  }
}

/** Numbers of 11 to 13 digits that begin with some of the prefixes. */
export function numbersOf(
  prefixes: readonly string[],
  count: number,
  random: Dice,
  kind: 'any' | 'distinct' = 'any',
): readonly string[] {
  const one = (): string => {
    const prefix = random.pick(prefixes);
    const length = 12 + random.int(3);
    let number = prefix;
    while (number.length < length) number += String(random.int(10));
    return number.startsWith('+0') ? `+1${number.slice(2)}` : number;
  };
  if (kind === 'any') return Array.from({ length: count }, one);
  const numbers = new Set<string>();
  while (numbers.size < count) numbers.add(one());
  return [...numbers];
}
