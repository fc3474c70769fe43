import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { systemRandom } from '../../../control/base/random.ts';
import { sidFactory, type Sid } from '../../../control/base/sid.ts';
import type { Detail } from '../../../control/billing/details.ts';
import { currentValue, type Trigger } from '../../../control/billing/trigger.ts';
import { Triggers, type Firing, type NewTrigger } from '../../../control/billing/triggers.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { openMeter } from '../../support/meter.ts';
import { pairTable } from '../store/tables.ts';
import { temporaryStore } from '../store/temporary.ts';

const ownerSid = `AC${'1'.repeat(32)}`;
const subSid = `AC${'2'.repeat(32)}`;
const dayMs = 86_400_000;

function books(store = temporaryStore(), clock = new FakeClock()) {
  const money = openMeter(store, clock);
  const sids = sidFactory(clock, systemRandom);
  const triggers = new Triggers({ store, clock, sids, usage: money.usage });
  const fired: Firing[] = [];
  triggers.follow((firing) => fired.push(firing));
  const causes = store.table(pairTable('causes'));
  const set = (accountSid: Sid, wanted: Partial<NewTrigger> = {}): Trigger => {
    const made = triggers.create(accountSid, {
      friendlyName: '',
      usageCategory: 'sms',
      triggerBy: 'usage',
      thresholdMicros: 10_000_000,
      recurring: 'alltime',
      callbackUrl: 'https://application.example/used',
      callbackMethod: 'POST',
      ...wanted,
    });
    assert.ok(made.ok);
    return made.value;
  };
  const use = (accountSid: Sid, usage: number, more: Partial<Detail> = {}): void => {
    causes.put('a', 1);
    money.meter.record({
      atMs: clock.now(),
      accountSid,
      ownerSid,
      resourceSid: `SM${'0'.repeat(32)}`,
      part: 0,
      category: 'sms-outbound-longcode',
      count: 1,
      usage,
      priceMicros: usage * 7_500,
      from: '',
      to: '',
      carrier: '',
      carrierId: '',
      ...more,
    });
  };
  return { store, clock, triggers, fired, set, use, ...money };
}

const values = (fired: readonly Firing[]): readonly string[] =>
  fired.map(({ trigger, row }) => currentValue(trigger, row));

