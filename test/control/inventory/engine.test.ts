import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Batch } from '../../../control/inventory/batch.ts';
import {
  decodeBlock,
  decodeRuns,
  emptyMask,
  encodeBlock,
  encodeRuns,
  numberAt,
  runsOf,
  integerOf,
  seatOf,
  setBit,
  spread,
  valueAt,
} from '../../../control/inventory/block.ts';
import type { Inventory } from '../../../control/inventory/inventory.ts';
import { distanceMiles } from '../../../control/inventory/distance.ts';
import { matchesPattern, parsePattern } from '../../../control/inventory/pattern.ts';
import { Stock } from '../../../control/inventory/stock.ts';
import { formerNumberTable } from '../../../control/inventory/tables.ts';
import { textKey } from '../../../control/store/keys.ts';
import type { Store } from '../../../control/store/store.ts';
import { upgradeNumbers, upgradeOwners } from '../../../control/inventory/upgrade.ts';
import { temporaryStore } from '../store/temporary.ts';
import { accountA, accountB, listing, openStock } from './stock.ts';

describe('blocks', () => {
  it('give back every number, short codes too', () => {
    for (const number of ['+14155551000', '+12345', '+999999999999999', '123', '12345678', '0001'])
      assert.deepEqual(numberAt(seatOf(number)!.block, seatOf(number)!.suffix), number);
    for (const none of ['', '+', '+0123456', '12', '123456789', '+1415555x000', '١٢٣'])
      assert.equal(seatOf(none), undefined);
  });

  it('reads E.164 numbers as integers, and nothing else', () => {
    const text = fc.oneof(
      fc.string({ unit: fc.constantFrom(...Array.from('+0123456789 x')) }),
      fc.stringMatching(/^\+?\d{3,17}$/),
    );
    fc.assert(
      fc.property(text, (number) => {
        const isE164 = seatOf(number) !== undefined && number.startsWith('+');
        assert.equal(integerOf(number), isE164 ? Number(number.slice(1)) : -1);
      }),
    );
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
        const block = { held, available, runs: runsOf(profiles, held) };
        assert.deepEqual(decodeBlock(encodeBlock(block)), block);
        for (const [suffix] of rows) assert.equal(valueAt(block.runs, suffix), profiles[suffix]);
        const all = runsOf(profiles);
        assert.deepEqual(decodeRuns(encodeRuns(all)), all);
        assert.deepEqual(spread(all), profiles);
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
            const page = await inventory.search({
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
    const found = (
      await inventory.search({ country: 'US', type: 'local', contains: pattern.value, limit: 50 })
    ).rows;
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
    const near = async (e164: string, distanceMiles?: number) => {
      const page = await inventory.search({
        country: 'US',
        type: 'local',
        near: { e164 },
        limit: 50,
        ...(distanceMiles === undefined ? {} : { distanceMiles }),
      });
      return page.rows.map((row) => [row.e164, Math.round(row.distanceMiles ?? -1)]);
    };
    assert.deepEqual(await near('+14155551000'), [
      ['+14155551000', 0],
      ['+15105551000', 8],
    ]);
    assert.deepEqual(await near('+14155551000', 5), [['+14155551000', 0]]);
    assert.deepEqual(await near('+13055551000'), []);
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
    const find = async (search: object) =>
      (await inventory.search({ country: 'US', type: 'local', limit: 50, ...search })).rows.map(
        ({ e164 }) => e164,
      );
    assert.deepEqual(await find({ excludeAddressRequired: ['local'] }), ['+14155551001']);
    assert.deepEqual(await find({ beta: false }), ['+14155551000']);
  });

  it('sees at once what another opener of the store has added', async () => {
    const { inventory, store } = openStock();
    const other = openStock(store).inventory;
    const count = async () =>
      (await inventory.search({ country: 'US', type: 'local', limit: 50 })).rows.length;
    assert.equal(await count(), 0);
    await other.add([listing('+14155551000')]);
    assert.equal(await count(), 1);
    await other.buy(accountA, '+14155551000');
    assert.equal(await count(), 0);
  });

  it('takes any text for a cursor', async () => {
    const { inventory } = openStock();
    await inventory.add([listing('+14155551000')]);
    for (const after of ['', 'x', '9.+1', '0.+14155550000', `0.${'9'.repeat(1000)}`])
      assert.equal(
        (await inventory.search({ country: 'US', type: 'local', limit: 5, after })).rows.length,
        1,
        after,
      );
  });
});

describe('a transaction that fails', () => {
  it('leaves nothing of it in memory: profiles that follow take its numbers', async () => {
    const { inventory } = openStock();
    const search = (region: string) => inventory.search({ country: 'US', type: 'local', region, limit: 5 });
    await inventory.add([listing('+14155551000', { region: 'CA' })]);
    assert.equal((await search('CA')).rows.length, 1);
    const batch = Batch.of([
      listing('+12125551000', { region: 'NY' }),
      listing('+14155551001', { region: 'NY' }),
    ]);
    await assert.rejects(
      inventory.addBlocks(batch, [...batch.blocks.keys()], () => {
        // Whoever reads within the transaction sees what it has written.
        assert.equal(inventory.number('+12125551000')?.place.region, 'NY');
        throw new Error('failed');
      }),
      /failed/,
    );
    assert.deepEqual((await search('NY')).rows, []);
    await inventory.add([listing('+13125551000', { region: 'IL' })]);
    assert.equal(inventory.number('+13125551000')?.place.region, 'IL');
    assert.deepEqual((await search('NY')).rows, []);
    assert.deepEqual(
      (await search('IL')).rows.map(({ e164 }) => e164),
      ['+13125551000'],
    );
    assert.equal(inventory.number('+12125551000'), undefined);
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
    assert.equal(inventory.ownerOf('+14155551001')?.accountSid, accountA);
    for (const e164 of numbers) assert.deepEqual(inventory.number(e164), model.number(e164));
    assert.equal((await inventory.search({ country: 'US', type: 'local', limit: 1000 })).rows.length, 599);
    assert.deepEqual(Array.from(former.keys()), []);
  });

  it('learns who has its numbers, also where a crash came between', async () => {
    const store = temporaryStore();
    const { inventory } = openStock(store);
    const numbers = Array.from({ length: 600 }, (_, i) => `+1415555${1000 + i}`);
    await inventory.add(numbers.map((e164) => listing(e164)));
    for (const e164 of numbers) assert.ok((await inventory.buy(accountA, e164)).ok);
    const owners = store.table<string, Buffer>({
      name: 'number-owners',
      key: textKey,
      version: 1,
      plain: true,
    });
    for (const key of Array.from(owners.keys())) owners.remove(key);
    await store.durable();
    assert.equal(inventory.ownerOf(numbers[0]!), undefined);
    let transactions = 0;
    const crashing = {
      table: store.table.bind(store),
      transact: async (change: () => void) => {
        if (++transactions > 1) throw new Error('crash');
        await store.transact(change);
      },
    } as unknown as Store;
    await assert.rejects(upgradeOwners(crashing, new Stock(store)), /crash/);
    await openStock(store).inventory.upgrade();
    const upgraded = openStock(store).inventory;
    for (const e164 of numbers) assert.equal(upgraded.ownerOf(e164)?.accountSid, accountA);
  });
});

/** Resolves once what is asked is answered from memory. */
const filled = (inventory: Inventory) => inventory.search({ country: 'US', type: 'local', limit: 1 });

describe('Inventory.ownerOf', () => {
  it('says who has a number and what it can do: from the store, and from memory once that is filled', async () => {
    const { inventory, clock } = openStock();
    await inventory.add([
      listing('+14155551000', { mms: 'true' }),
      listing('+14155551001'),
      listing('12345', { type: 'shortcode', voice: 'false' }),
    ]);
    await inventory.buy(accountA, '+14155551000');
    await inventory.buy(accountB, '12345');
    const look = () =>
      ['+14155551000', '12345', '+14155551001', '+13125551000', 'x'].map((e164) => inventory.ownerOf(e164));
    const first = {
      accountSid: accountA,
      type: 'local',
      capabilities: { voice: true, sms: true, mms: true, fax: false },
    };
    const second = {
      accountSid: accountB,
      type: 'shortcode',
      capabilities: { voice: false, sms: true, mms: false, fax: false },
    };
    assert.deepEqual(look(), [first, second, undefined, undefined, undefined]);
    await filled(inventory);
    clock.advance(1000);
    assert.deepEqual(look(), [first, second, undefined, undefined, undefined]);
    await inventory.release('+14155551000');
    await inventory.buy(accountB, '+14155551001');
    assert.deepEqual(
      look().map((owner) => owner?.accountSid),
      [undefined, accountB, accountB, undefined, undefined],
    );
  });

  it('sees within a second what another opener of the store has changed', async () => {
    const { inventory, store, clock } = openStock();
    const other = openStock(store).inventory;
    const numbers = Array.from({ length: 300 }, (_, i) => `+1415${String(2_000_000 + 1000 * i)}`);
    await other.add(numbers.map((e164) => listing(e164)));
    await filled(inventory);
    for (const e164 of numbers) await other.buy(accountA, e164);
    // More blocks have changed than are read in one turn: it is answered from the store meanwhile.
    clock.advance(1000);
    for (const e164 of numbers) assert.equal(inventory.ownerOf(e164)?.accountSid, accountA);
    await filled(inventory);
    clock.advance(1000);
    for (const e164 of numbers) assert.equal(inventory.ownerOf(e164)?.accountSid, accountA);
  });
});
