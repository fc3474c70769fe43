import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import type { Account } from '../../../control/accounts/account.ts';
import { Blocks } from '../../../control/guards/blocks.ts';
import { callingCodeText, continentOf, countries, countryName } from '../../../control/guards/countries.ts';
import type { Limit } from '../../../control/guards/limit.ts';
import { emptyWindow, slidingSum, windowAt } from '../../../control/guards/window.ts';
import { Store } from '../../../control/store/store.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { guardReports, testGuards } from '../../support/guards.ts';

const folder = mkdtempSync(join(tmpdir(), 'strowger-guards-'));
const closings: (() => Promise<void>)[] = [];
after(async () => {
  for (const close of closings) await close();
  rmSync(folder, { recursive: true, force: true });
});

let opened = 0;
function newStore(): { store: Store; path: string } {
  const path = join(folder, String(++opened));
  const store = new Store(path);
  closings.push(() => store.close());
  return { store, path };
}

const accountOf = (no: number, owner = no): Account => ({
  sid: `AC${String(no).padStart(32, '0')}`,
  no,
  ownerSid: `AC${String(owner).padStart(32, '0')}`,
  friendlyName: '',
  status: 'active',
  type: 'Full',
  createdMs: 0,
  updatedMs: 0,
});
const main = accountOf(1);
const sub = accountOf(2, 1);
const stranger = accountOf(3);
const from = '+14155550100';
const us = '+12065550100';
const germany = '+4915112345678';
const satellite = '+88213300200';

const limit = (change: Partial<Limit>): Limit => ({
  prefix: '+',
  messagesPerHour: null,
  callsPerHour: null,
  spendPerDay: null,
  ...change,
});

describe('countries', () => {
  it('have a name, a calling code and a continent, each of them', () => {
    for (const country of countries) {
      assert.notEqual(countryName(country), country);
      assert.match(callingCodeText(country), /^\+\d{1,3}$/);
      assert.ok(continentOf(country), country);
    }
  });
});

describe('a sliding window', () => {
  it('never counts less than the window that goes on, nor more than that and the one before', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 100 }),
        fc.integer({ min: 1, max: 200 }),
        (steps, lengthMs) => {
          let nowMs = 1_000_000;
          let window = emptyWindow;
          const events: number[] = [];
          for (const step of steps) {
            nowMs += step;
            window = windowAt(window, nowMs, lengthMs);
            window = { ...window, current: window.current + 1 };
            events.push(nowMs);
            const start = Math.floor(nowMs / lengthMs) * lengthMs;
            const sum = slidingSum(window, nowMs, lengthMs);
            assert.ok(sum >= events.filter((at) => at >= start).length);
            assert.ok(sum <= events.filter((at) => at >= start - lengthMs).length);
          }
        },
      ),
    );
  });
});

