import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parsePattern } from '../../../control/inventory/pattern.ts';
import type { NumberSearch } from '../../../control/inventory/search.ts';
import { accountA, listing, openStock } from './stock.ts';

async function openSearch() {
  const { inventory } = openStock();
  await inventory.add([
    listing('+14155551000', { region: 'CA', locality: 'San Francisco', postal_code: '94105', mms: 'true' }),
    listing('+14155552000', { region: 'CA', locality: 'Oakland', postal_code: '94601', voice: 'false' }),
    listing('+12125553000', { region: 'NY', locality: 'New York', rate_center: 'NWYRCYZN01', lata: '132' }),
    listing('+18005554000', { type: 'tollfree' }),
    listing('+442079460000', { country: 'GB', region: 'London' }),
    listing('54321', { type: 'shortcode' }),
  ]);
  const find = async (search: Partial<NumberSearch>) =>
    (await inventory.search({ country: 'US', type: 'local', limit: 50, ...search })).rows.map(
      ({ e164 }) => e164,
    );
  return { inventory, find };
}

const contains = (text: string) => {
  const parsed = parsePattern(text, 2);
  assert.ok(parsed.ok);
  return parsed.value;
};

const [sf, oakland, newYork] = ['+14155551000', '+14155552000', '+12125553000'];

describe('Inventory.search', () => {
  it('finds by country and type, in the order of the digits, as many as asked for', async () => {
    const { find } = await openSearch();
    assert.deepEqual(await find({}), [newYork, sf, oakland]);
    assert.deepEqual(await find({ limit: 2 }), [newYork, sf]);
    assert.deepEqual(await find({ type: 'tollfree' }), ['+18005554000']);
    assert.deepEqual(await find({ type: 'shortcode' }), ['54321']);
    assert.deepEqual(await find({ country: 'GB' }), ['+442079460000']);
    assert.deepEqual(await find({ country: 'XX' }), []);
  });

  it('finds by area code', async () => {
    const { find } = await openSearch();
    assert.deepEqual(await find({ areaCode: '415' }), [sf, oakland]);
    assert.deepEqual(await find({ areaCode: '41' }), [sf, oakland]);
    assert.deepEqual(await find({ country: 'GB', areaCode: '20' }), ['+442079460000']);
    for (const areaCode of ['646', 'abc', '', '4155551000']) assert.deepEqual(await find({ areaCode }), []);
  });

  it('finds by pattern, alone and with an area code', async () => {
    const { find } = await openSearch();
    assert.deepEqual(await find({ contains: contains('55520**') }), [oakland]);
    assert.deepEqual(await find({ contains: contains('+1212') }), [newYork]);
    assert.deepEqual(await find({ contains: contains('000$') }), [newYork, sf, oakland]);
    assert.deepEqual(await find({ contains: contains('+1415555'), areaCode: '415' }), [sf, oakland]);
    assert.deepEqual(await find({ contains: contains('+14'), areaCode: '415' }), [sf, oakland]);
    assert.deepEqual(await find({ contains: contains('+1212'), areaCode: '415' }), []);
    assert.deepEqual(await find({ type: 'shortcode', contains: contains('+54') }), ['54321']);
  });

  it('finds by capabilities: what is asked for must be, or must not be', async () => {
    const { find } = await openSearch();
    assert.deepEqual(await find({ capabilities: { mms: true } }), [sf]);
    assert.deepEqual(await find({ capabilities: { mms: false } }), [newYork, oakland]);
    assert.deepEqual(await find({ capabilities: { voice: true, mms: false } }), [newYork]);
    assert.deepEqual(await find({ capabilities: {} }), [newYork, sf, oakland]);
  });

  it('finds by place, whatever the case of its letters', async () => {
    const { find } = await openSearch();
    assert.deepEqual(await find({ region: 'ca' }), [sf, oakland]);
    assert.deepEqual(await find({ locality: 'OAKLAND' }), [oakland]);
    assert.deepEqual(await find({ postalCode: '94105' }), [sf]);
    assert.deepEqual(await find({ rateCenter: 'nwyrcyzn01', lata: '132' }), [newYork]);
    assert.deepEqual(await find({ region: 'NY', locality: 'Oakland' }), []);
    assert.deepEqual(await find({ region: 'CA', areaCode: '212' }), []);
    assert.deepEqual(await find({ region: '' }), []);
  });

  it('does not find what is sold, and finds what is released', async () => {
    const { find, inventory } = await openSearch();
    await inventory.buy(accountA, sf);
    assert.deepEqual(await find({ region: 'CA' }), [oakland]);
    await inventory.release(sf);
    assert.deepEqual(await find({ region: 'CA' }), [sf, oakland]);
  });
});
