import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  buyable,
  hold,
  newLife,
  portIn,
  portOut,
  release,
  settled,
  tested,
  unhold,
  type Life,
} from '../../../control/inventory/life.ts';
import type { Assignment } from '../../../control/inventory/number.ts';
import { QuarantineWatch } from '../../../control/inventory/quarantine.ts';
import { accountA, accountB, listing, openStock } from './stock.ts';

const day = 86_400_000;
const rules = { quarantineMs: 30 * day, testsImported: false };
const number = '+14155551000';
const localUs = { country: 'US', type: 'local', limit: 50 } as const;

const heldBy = (accountSid: string): Life => ({
  ...newLife(false),
  state: 'assigned',
  assignment: { accountSid } as Assignment,
});

describe('the life of a number', () => {
  it('takes no turn that leaves it in two states at once', () => {
    type Step = (life: Life, now: number) => Life | undefined;
    const steps: Readonly<Record<string, Step>> = {
      buy: (life, now) => (buyable(life, accountA, now).ok ? heldBy(accountA) : undefined),
      release: (life, now) => valueOf(release(life, undefined, rules, now)),
      hold: (life, now) => valueOf(hold(life, 'operator', 'why', now)),
      unhold: (life, now) => valueOf(unhold(life, now)),
      pass: (life, now) => tested(life, null, now),
      fail: (life, now) => tested(life, 'lost', now),
      portOut: (life, now) => valueOf(portOut(life, now)),
      portIn: (life) => valueOf(portIn(life, { ...rules, testsImported: true })),
      wait: (life) => life,
    };
    const turns = fc.array(fc.tuple(fc.constantFrom(...Object.keys(steps)), fc.nat(40)), { maxLength: 30 });
    fc.assert(
      fc.property(turns, fc.boolean(), (story, forSale) => {
        let life = newLife(forSale);
        let now = 1;
        for (const [name, days] of story) {
          now += days * day;
          life = settled(steps[name]?.(settled(life, now), now) ?? life, now);
          assert.equal(life.assignment !== null, life.state === 'assigned');
          assert.equal(life.withheld !== null, ['quarantine', 'held', 'portedout'].includes(life.state));
          assert.equal(buyable(life, accountB, now).ok, life.state === 'available');
          if (life.state === 'quarantine') assert.ok((life.withheld?.restUntilMs ?? 0) > now);
          assert.equal((life.withheld?.by ?? null) !== null, life.state === 'held');
        }
      }),
    );
  });

  it('a test holds back what fails and frees what passes, but for what the operator holds and who has it', () => {
    const now = 5;
    const failed = tested(newLife(true), 'no message came', now);
    assert.deepEqual(
      [failed.state, failed.withheld?.by, failed.withheld?.reason],
      ['held', 'test', 'no message came'],
    );
    assert.equal(tested(failed, null, now).state, 'available');
    assert.equal(tested(newLife(false), null, now).state, 'available');
    const byOperator = valueOf(hold(newLife(true), 'operator', 'disputed', now))!;
    assert.deepEqual(tested(byOperator, null, now), byOperator);
    assert.deepEqual(tested(byOperator, 'lost', now), byOperator);
    assert.deepEqual(tested(heldBy(accountA), 'lost', now), heldBy(accountA));
  });
});

const valueOf = <T>(
  result: { readonly ok: true; readonly value: T } | { readonly ok: false },
): T | undefined => (result.ok ? result.value : undefined);

