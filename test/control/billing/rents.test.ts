import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { auditBooks } from '../../../control/billing/audit/audit.ts';
import { NumberRents } from '../../../control/billing/rents.ts';
import type { AssignedNumber } from '../../../control/inventory/number.ts';
import type { NumberType } from '../../../control/inventory/number.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { openMeter } from '../../support/meter.ts';
import { account, owned } from '../../voice/harness.ts';
import { temporaryDirectory, temporaryStore } from '../store/temporary.ts';

const dayMs = 86_400_000;
const price = 1_150_000;

/** The rents of numbers that the test hands out. */
function open(directory = temporaryDirectory(), clock = new FakeClock()) {
  const store = temporaryStore(directory);
  const money = openMeter(store, clock, {
    number: ({ type }) => (type === 'shortcode' ? 1_000_000_000 : price),
  });
  const numbers = new Map<string, AssignedNumber>();
  const inventory = {
    bySid: (sid: string) => numbers.get(sid),
  };
  const lives = {
    walk: ({ after = '' }) => [...numbers.values()].filter(({ e164 }) => e164 > after).values(),
  };
  const accountBySid = (sid: string) => (sid === account.sid ? account : undefined);
  const rents = new NumberRents({ store, clock, inventory, lives, accountBySid, meter: money.meter });
  const assign = (place: number, type: NumberType = 'local'): AssignedNumber => {
    const sid = `PN${String(place).padStart(32, '0')}`;
    const { assignment, ...rest } = owned(`+1415555${String(place).padStart(4, '0')}`);
    assert.ok(assignment !== null);
    const number = { ...rest, type, assignment: { ...assignment, sid, createdMs: clock.now() } };
    numbers.set(sid, number);
    return number;
  };
  const charged = () =>
    Array.from(money.details.from(1), ({ category, part, to, priceMicros }) => [
      category,
      part,
      to,
      priceMicros,
    ]);
  return { directory, store, clock, ...money, numbers, rents, assign, charged };
}

const month = (number: AssignedNumber, part: number) => ['phonenumbers-local', part, number.e164, price];

describe('a number', () => {
  it('is charged when an account gets it and on the same day of each month, and no more once it is given back', async () => {
    const { clock, rents, assign, charged, store, numbers, usage, details, wallet } = open();
    clock.advance(Date.parse('2027-01-31T12:00:00Z') - clock.now());
    const number = assign(1);
    rents.charge(number);
    rents.start();
    await store.durable();
    assert.deepEqual(charged(), [month(number, 0)]);
    clock.advance(27 * dayMs);
    await store.durable();
    assert.equal(charged().length, 1, 'February has 28 days');
    clock.advance(2 * dayMs);
    await store.durable();
    assert.deepEqual(charged(), [month(number, 0), month(number, 1)]);
    numbers.clear();
    clock.advance(90 * dayMs);
    await store.durable();
    assert.equal(charged().length, 2);
    assert.equal(wallet.of(account).balanceMicros, -2 * price);
    const books = { usage, details, wallet, triggers: { all: () => [] }, rooms: [] };
    assert.deepEqual(auditBooks({ ...books, nowMs: clock.now() }).differences, []);
    rents.stop();
    assert.equal(clock.timers, 0);
  });

  it('that came by the command line is found by the next round, many in several turns', async () => {
    const { rents, assign, charged, store } = open();
    for (let place = 0; place < 1_203; place++) assign(place);
    rents.start();
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    await store.durable();
    assert.equal(charged().length, 1_203);
    rents.stop();
  });

  it('is charged once a month, whenever the edge dies, for the months that it missed, too', async () => {
    const first = open();
    const number = first.assign(1);
    first.rents.charge(number);
    first.rents.charge(number);
    await first.store.durable();
    // Not committed: it has not happened.
    first.clock.advance(31 * dayMs);
    await first.store.close();
    first.clock.advance(62 * dayMs);
    const again = open(first.directory, first.clock);
    again.numbers.set(number.assignment.sid, number);
    again.rents.start();
    await again.store.durable();
    assert.deepEqual(
      again.charged(),
      [0, 1, 2, 3].map((part) => month(number, part)),
    );
    again.rents.stop();
  });

  it('of a store that knew no months is charged from the month in which it is', async () => {
    const { clock, rents, assign, charged, store } = open();
    const number = assign(1);
    clock.advance(100 * dayMs);
    rents.start();
    await store.durable();
    assert.deepEqual(charged(), [month(number, 3)]);
    rents.stop();
  });

  it('is counted by its type', async () => {
    const { rents, assign, charged, store } = open();
    const types = ['local', 'mobile', 'tollfree', 'national', 'shortcode'] as const;
    for (const [place, type] of types.entries()) rents.charge(assign(place, type));
    await store.durable();
    assert.deepEqual(
      charged().map(([category]) => category),
      ['phonenumbers-local', 'phonenumbers-mobile', 'phonenumbers-tollfree', 'phonenumbers', 'shortcodes'],
    );
  });
});
