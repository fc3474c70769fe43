import { closeSync, openSync, writeSync } from 'node:fs';

/** Numbers in [0, 1), the same ones in each run (mulberry32). */
export function draws(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A place that numbers belong to, in the words of a list. */
export interface RateCenter {
  readonly areaCode: string;
  readonly region: string;
  readonly locality: string;
  readonly postalCode: string;
  readonly lata: string;
  readonly name: string;
  readonly latitude: string;
  readonly longitude: string;
}

export const regions = [
  'AL',
  'AZ',
  'CA',
  'CO',
  'FL',
  'GA',
  'IL',
  'MA',
  'MI',
  'NJ',
  'NY',
  'OH',
  'PA',
  'TX',
  'WA',
];
const areaCodes = 320;
const rateCentersEach = 40;
/** Of a thousand numbers, so many are a carrier's to give. */
const share = 0.8;

/** 12,800 rate centers in 320 area codes. */
export function rateCenters(): readonly RateCenter[] {
  const draw = draws(1);
  return Array.from({ length: areaCodes * rateCentersEach }, (_, index) => {
    const area = Math.floor(index / rateCentersEach);
    return {
      areaCode: String(201 + 2 * area),
      region: regions[area % regions.length] ?? 'NY',
      locality: `Locality ${Math.floor(index / 2)}`,
      postalCode: String(10_000 + index * 7),
      lata: String(120 + (area % 196)),
      name: `RC${String(index).padStart(6, '0')}`,
      latitude: (25 + draw() * 24).toFixed(4),
      longitude: (-124 + draw() * 57).toFixed(4),
    };
  });
}

/** Each number of the list with the rest of its line: US local ones by the thousand, in the order of their digits. */
export function* listedNumbers(numbers: number): IterableIterator<readonly [e164: string, rest: string]> {
  const draw = draws(2);
  const centers = rateCenters();
  const thousandsEach = Math.max(1, Math.ceil(numbers / (1000 * share) / centers.length));
  let left = numbers;
  for (const [index, center] of centers.entries()) {
    const within = (index % rateCentersEach) * thousandsEach;
    for (let thousand = within; thousand < within + thousandsEach; thousand++) {
      const { areaCode, region, locality, postalCode, lata, name, latitude, longitude } = center;
      const does = ['true', draw() < 0.9, draw() < 0.6, draw() < 0.2].join(',');
      const tail = `${does},${draw() < 0.5 ? 'alpha' : 'beta'},${draw() < 0.05 ? 'local' : 'none'},${draw() < 0.02}`;
      const rest = `,US,local,${region},${locality},${postalCode},${lata},${name},${latitude},${longitude},${tail}`;
      const head = `+1${areaCode}${2000 + thousand}`;
      for (let suffix = 0; suffix < 1000; suffix++) {
        if (draw() >= share) continue;
        if (left-- <= 0) return;
        yield [`${head}${String(suffix).padStart(3, '0')}`, rest];
      }
    }
  }
}

export const listHeader =
  'e164,country,type,region,locality,postal_code,lata,rate_center,latitude,longitude,voice,sms,mms,fax,carrier,address_requirement,beta';

/** Writes the list as CSV; gives how many numbers there are in it. */
export function writeList(path: string, numbers: number): number {
  const file = openSync(path, 'w');
  let lines = [listHeader];
  let written = 0;
  for (const [e164, rest] of listedNumbers(numbers)) {
    written++;
    if (lines.push(e164 + rest) < 10_000) continue;
    writeSync(file, `${lines.join('\n')}\n`);
    lines = [];
  }
  writeSync(file, `${lines.join('\n')}\n`);
  closeSync(file);
  return written;
}
