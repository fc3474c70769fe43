import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  decodeBlock,
  emptyMask,
  encodeBlock,
  numberAt,
  runsOf,
  seatOf,
  setBit,
} from '../../../control/inventory/block.ts';
import { distanceMiles } from '../../../control/inventory/distance.ts';
import { matchesPattern, parsePattern } from '../../../control/inventory/pattern.ts';
import { Stock } from '../../../control/inventory/stock.ts';
import { formerNumberTable } from '../../../control/inventory/tables.ts';
import { upgradeNumbers } from '../../../control/inventory/upgrade.ts';
import { temporaryStore } from '../store/temporary.ts';
import { accountA, listing, openStock } from './stock.ts';

describe('blocks', () => {
  it('give back every number, short codes too', () => {
    for (const number of ['+14155551000', '+12345', '+999999999999999', '123', '12345678', '0001'])
      assert.deepEqual(numberAt(seatOf(number)!.block, seatOf(number)!.suffix), number);
    for (const none of ['', '+', '+0123456', '12', '123456789', '+1415555x000', '١٢٣'])
      assert.equal(seatOf(none), undefined);
  });

  it('are bytes and back', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(999), fc.nat(3), fc.boolean())), (rows) => {
        const held = emptyMask();
        const available = emptyMask();
        const profiles = new Uint32Array(1000);
        for (const [suffix, profile, forSale] of rows) {
          setBit(held, suffix, true);
          setBit(available, suffix, forSale);
          profiles[suffix] = profile + 1;
        }
        const block = { held, available, runs: runsOf(held, profiles) };
        assert.deepEqual(decodeBlock(encodeBlock(block)), block);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the search engine', () => {
  const places = ['94105', '94601', ''];
  const stockArbitrary = fc.uniqueArray(
    fc.record({
      n: fc.oneof(
        fc.integer({ min: 2125550000, max: 2125550400 }),
        fc.integer({ min: 4155558800, max: 4155561200 }),
      ),
      place: fc.constantFrom(...places),
      mms: fc.boolean(),
    }),
    { selector: ({ n }) => n, maxLength: 60 },
  );
  const patternArbitrary = fc
    .tuple(
      fc.boolean(),
      fc.array(fc.constantFrom('1', '2', '5', '5', '8', '*', '%', 'J', 'T'), { minLength: 1, maxLength: 6 }),
      fc.boolean(),
    )
    .map(([start, tokens, end]) => `${start ? '+' : ''}${tokens.join('')}${end ? '$' : ''}`);

  it('finds what a filter over all numbers finds, page by page', async () => {
    await fc.assert(
      fc.asyncProperty(
        stockArbitrary,
        fc.option(patternArbitrary, { nil: undefined }),
        fc.constantFrom(undefined, ...places),
        fc.constantFrom(undefined, true, false),
        fc.constantFrom(undefined, '212', '4155', '415556'),
        fc.integer({ min: 1, max: 7 }),
        async (stock, text, postalCode, mms, areaCode, limit) => {
          const { inventory, store } = openStock();
          await inventory.add(
            stock.map(({ n, place, mms: can }) =>
              listing(`+1${n}`, { postal_code: place, mms: String(can) }),
            ),
          );
          const sold = stock.filter((_, index) => index % 5 === 0);
          for (const { n } of sold) assert.ok((await inventory.buy(accountA, `+1${n}`)).ok);
          const parsed = text === undefined ? undefined : parsePattern(text, 0);
          assert.ok(parsed?.ok !== false);
          const contains = parsed?.value;
          const expected = stock
            .filter(
              (each) =>
                !sold.includes(each) &&
                (contains === undefined || matchesPattern(contains, `1${each.n}`)) &&
                (postalCode === undefined || (postalCode !== '' && each.place === postalCode)) &&
                (mms === undefined || each.mms === mms) &&
                (areaCode === undefined || String(each.n).startsWith(areaCode)),
            )
            .map(({ n }) => `+1${n}`)
            .sort();
          const atEnd = (e164: string): boolean =>
            contains?.word === true &&
            matchesPattern({ ...contains, glob: contains.glob.replace(/%$/, '') }, e164.slice(1));
          const ordered = [...expected.filter(atEnd), ...expected.filter((e164) => !atEnd(e164))];
          const found: string[] = [];
          let after: string | null = null;
          do {
            const page = inventory.search({
              country: 'US',
              type: 'local',
              limit,
              ...(contains === undefined ? {} : { contains }),
              ...(postalCode === undefined ? {} : { postalCode }),
              ...(mms === undefined ? {} : { capabilities: { mms } }),
              ...(areaCode === undefined ? {} : { areaCode }),
              ...(after === null ? {} : { after }),
            });
            assert.ok(page.rows.length <= limit);
            found.push(...page.rows.map(({ e164 }) => e164));
            after = page.next;
          } while (after !== null);
          assert.deepEqual(found, ordered);
          await store.close();
        },
      ),
      { numRuns: 60 },
    );
  });

  it('puts numbers that end with the word first', async () => {
    const { inventory } = openStock();
    await inventory.add(['+12122255000', '+14155552255', '+12123334444'].map((e164) => listing(e164)));
    const pattern = parsePattern('CALL', 2);
    assert.ok(pattern.ok);
    const found = inventory.search({ country: 'US', type: 'local', contains: pattern.value, limit: 50 }).rows;
    assert.deepEqual(
      found.map(({ e164 }) => e164),
      ['+14155552255', '+12122255000'],
    );
  });

  it('finds what is near a point or a number, with its distance', async () => {
    const { inventory } = openStock();
    await inventory.add([
      listing('+14155551000', { latitude: '37.7749', longitude: '-122.4194' }),
      listing('+15105551000', { latitude: '37.8044', longitude: '-122.2712' }),
      listing('+12125551000', { latitude: '40.7128', longitude: '-74.0060' }),
      listing('+13055551000'),
    ]);
    const near = (e164: string, distanceMiles?: number) =>
      inventory
        .search({
          country: 'US',
          type: 'local',
          near: { e164 },
          limit: 50,
          ...(distanceMiles === undefined ? {} : { distanceMiles }),
        })
        .rows.map((row) => [row.e164, Math.round(row.distanceMiles ?? -1)]);
    assert.deepEqual(near('+14155551000'), [
      ['+14155551000', 0],
      ['+15105551000', 8],
    ]);
    assert.deepEqual(near('+14155551000', 5), [['+14155551000', 0]]);
    assert.deepEqual(near('+13055551000'), []);
    assert.equal(
      Math.round(
        distanceMiles({ latitude: 37.7749, longitude: -122.4194 }, { latitude: 40.7128, longitude: -74.006 }),
      ),
      2566,
    );
  });

  it('leaves out what needs an address, and what is new to the network', async () => {
    const { inventory } = openStock();
    await inventory.add([
      listing('+14155551000', { address_requirement: 'local' }),
      listing('+14155551001', { beta: 'yes' }),
    ]);
    const find = (search: object) =>
      inventory.search({ country: 'US', type: 'local', limit: 50, ...search }).rows.map(({ e164 }) => e164);
    assert.deepEqual(find({ excludeAddressRequired: ['local'] }), ['+14155551001']);
    assert.deepEqual(find({ beta: false }), ['+14155551000']);
  });

  it('sees at once what another opener of the store has added', async () => {
    const { inventory, store } = openStock();
    const other = openStock(store).inventory;
    const count = () => inventory.search({ country: 'US', type: 'local', limit: 50 }).rows.length;
    assert.equal(count(), 0);
    await other.add([listing('+14155551000')]);
    assert.equal(count(), 1);
    await other.buy(accountA, '+14155551000');
    assert.equal(count(), 0);
  });

  it('takes any text for a cursor', async () => {
    const { inventory } = openStock();
    await inventory.add([listing('+14155551000')]);
    for (const after of ['', 'x', '9.+1', '0.+14155550000', `0.${'9'.repeat(1000)}`])
      assert.equal(inventory.search({ country: 'US', type: 'local', limit: 5, after }).rows.length, 1, after);
  });
});

describe('a store of a former build', () => {
  it('is carried over: for sale, held, and with a pace of its own', async () => {
    const store = temporaryStore();
    const former = store.table(formerNumberTable);
    const { inventory: model } = openStock();
    const numbers = Array.from({ length: 600 }, (_, i) => `+1415555${1000 + i}`);
    await model.add(numbers.map((e164) => listing(e164)));
    assert.ok((await model.buy(accountA, '+14155551001')).ok);
    await model.setRate('+14155551002', 9);
    for (const e164 of numbers) former.put(e164, model.number(e164)!);
    await store.durable();
    await upgradeNumbers(store, new Stock(store));
    const { inventory } = openStock(store);
    for (const e164 of numbers) assert.deepEqual(inventory.number(e164), model.number(e164));
    assert.equal(inventory.search({ country: 'US', type: 'local', limit: 1000 }).rows.length, 599);
    assert.deepEqual(Array.from(former.keys()), []);
  });
});