describe('a usage trigger', () => {
  it('fires once, when the usage reaches its value, with what was counted', async () => {
    const { store, set, use, fired, triggers } = books();
    const { sid } = set(ownerSid);
    use(ownerSid, 9);
    await store.durable();
    assert.deepEqual(fired, []);
    use(ownerSid, 1);
    await store.durable();
    assert.deepEqual(values(fired), ['10']);
    use(ownerSid, 50);
    await store.durable();
    assert.equal(fired.length, 1);
    const { firedPeriod, fires } = triggers.fetch(ownerSid, sid)!;
    assert.deepEqual([firedPeriod, fires], ['alltime', 1]);
  });

  it('fires once for each period in which its value is reached', async () => {
    const { store, clock, set, use, fired } = books();
    set(ownerSid, { recurring: 'daily' });
    set(ownerSid, { recurring: 'monthly', thresholdMicros: 25_000_000 });
    for (let day = 0; day < 4; day++) {
      for (let part = 0; part < 3; part++) {
        use(ownerSid, 4);
        await store.durable();
      }
      clock.advance(dayMs);
    }
    assert.deepEqual(
      fired.map(({ trigger: { recurring }, period }) => [recurring, period.name]),
      [
        ['daily', '2026-01-01'],
        ['daily', '2026-01-02'],
        ['monthly', '2026-01-01'],
        ['daily', '2026-01-03'],
        ['daily', '2026-01-04'],
      ],
    );
    clock.advance(30 * dayMs);
    use(ownerSid, 30);
    await store.durable();
    assert.deepEqual(
      fired.slice(5).map(({ trigger: { recurring }, period }) => [recurring, period.name]),
      [
        ['daily', '2026-02-04'],
        ['monthly', '2026-02-01'],
      ],
    );
  });

  it('counts what subaccounts use, and of a subaccount its own alone', async () => {
    const { store, set, use, fired } = books();
    const parents = set(ownerSid);
    const subs = set(subSid, { thresholdMicros: 6_000_000 });
    use(ownerSid, 5);
    use(subSid, 5);
    await store.durable();
    assert.deepEqual(
      fired.map(({ trigger }) => trigger.sid),
      [parents.sid],
    );
    use(subSid, 1);
    await store.durable();
    assert.deepEqual(
      fired.map(({ trigger }) => trigger.sid),
      [parents.sid, subs.sid],
    );
  });

  it('looks at one category by count, usage or price', async () => {
    const { store, set, use, fired } = books();
    set(ownerSid, { triggerBy: 'count', thresholdMicros: 2_000_000 });
    set(ownerSid, { triggerBy: 'price', thresholdMicros: 37_500, usageCategory: 'totalprice' });
    set(ownerSid, { usageCategory: 'sms-inbound', thresholdMicros: 1_000_000 });
    use(ownerSid, 4);
    await store.durable();
    assert.equal(fired.length, 0);
    use(ownerSid, 1);
    await store.durable();
    assert.deepEqual(values(fired), ['2', '0.0375']);
  });

  it('fires at once if its value is reached when it is made, also by what was used on other days', async () => {
    const { store, clock, set, use, fired } = books();
    use(ownerSid, 6);
    await store.durable();
    clock.advance(dayMs);
    use(ownerSid, 6);
    await store.durable();
    set(ownerSid, { recurring: 'daily' });
    set(ownerSid, { recurring: 'yearly' });
    await store.durable();
    assert.deepEqual(values(fired), ['12']);
  });

  it('counts what is entered late on the day when it was used', async () => {
    const { store, clock, set, use, fired } = books();
    set(ownerSid, { recurring: 'daily' });
    use(ownerSid, 6);
    await store.durable();
    clock.advance(dayMs);
    use(ownerSid, 6);
    use(ownerSid, 4, { atMs: clock.now() - dayMs });
    await store.durable();
    assert.deepEqual(
      fired.map(({ period }) => period.name),
      ['2026-01-01'],
    );
  });

  it('is what it was when the books are opened again', async () => {
    const { store, clock, set, use, fired } = books();
    const kept = set(ownerSid);
    set(ownerSid, { recurring: 'daily', thresholdMicros: 12_000_000 });
    use(ownerSid, 10);
    await store.durable();
    assert.equal(fired.length, 1);
    const again = books(store, clock);
    again.use(ownerSid, 3);
    await store.durable();
    assert.deepEqual(
      again.fired.map(({ trigger }) => trigger.recurring),
      ['daily'],
    );
    assert.equal(again.triggers.fetch(ownerSid, kept.sid)?.fires, 1);
  });

  it('that is changed or removed stays so, and a thousand are all that an account may have', async () => {
    const { store, set, use, fired, triggers } = books();
    const first = set(ownerSid);
    const second = set(ownerSid);
    triggers.update(ownerSid, first.sid, { callbackUrl: 'https://application.example/other' });
    assert.equal(triggers.remove(ownerSid, second.sid), true);
    assert.equal(triggers.remove(subSid, first.sid), false);
    assert.equal(triggers.update(subSid, first.sid, {}), undefined);
    use(ownerSid, 10);
    await store.durable();
    assert.deepEqual(
      fired.map(({ trigger }) => [trigger.sid, trigger.callbackUrl]),
      [[first.sid, 'https://application.example/other']],
    );
    for (let n = 1; n < 1_000; n++) set(ownerSid, { thresholdMicros: 1e12 });
    const { sid, accountSid, ...again } = first;
    assert.deepEqual(triggers.create(accountSid, again), { ok: false, error: 'tooMany' });
    assert.deepEqual(
      Array.from(triggers.all(), (row) => row.sid),
      [sid],
    );
    await store.durable();
    assert.equal(Array.from(triggers.all()).length, 1_000);
  });

  it('fires exactly in the periods whose sums reach its value, whatever is used when', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            days: fc.integer({ min: 0, max: 40 }),
            late: fc.integer({ min: 0, max: 2 }),
            usage: fc.integer({ min: 1, max: 6 }),
            commit: fc.boolean(),
          }),
          { maxLength: 25 },
        ),
        async (steps) => {
          const { store, clock, set, use, fired } = books();
          const { createdMs } = set(ownerSid, { recurring: 'monthly' });
          const sums = new Map<string, number>();
          for (const { days, late, usage, commit } of steps) {
            clock.advance(days * dayMs);
            const atMs = Math.max(createdMs, clock.now() - late * dayMs);
            use(ownerSid, usage, { atMs });
            const month = `${new Date(atMs).toISOString().slice(0, 7)}-01`;
            sums.set(month, (sums.get(month) ?? 0) + usage);
            if (commit) await store.durable();
          }
          await store.durable();
          const reached = [...sums].filter(([, sum]) => sum >= 10).map(([month]) => month);
          const names = fired.map(({ period }) => period.name);
          assert.equal(new Set(names).size, names.length);
          // A month that is reached only after a later one has fired is over and done with.
          const last = names.at(-1) ?? '';
          for (const month of reached) if (month > last) assert.fail(`${month} never fired`);
          for (const name of names) assert.ok(reached.includes(name), name);
        },
      ),
      { numRuns: 40 },
    );
  });
});
