import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';
import { describe, it } from 'node:test';
import { newNumberConfig } from '../../../control/inventory/number-config.ts';
import { parsePattern } from '../../../control/inventory/pattern.ts';
import { runChild } from '../store/child.ts';
import { temporaryDirectory, temporaryStore } from '../store/temporary.ts';
import { accountA, accountB, listing, openStock } from './stock.ts';

const numbers = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `+1415555${String(1000 + i)}`);

const pattern = (text: string) => {
  const parsed = parsePattern(text, 1);
  assert.ok(parsed.ok);
  return parsed.value;
};

describe('Inventory', () => {
  it('gives back what was added', async () => {
    const { inventory } = openStock();
    const added = listing('+14155551000', {
      region: 'CA',
      locality: 'San Francisco',
      postal_code: '94105',
      lata: '722',
      rate_center: 'SNFC CNTRL',
      latitude: '37.78',
      longitude: '-122.4',
      mms: 'true',
      carrier: 'alpha',
    });
    await inventory.add([added]);
    assert.deepEqual(inventory.number('+14155551000'), {
      ...added,
      ratePerSecond: null,
      state: 'available',
      withheld: null,
      assignment: null,
    });
    for (const unknown of ['+14155551001', '', '14155551000', 'x'.repeat(10_000)]) {
      assert.equal(inventory.number(unknown), undefined);
    }
  });

  it('sells a number once, configured as Twilio configures a new one', async () => {
    const { clock, inventory } = openStock();
    await inventory.add([listing('+14155551000')]);
    const bought = await inventory.buy(accountA, '+14155551000', { smsUrl: 'https://example.com/sms' });
    assert.ok(bought.ok);
    const { assignment } = bought.value;
    assert.match(assignment.sid, /^PN[0-9a-f]{32}$/);
    assert.deepEqual(assignment, {
      accountSid: accountA,
      sid: assignment.sid,
      createdMs: clock.now(),
      updatedMs: clock.now(),
      config: { ...newNumberConfig('+14155551000'), smsUrl: 'https://example.com/sms' },
    });
    assert.equal(assignment.config.friendlyName, '(415) 555-1000');
    assert.deepEqual(inventory.number('+14155551000'), bought.value);
    assert.deepEqual(inventory.bySid(assignment.sid), bought.value);
    assert.deepEqual(await inventory.buy(accountB, '+14155551000'), { ok: false, error: 'taken' });
    assert.deepEqual(await inventory.buy(accountA, '+14155551000'), { ok: false, error: 'taken' });
    assert.deepEqual(await inventory.buy(accountA, '+14155559999'), { ok: false, error: 'unknown' });
  });

  it('gives each number to one of many buyers in a process', async () => {
    const { inventory } = openStock();
    const stock = numbers(10);
    await inventory.add(stock.map((e164) => listing(e164)));
    for (const e164 of stock) {
      const outcomes = await Promise.all(
        [accountA, accountB, accountA, accountB].map((buyer) => inventory.buy(buyer, e164)),
      );
      assert.equal(outcomes.filter(({ ok }) => ok).length, 1);
    }
    const held = [accountA, accountB].flatMap((account) => inventory.list(account, {}, { limit: 50 }).rows);
    assert.deepEqual(held.map(({ e164 }) => e164).sort(), stock);
  });

  it('gives each number to one of the buyers in two processes', async () => {
    const directory = temporaryDirectory();
    const { inventory } = openStock(temporaryStore(directory));
    const stock = numbers(40);
    await inventory.add(stock.map((e164) => listing(e164)));
    const program = new URL(import.meta.url.endsWith('.ts') ? 'buyer.ts' : 'buyer.js', import.meta.url);
    const child = runChild(program, directory, accountB, ...stock);
    const theirs: string[] = [];
    const mine: string[] = [];
    const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
    // The child has begun once it reports its first purchase; from then on both buy from opposite ends.
    const first = await lines.next();
    if (first.done !== true) theirs.push(first.value);
    for (const e164 of [...stock].reverse()) if ((await inventory.buy(accountA, e164)).ok) mine.push(e164);
    for (let next = await lines.next(); next.done !== true; next = await lines.next())
      theirs.push(next.value);
    assert.deepEqual([...mine, ...theirs].sort(), stock);
    for (const [account, bought] of [
      [accountA, mine],
      [accountB, theirs],
    ] as const) {
      const listed = inventory.list(account, {}, { limit: 50 }).rows.map(({ e164 }) => e164);
      assert.deepEqual(listed.sort(), [...bought].sort());
    }
    assert.deepEqual((await inventory.search({ country: 'US', type: 'local', limit: 50 })).rows, []);
  });

  it('buys any number that fits a search', async () => {
    const { inventory } = openStock();
    await inventory.add([listing('+14155551000'), listing('+12125551000'), listing('+14155551001')]);
    const search = { country: 'US', type: 'local', areaCode: '415' } as const;
    const outcomes = await Promise.all([1, 2, 3].map(() => inventory.buyAny(accountA, search)));
    assert.deepEqual(
      outcomes.map((each) => (each.ok ? each.value.e164 : each.error)),
      ['+14155551000', '+14155551001', 'noneFound'],
    );
  });

  it('releases a number for others to buy under a new SID', async () => {
    const { inventory } = openStock();
    await inventory.add([listing('+14155551000')]);
    const first = await inventory.buy(accountA, '+14155551000', { smsUrl: 'https://example.com/' });
    assert.ok(first.ok);
    assert.deepEqual(await inventory.release('+14155551000', accountB), { ok: false, error: 'notAssigned' });
    const released = await inventory.release('+14155551000', accountA);
    assert.ok(released.ok && released.value.assignment === null);
    assert.equal(inventory.bySid(first.value.assignment.sid), undefined);
    assert.deepEqual(inventory.list(accountA, {}, { limit: 50 }).rows, []);
    assert.deepEqual(await inventory.release('+14155551000'), { ok: false, error: 'notAssigned' });
    assert.deepEqual(await inventory.release('+14155559999'), { ok: false, error: 'unknown' });
    const second = await inventory.buy(accountB, '+14155551000');
    assert.ok(second.ok);
    assert.notEqual(second.value.assignment.sid, first.value.assignment.sid);
    assert.equal(second.value.assignment.config.smsUrl, '');
  });

  it('assigns for the operator: again to the same account changes nothing, to another is refused', async () => {
    const { inventory } = openStock();
    await inventory.add([listing('+14155551000')]);
    const first = await inventory.assign(accountA, '+14155551000');
    assert.ok(first.ok);
    assert.deepEqual(await inventory.assign(accountA, '+14155551000'), first);
    assert.deepEqual(await inventory.assign(accountB, '+14155551000'), { ok: false, error: 'taken' });
  });

  it('changes the configuration, and hands a number to another account as it is', async () => {
    const { clock, inventory } = openStock();
    await inventory.add([listing('+14155551000')]);
    const bought = await inventory.buy(accountA, '+14155551000');
    assert.ok(bought.ok);
    const { sid } = bought.value.assignment;
    clock.advance(10);
    const updated = await inventory.update(sid, { friendlyName: 'Desk', smsMethod: 'GET' });
    assert.ok(updated.ok);
    assert.deepEqual(updated.value.assignment.config, {
      ...bought.value.assignment.config,
      friendlyName: 'Desk',
      smsMethod: 'GET',
    });
    assert.equal(updated.value.assignment.updatedMs, bought.value.assignment.createdMs + 10);
    const named = (account: string, friendlyName: string) =>
      inventory.list(account, { friendlyName }, { limit: 50 }).rows.length;
    assert.equal(named(accountA, 'Desk'), 1);
    assert.equal(named(accountA, '(415) 555-1000'), 0);
    const moved = await inventory.update(sid, {}, accountB);
    assert.ok(moved.ok);
    assert.equal(moved.value.assignment.sid, sid);
    assert.equal(named(accountA, 'Desk'), 0);
    assert.equal(named(accountB, 'Desk'), 1);
    assert.deepEqual(await inventory.update(`PN${'0'.repeat(32)}`, {}), { ok: false, error: 'unknown' });
  });

  it('overrides the pace of a sender', async () => {
    const { inventory } = openStock();
    await inventory.add([listing('+14155551000')]);
    await inventory.setRate('+14155551000', 25);
    assert.equal(inventory.number('+14155551000')?.ratePerSecond, 25);
    await inventory.setRate('+14155551000', null);
    assert.equal(inventory.number('+14155551000')?.ratePerSecond, null);
    assert.deepEqual(await inventory.setRate('+14155559999', 1), { ok: false, error: 'unknown' });
  });

  it('renews what is known of a number and leaves its holder and pace alone', async () => {
    const { inventory } = openStock();
    await inventory.add([
      listing('+14155551000', { region: 'CA' }),
      listing('+14155551001', { region: 'CA' }),
    ]);
    const bought = await inventory.buy(accountA, '+14155551000');
    assert.ok(bought.ok);
    await inventory.setRate('+14155551000', 25);
    await inventory.add([
      listing('+14155551000', { region: 'NY', mms: 'true' }),
      listing('+14155551001', { region: 'NY', mms: 'true' }),
    ]);
    const renewed = inventory.number('+14155551000');
    assert.equal(renewed?.place.region, 'NY');
    assert.equal(renewed.capabilities.mms, true);
    assert.equal(renewed.ratePerSecond, 25);
    assert.deepEqual(renewed.assignment, bought.value.assignment);
    const found = async (region: string) => {
      const search = {
        country: 'US',
        type: 'local',
        region,
        capabilities: { mms: true },
        limit: 50,
      } as const;
      return (await inventory.search(search)).rows.map(({ e164 }) => e164);
    };
    assert.deepEqual(await found('CA'), []);
    assert.deepEqual(await found('NY'), ['+14155551001']);
  });

  it('moves an assigned number between the lists of its type when the carrier corrects it', async () => {
    const { inventory } = openStock();
    await inventory.add([listing('+447700900123', { country: 'GB', type: 'local' })]);
    await inventory.buy(accountA, '+447700900123');
    await inventory.add([listing('+447700900123', { country: 'GB', type: 'mobile' })]);
    assert.equal(inventory.list(accountA, { type: 'local' }, { limit: 50 }).rows.length, 0);
    assert.equal(inventory.list(accountA, { type: 'mobile' }, { limit: 50 }).rows.length, 1);
    await inventory.release('+447700900123');
    assert.equal((await inventory.search({ country: 'GB', type: 'mobile', limit: 50 })).rows.length, 1);
    assert.equal((await inventory.search({ country: 'GB', type: 'local', limit: 50 })).rows.length, 0);
  });
});