describe('quarantine', () => {
  it('keeps a released number from everybody but its last holder, for ten days, and then ends', async () => {
    const { inventory, lives, clock } = openStock(undefined, rules);
    await inventory.add([listing(number)]);
    assert.ok((await inventory.buy(accountA, number)).ok);
    assert.ok((await inventory.release(number)).ok);
    assert.deepEqual((await inventory.search(localUs)).rows, []);
    assert.deepEqual(await inventory.buy(accountB, number), { ok: false, error: 'quarantine' });
    clock.advance(9 * day);
    assert.ok((await inventory.buy(accountA, number)).ok);
    assert.ok((await inventory.release(number)).ok);
    clock.advance(10 * day);
    assert.deepEqual(await inventory.buy(accountA, number), { ok: false, error: 'quarantine' });
    assert.equal(await lives.endQuarantines(), 0);
    clock.advance(20 * day);
    assert.equal(inventory.number(number)?.state, 'available');
    assert.equal(await lives.endQuarantines(), 1);
    assert.equal(await lives.endQuarantines(), 0);
    assert.deepEqual(
      (await inventory.search(localUs)).rows.map(({ e164 }) => e164),
      [number],
    );
    assert.deepEqual(
      lives.story(number).map(({ state, accountSid }) => [state, accountSid]),
      [
        ['assigned', accountA],
        ['quarantine', ''],
        ['assigned', accountA],
        ['quarantine', ''],
        ['available', ''],
      ],
    );
  });

  it('is over to the moment for who names the number, and leaves nothing for the sweep then', async () => {
    const { inventory, lives, clock } = openStock(undefined, rules);
    await inventory.add([listing(number)]);
    await inventory.buy(accountA, number);
    await inventory.release(number);
    clock.advance(30 * day);
    assert.ok((await inventory.buy(accountB, number)).ok);
    assert.equal(await lives.endQuarantines(), 0);
    assert.equal(inventory.number(number)?.assignment?.accountSid, accountB);
  });

  it('is swept each hour, however many numbers it is over for', async () => {
    const { inventory, lives, clock } = openStock(undefined, rules);
    const numbers = Array.from({ length: 120 }, (_, i) => `+1415555${String(1000 + i)}`);
    await inventory.add(numbers.map((e164) => listing(e164)));
    for (const e164 of numbers) {
      await inventory.buy(accountA, e164);
      await inventory.release(e164);
    }
    const failures: unknown[] = [];
    const rounds: number[] = [];
    let ended: () => void = () => undefined;
    const counted = {
      async endQuarantines() {
        const count = await lives.endQuarantines();
        rounds.push(count);
        // What the watch does next it does when this has resolved.
        setImmediate(() => ended());
        return count;
      },
    };
    const round = async (ms: number): Promise<void> => {
      const over = new Promise<void>((resolve) => (ended = resolve));
      clock.advance(ms);
      await over;
    };
    const watch = new QuarantineWatch(counted, clock, (error) => void failures.push(error));
    clock.advance(30 * day - 1_800_000);
    watch.start();
    await round(0);
    await round(3_600_000);
    for (let i = 0; i < 2; i++) await round(100);
    watch.stop();
    assert.deepEqual([rounds, failures], [[0, 100, 20, 0], []]);
    assert.equal((await inventory.search({ ...localUs, limit: 200 })).rows.length, 120);
  });
});

