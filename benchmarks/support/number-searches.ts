import { parsePattern } from '../../control/inventory/pattern.ts';
import type { NumberSearch } from '../../control/inventory/search.ts';
import { draws, rateCenters, regions } from './number-list.ts';

/** One search in the inventory's words and in SQL. */
export interface Asked {
  readonly search: Omit<NumberSearch, 'limit'>;
  readonly where: string;
  readonly parameters: readonly (string | number)[];
}

/** A kind of search, asked for something else each time. */
export interface SearchKind {
  readonly name: string;
  readonly ask: () => Asked;
}

const draw = draws(3);
const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(draw() * items.length)] as Item;
const digits = (count: number): string =>
  Array.from({ length: count }, () => Math.floor(draw() * 10)).join('');
const us = { country: 'US', type: 'local' } as const;
const words = ['FLOWERS', 'PIZZA', 'TAXI', 'CALL', 'LAWYER', 'CARS', 'HELP', 'ROOF'];

function containing(text: string): Asked {
  const parsed = parsePattern(text, 2);
  if (!parsed.ok) throw new Error(`no pattern: ${text}`);
  const like = parsed.value.glob.replaceAll('*', '_');
  return { search: { ...us, contains: parsed.value }, where: 'substr(e164, 2) LIKE ?', parameters: [like] };
}

/** Each filter of AvailablePhoneNumbers. */
export function searchKinds(): readonly SearchKind[] {
  const centers = rateCenters();
  const place = (
    part: 'region' | 'postalCode' | 'locality' | 'rateCenter' | 'lata',
    column: string,
    value: () => string,
  ): SearchKind['ask'] => {
    return () => {
      const wanted = value();
      return { search: { ...us, [part]: wanted }, where: `${column} = ?`, parameters: [wanted] };
    };
  };
  return [
    {
      name: 'AreaCode',
      ask: () => {
        const { areaCode } = pick(centers);
        return {
          search: { ...us, areaCode },
          where: 'e164 >= ? AND e164 < ?',
          parameters: [`+1${areaCode}`, `+1${areaCode}~`],
        };
      },
    },
    { name: 'Contains 4 digits', ask: () => containing(digits(4)) },
    { name: 'Contains 7 digits', ask: () => containing(digits(7)) },
    { name: 'Contains stars', ask: () => containing(`${digits(2)}**${digits(3)}`) },
    { name: 'Contains letters (vanity)', ask: () => containing(pick(words)) },
    {
      name: 'SmsEnabled, FaxEnabled',
      ask: () => ({
        search: { ...us, capabilities: { sms: false, fax: true } },
        where: 'sms = 0 AND fax = 1',
        parameters: [],
      }),
    },
    { name: 'InRegion', ask: place('region', 'region', () => pick(regions)) },
    { name: 'InPostalCode', ask: place('postalCode', 'postal_code', () => pick(centers).postalCode) },
    { name: 'InLocality', ask: place('locality', 'locality', () => pick(centers).locality) },
    { name: 'InRateCenter', ask: place('rateCenter', 'rate_center', () => pick(centers).name) },
    { name: 'InLata', ask: place('lata', 'lata', () => pick(centers).lata) },
    {
      name: 'NearLatLong, Distance 25',
      ask: () => {
        const latitude = Number(pick(centers).latitude);
        const longitude = Number(pick(centers).longitude);
        // The box that encloses the circle: SQL does less than is asked.
        const [north, east] = [25 / 69, 25 / (69 * Math.cos((latitude * Math.PI) / 180))];
        return {
          search: { ...us, near: { latitude, longitude }, distanceMiles: 25 },
          where: 'latitude BETWEEN ? AND ? AND longitude BETWEEN ? AND ?',
          parameters: [latitude - north, latitude + north, longitude - east, longitude + east],
        };
      },
    },
    {
      name: 'ExcludeLocalAddressRequired, Beta',
      ask: () => ({
        search: { ...us, excludeAddressRequired: ['local'], beta: false },
        where: "address_requirement <> 'local' AND beta = 0",
        parameters: [],
      }),
    },
    {
      name: 'nothing fits',
      ask: () => ({
        search: { ...us, region: pick(regions), capabilities: { voice: false } },
        where: 'region = ? AND voice = 0',
        parameters: [pick(regions)],
      }),
    },
  ];
}