describe('guards', () => {
  it('allow everything unless told otherwise', () => {
    const { store } = newStore();
    const guards = testGuards(store, new FakeClock());
    for (const to of [us, germany, satellite]) {
      assert.equal(guards.message(main, from, to), undefined);
      assert.equal(guards.call(main, from, to), undefined);
    }
  });

  it('keep messages to countries that are not enabled, by account', async () => {
    const { store } = newStore();
    const reports = guardReports();
    const config = { messages: { countries: ['US'] } };
    const guards = testGuards(store, new FakeClock(), config, reports);
    assert.equal(guards.message(main, from, us), undefined);
    assert.equal(guards.message(main, from, germany)?.guard, 'country');
    assert.match(guards.message(main, from, satellite)?.detail ?? '', /numbers of no country/);
    await guards.rules.allowMessages(main, { DE: true, US: false });
    assert.equal(guards.message(main, from, germany), undefined);
    assert.equal(guards.message(sub, from, germany), undefined, 'a subaccount goes by its parent');
    assert.equal(guards.message(stranger, from, germany)?.guard, 'country');
    await guards.rules.allowMessages(sub, { DE: false });
    assert.equal(guards.message(sub, from, germany)?.guard, 'country');
    assert.equal(guards.message(sub, from, us)?.guard, 'country', 'its own begin with its parent’s');
    await guards.rules.allowMessages(sub, null);
    assert.equal(guards.message(sub, from, germany), undefined);
    assert.deepEqual(new Set(reports.refusals), new Set(['message country']));
  });

  it('keep calls to prefixes of high risk, the longest deciding', async () => {
    const { store } = newStore();
    const guards = testGuards(store, new FakeClock());
    await guards.riskyPrefixes.replace([
      { prefix: '+4915', risk: 'special', country: 'DE' },
      { prefix: '+491511', risk: 'tollFraud', country: 'DE' },
    ]);
    assert.equal(guards.call(main, from, germany)?.guard, 'highRisk');
    assert.match(guards.call(main, from, germany)?.detail ?? '', /toll-fraud number of Germany/);
    assert.equal(guards.message(main, from, germany), undefined);
    assert.equal(guards.call(main, from, '+493012345678'), undefined);
    await guards.rules.allowCalls(main.sid, { DE: { low: false, special: false, tollFraud: true } });
    assert.equal(guards.call(main, from, germany), undefined);
    assert.equal(guards.call(main, from, '+493012345678')?.guard, 'country');
    assert.equal(guards.call(sub, from, '+493012345678')?.guard, 'country');
    await guards.rules.inheritCalls(sub.sid, false);
    assert.equal(guards.call(sub, from, '+493012345678'), undefined);
    await guards.riskyPrefixes.replace([]);
    assert.equal(guards.call(stranger, from, germany), undefined);
  });

  it('keep back what goes beyond a rate, and let it go on as time passes', async () => {
    const { store } = newStore();
    const clock = new FakeClock();
    const reports = guardReports();
    const guards = testGuards(store, clock, { limits: [{ prefix: '+882', messagesPerHour: 3 }] }, reports);
    const send = (account: Account, to: string): string | undefined => {
      const verdict = guards.message(account, from, to);
      if (verdict === undefined) guards.took('message', account, to);
      return verdict?.guard;
    };
    assert.deepEqual(
      [main, sub, sub, main, sub].map((account) => send(account, satellite)),
      [undefined, undefined, undefined, 'velocity', 'velocity'],
      'a main account and its subaccounts share its limit',
    );
    assert.equal(send(stranger, satellite), undefined, 'nobody exhausts another’s');
    assert.equal(send(main, us), undefined);
    assert.deepEqual(
      reports.alerts.map(({ accountSid, code }) => [accountSid, code]),
      [[main.sid, 20429]],
      'told once an hour',
    );
    clock.advance(3_600_000);
    assert.equal(send(main, satellite), 'velocity', 'the hour before still counts');
    clock.advance(1_800_000);
    assert.equal(send(main, satellite), undefined);
    assert.equal(send(main, satellite), 'velocity');

    await guards.rules.change(main.sid, (rules) => ({
      ...rules,
      limits: [limit({ prefix: '+882', messagesPerHour: null, callsPerHour: 1 })],
    }));
    assert.equal(send(main, satellite), undefined, 'its own rule takes the place of the configured one');
    guards.took('call', main, satellite);
    assert.equal(guards.call(main, from, satellite)?.guard, 'velocity');
    await guards.rules.change(sub.sid, (rules) => ({ ...rules, limits: [limit({ messagesPerHour: 0 })] }));
    assert.equal(send(sub, us), 'velocity');
    assert.equal(send(main, us), undefined, 'a subaccount’s own rules are its own');
  });

  it('keep back what costs more than a day may, until the next', () => {
    const { store } = newStore();
    const clock = new FakeClock();
    const guards = testGuards(store, clock, { limits: [{ spendPerDay: '5.00' }] });
    guards.spent(main, us, 4_999_999);
    assert.equal(guards.message(main, from, us), undefined);
    guards.spent(sub, us, 1);
    assert.equal(guards.message(main, from, us)?.guard, 'spend');
    assert.equal(guards.call(sub, from, us)?.guard, 'spend');
    assert.equal(guards.call(stranger, from, us), undefined);
    clock.advance(12 * 3_600_000);
    assert.equal(guards.message(main, from, us), undefined);
  });

  it('see traffic pumping to neighbouring numbers', () => {
    const { store } = newStore();
    const clock = new FakeClock();
    const reports = guardReports();
    const pumping = {
      windowMinutes: 10,
      neighbourDigits: 2,
      messages: 5,
      shortCalls: 2,
      shortCallSeconds: 10,
    };
    const guards = testGuards(store, clock, { pumping }, reports);
    for (let i = 0; i < 5; i++) guards.took('message', main, `+120655501${String(i).padStart(2, '0')}`);
    assert.equal(guards.message(main, from, '+12065550199')?.guard, 'pumping');
    assert.equal(guards.message(main, from, '+12065550200'), undefined);
    assert.equal(guards.message(stranger, from, '+12065550199'), undefined);
    guards.callEnded(main, '+12065550101', 10_000);
    guards.callEnded(main, '+12065550102', 60_000);
    assert.equal(guards.call(main, from, us), undefined, 'long calls are what calls are for');
    guards.callEnded(main, '+12065550103', 1_000);
    assert.equal(guards.call(main, from, us)?.guard, 'pumping');
    assert.deepEqual(
      reports.alerts.map(({ code }) => code),
      [30450, 21216],
    );
    clock.advance(20 * 60_000);
    assert.equal(guards.call(main, from, us), undefined);
  });

  it('count on after a restart', async () => {
    const { store, path } = newStore();
    const clock = new FakeClock();
    const config = { limits: [{ messagesPerHour: 2, spendPerDay: '1' }] };
    const guards = testGuards(store, clock, config);
    guards.start();
    guards.took('message', main, us);
    guards.took('message', main, us);
    guards.stop();
    await store.close();
    const again = new Store(path);
    closings.push(() => again.close());
    const after = testGuards(again, clock, config);
    assert.equal(after.message(main, from, us)?.guard, 'velocity');
  });

  it('have counts on disk within a second, though nobody stops them', async () => {
    const { store } = newStore();
    const clock = new FakeClock();
    const config = { limits: [{ messagesPerHour: 1 }] };
    const crashed = testGuards(store, clock, config);
    crashed.took('message', main, us);
    clock.advance(1_000);
    await store.durable();
    assert.equal(testGuards(store, clock, config).message(main, from, us)?.guard, 'velocity');
  });

  it('explain without counting', () => {
    const { store } = newStore();
    const reports = guardReports();
    const guards = testGuards(store, new FakeClock(), { messages: { countries: [] } }, reports);
    const answers = guards.explain({ traffic: 'message', account: main, from, to: us });
    assert.deepEqual(
      answers.map(({ guard, verdict }) => [guard, verdict?.guard]),
      [
        ['block list', undefined],
        ['geographic permission', 'country'],
        ['rate', undefined],
        ['spending', undefined],
        ['traffic pumping', undefined],
      ],
    );
    assert.deepEqual(reports.refusals, []);
  });
});