describe('numbers that nobody can have', () => {
  it('are those held back, whose quarantine goes on meanwhile', async () => {
    const { inventory, lives, clock } = openStock(undefined, rules);
    await inventory.add([listing(number)]);
    assert.deepEqual(await lives.unhold(number), { ok: false, error: 'notHeld' });
    assert.ok((await lives.hold(number, 'disputed')).ok);
    assert.deepEqual((await inventory.search(localUs)).rows, []);
    assert.deepEqual(await inventory.buy(accountA, number), { ok: false, error: 'held' });
    assert.deepEqual(await inventory.assign(accountA, number), { ok: false, error: 'held' });
    assert.ok((await lives.unhold(number)).ok);
    assert.ok((await inventory.buy(accountA, number)).ok);
    assert.deepEqual(await lives.hold(number, 'disputed'), { ok: false, error: 'taken' });
    await inventory.release(number);
    await lives.hold(number, 'disputed');
    clock.advance(day);
    const rests = await lives.unhold(number);
    assert.equal(rests.ok && rests.value.state, 'quarantine');
    assert.ok((await inventory.buy(accountA, number)).ok);
  });

  it('are those ported out, also by who had them, until they are back', async () => {
    const { inventory, lives } = openStock();
    await inventory.add([listing(number)]);
    const bought = await inventory.buy(accountA, number);
    assert.ok(bought.ok);
    assert.deepEqual(await lives.portIn(number), { ok: false, error: 'notPortedOut' });
    assert.ok((await lives.portOut(number)).ok);
    assert.equal(inventory.bySid(bought.value.assignment.sid), undefined);
    assert.deepEqual(inventory.list(accountA, {}, { limit: 50 }).rows, []);
    assert.deepEqual(await lives.portOut(number), { ok: false, error: 'portedout' });
    assert.deepEqual(await lives.hold(number, 'x'), { ok: false, error: 'portedout' });
    await inventory.add([listing(number, { locality: 'Oakland' })]);
    assert.deepEqual(await inventory.buy(accountA, number), { ok: false, error: 'portedout' });
    assert.ok((await lives.portIn(number)).ok);
    assert.ok((await inventory.buy(accountB, number)).ok);
    assert.deepEqual(await lives.portOut('+14155559999'), { ok: false, error: 'unknown' });
  });

  it('are those that wait for their test, with or without a pace of their own', async () => {
    const { inventory, lives } = openStock(undefined, { quarantineMs: 0, testsImported: true });
    await inventory.add([listing(number), listing('+14155551001')]);
    await inventory.setRate(number, 5);
    await inventory.add([listing(number)]);
    assert.deepEqual((await inventory.search(localUs)).rows, []);
    assert.deepEqual(await inventory.buy(accountA, number), { ok: false, error: 'testing' });
    assert.deepEqual(
      Array.from(lives.walk({ state: 'testing' }), ({ e164 }) => e164),
      [number, '+14155551001'],
    );
    assert.ok(
      (await inventory.turn(number, (life, now) => ({ ok: true, value: tested(life, null, now) }))).ok,
    );
    const bought = await inventory.buy(accountA, number);
    assert.equal(bought.ok && bought.value.ratePerSecond, 5);
  });
});

describe('a walk over all numbers', () => {
  it('finds by prefix, state and carrier, from any number on', async () => {
    const { inventory, lives } = openStock();
    await inventory.add([
      listing('+14155551000', { carrier: 'alpha' }),
      listing('+14155551001', { carrier: 'beta' }),
      listing('+14155552000', { carrier: 'alpha' }),
      listing('+12125551000', { carrier: 'alpha' }),
      listing('+442079460000', { country: 'GB', carrier: 'alpha' }),
      listing('12345', { type: 'shortcode', carrier: 'alpha' }),
      listing('123', { type: 'shortcode' }),
    ]);
    await inventory.buy(accountA, '+14155551000');
    const found = (query: Parameters<typeof lives.walk>[0]) =>
      Array.from(lives.walk(query), ({ e164 }) => e164);
    const all = found({});
    assert.equal(all.length, 7);
    for (const [index, e164] of all.entries()) assert.deepEqual(found({ after: e164 }), all.slice(index + 1));
    for (const prefix of [
      '+',
      '+1',
      '+14',
      '+1415555',
      '+14155551',
      '+1415555100',
      '+14155551000',
      '1',
      '123',
      '12345',
    ])
      assert.deepEqual(
        found({ prefix }),
        all.filter((e164) => e164.startsWith(prefix)),
        prefix,
      );
    assert.deepEqual(found({ state: 'assigned' }), ['+14155551000']);
    assert.deepEqual(found({ state: 'held' }), []);
    assert.equal(found({ state: 'available' }).length, 6);
    assert.deepEqual(found({ carrier: 'beta' }), ['+14155551001']);
    assert.deepEqual(found({ carrier: 'alpha', prefix: '+1415', after: '+14155551000' }), ['+14155552000']);
  });
});
