import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { numberTypes } from '../../../control/inventory/number.ts';
import { writePrices } from '../../../control/prices/export.ts';
import { readPrices } from '../../../control/prices/import.ts';
import { directions, priceServices, senderTypes, unitNames } from '../../../control/prices/price.ts';
import { PriceTable, type PriceList } from '../../../control/prices/price-table.ts';

const tableOf = (list: PriceList): PriceTable =>
  new PriceTable(new Uint8Array(PriceTable.bytes(list)).buffer);

const micros = fc.integer({ min: 0, max: 1_000_000_000_000 });
const seconds = fc.integer({ min: 1, max: 3600 });
const row = fc.record({
  prefix: fc.stringMatching(/^\+\d{0,6}$/),
  service: fc.constantFrom(...priceServices),
  direction: fc.constantFrom(...directions),
  senderType: fc.constantFrom(null, ...senderTypes),
  priceMicros: micros,
  carrierFeeMicros: micros,
  connectMicros: micros,
  incrementSeconds: seconds,
  minimumSeconds: seconds,
  name: fc.string({ maxLength: 20 }).map((text) => text.replace(/\0/g, '').trim()),
});
const list: fc.Arbitrary<PriceList> = fc.record({
  rows: fc.uniqueArray(row, {
    maxLength: 12,
    selector: ({ prefix, service, direction, senderType }) =>
      `${service}${direction}${prefix}${senderType ?? ''}`,
  }),
  numbers: fc.dictionary(
    fc
      .tuple(fc.constantFrom('US', 'GB', 'DE'), fc.constantFrom(...numberTypes))
      .map((pair) => pair.join('/')),
    micros,
    { noNullPrototype: true },
  ),
  units: fc.dictionary(fc.constantFrom(...unitNames), micros, { noNullPrototype: true }),
});

describe('writePrices', () => {
  it('writes what readPrices reads as the same list', async () => {
    await fc.assert(
      fc.asyncProperty(list, async (made) => {
        const stored = tableOf(made).list;
        const read = await readPrices(Readable.from([writePrices(stored)]));
        assert.ok(read.ok, JSON.stringify(read));
        assert.deepEqual(tableOf(read.value).list, stored);
        assert.equal(stored.rows.length, made.rows.length);
      }),
      { numRuns: 200 },
    );
  });
});