describe('the block list', () => {
  const block = (scope: string, address: string, direction: 'inbound' | 'outbound' | 'both' = 'both') => ({
    scope,
    address,
    direction,
    note: '',
  });

  it('stops numbers, prefixes and senders, of all accounts or one', async () => {
    const { store } = newStore();
    const guards = testGuards(store, new FakeClock());
    const added = await guards.blocks.add([
      block('', '+882*'),
      block('', 'EvilBank', 'outbound'),
      block(main.sid, us),
      block(main.sid, '+4930*', 'inbound'),
    ]);
    assert.deepEqual(added, { ok: true, value: 4 });
    assert.equal(guards.message(stranger, from, satellite)?.guard, 'block');
    assert.equal(guards.message(stranger, 'EvilBank', us)?.guard, 'block');
    assert.equal(guards.message(stranger, from, us), undefined);
    assert.equal(guards.message(main, from, us)?.guard, 'block');
    assert.equal(guards.call(sub, from, us)?.guard, 'block', 'a subaccount, too');
    assert.equal(guards.refusesInbound(main, '+493012345678', from), true);
    assert.equal(guards.refusesInbound(stranger, '+493012345678', from), false);
    assert.equal(guards.message(main, from, '+493012345678'), undefined);
    assert.equal(guards.refusesInbound(stranger, 'EvilBank', from), false);
    assert.equal(await guards.blocks.remove(main.sid, us), true);
    assert.equal(await guards.blocks.remove(main.sid, us), false);
    assert.equal(guards.message(main, from, us), undefined);
    assert.deepEqual(
      guards.blocks.list('').map(({ address }) => address),
      ['+882*', 'EvilBank'],
    );
  });

  it('takes all of a list or nothing of it', async () => {
    const { store } = newStore();
    const blocks = new Blocks(store, new FakeClock());
    const bad = await blocks.add([block('', us), block('', 'not an address at all')]);
    assert.deepEqual(bad, { ok: false, error: 'badAddress' });
    assert.deepEqual(blocks.list(), []);
  });

  it('is seen within a second when another process changes it', async () => {
    const { store, path } = newStore();
    const clock = new FakeClock();
    const guards = testGuards(store, clock);
    assert.equal(guards.message(main, from, us), undefined);
    const other = new Store(path);
    closings.push(() => other.close());
    await new Blocks(other, clock).add([block('', us)]);
    clock.advance(1_000);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(guards.message(main, from, us)?.guard, 'block');
  });

  it('finds what a plain search finds', async () => {
    const { store } = newStore();
    const blocks = new Blocks(store, new FakeClock());
    const digits = fc.stringMatching(/^[1-3]{4,7}$/);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(digits, fc.boolean())), digits, async (entries, number) => {
        for (const { scope, address } of blocks.list()) await blocks.remove(scope, address);
        const addresses = entries.map(
          ([text, prefix]) => `+${text.padEnd(prefix ? 4 : 5, '1')}${prefix ? '*' : ''}`,
        );
        await blocks.add(addresses.map((address) => block('', address)));
        const to = `+${number.padEnd(5, '1')}`;
        const expected = addresses.some((address) =>
          address.endsWith('*') ? to.startsWith(address.slice(0, -1)) : to === address,
        );
        assert.equal(blocks.find([''], 'outbound', 'Sender', to) !== undefined, expected);
      }),
      { numRuns: 20 },
    );
  });
});