describe('Inventory.list', () => {
  it('gives an account’s numbers newest first, by type, name, number and pattern, in pages', async () => {
    const { inventory } = openStock();
    const stock = ['+14155551000', '+12125551001', '+18005551002', '+14155551003'];
    await inventory.add(
      stock.map((e164) => listing(e164, { type: e164.startsWith('+1800') ? 'tollfree' : 'local' })),
    );
    await inventory.add([listing('12345', { type: 'shortcode' }), listing('+14155559999')]);
    for (const e164 of stock) await inventory.buy(accountA, e164);
    await inventory.buy(accountB, '+14155559999');
    const code = await inventory.buy(accountA, '12345');
    assert.ok(code.ok);
    assert.match(code.value.assignment.sid, /^SC[0-9a-f]{32}$/);
    assert.equal(code.value.assignment.config.friendlyName, '12345');

    const [a, b, c, d] = stock;
    const found = (filter: Parameters<typeof inventory.list>[1]) =>
      inventory.list(accountA, filter, { limit: 50 }).rows.map(({ e164 }) => e164);
    assert.deepEqual(found({}), [d, c, b, a]);
    assert.deepEqual(found({ type: 'local' }), [d, b, a]);
    assert.deepEqual(found({ type: 'tollfree' }), [c]);
    assert.deepEqual(found({ type: 'shortcode' }), ['12345']);
    assert.deepEqual(found({ friendlyName: '(212) 555-1001' }), [b]);
    assert.deepEqual(found({ friendlyName: '(212) 555-1001', type: 'tollfree' }), []);
    assert.deepEqual(found({ pattern: pattern('+1415') }), [d, a]);
    assert.deepEqual(found({ pattern: pattern('555100*') }), [d, c, b, a]);
    assert.deepEqual(found({ type: 'local', pattern: pattern('212') }), [b]);
    assert.deepEqual(found({ e164: '+18005551002' }), [c]);
    assert.deepEqual(found({ e164: '+18005551002', type: 'local' }), []);
    assert.deepEqual(found({ e164: '+14155559999' }), []);
    assert.deepEqual(found({ e164: '12345' }), []);
    assert.deepEqual(found({ e164: '12345', type: 'shortcode' }), ['12345']);

    const first = inventory.list(accountA, {}, { limit: 3 });
    const second = inventory.list(accountA, {}, { limit: 3, after: first.next! });
    assert.deepEqual(
      [first, second].map(({ rows }) => rows.map(({ e164 }) => e164)),
      [[d, c, b], [a]],
    );
    assert.equal(second.next, null);
    assert.deepEqual(inventory.list(accountA, { e164: a! }, { limit: 3, after: first.next! }).rows, []);
  });

  it('lists an account’s numbers without those that are new to their carrier', async () => {
    const { inventory } = openStock();
    const [old, fresh] = numbers(2) as [string, string];
    await inventory.add([listing(old), listing(fresh, { beta: 'true' })]);
    for (const e164 of [old, fresh]) assert.ok((await inventory.buy(accountA, e164)).ok);
    const listed = (filter: object): readonly string[] =>
      inventory.list(accountA, filter, { limit: 50 }).rows.map(({ e164 }) => e164);
    assert.deepEqual(listed({}), [fresh, old]);
    assert.deepEqual(listed({ beta: false }), [old]);
    assert.deepEqual(listed({ beta: false, e164: fresh }), []);
  });
});
