import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { auditBooks } from '../../control/billing/audit/audit.ts';
import { sumsOf } from '../../control/billing/categories.ts';
import { dayOf } from '../../control/billing/periods.ts';
import type { CallQuery } from '../../control/billing/tariff.ts';
import { callCharge, type CallPrice } from '../../control/prices/price.ts';
import { callCharges } from '../../edge/voice/audit.ts';
import { account, Harness, ownNumber, stranger, twiml, type HarnessOptions } from './harness.ts';

/** Two cents a begun minute. */
const price: CallPrice = {
  perMinuteMicros: 20_000,
  incrementSeconds: 60,
  minimumSeconds: 60,
  connectMicros: 0,
};
const bySecond: CallPrice = { ...price, incrementSeconds: 1, minimumSeconds: 1 };
const waiting = (): string => twiml('<Pause length="14000"/>');

/** What `strowger check --books` would find. */
function differencesOf(harness: Harness): readonly string[] {
  const { store, clock, money } = harness;
  const rooms = [callCharges({ store, accounts: { byNo: () => account } })];
  return auditBooks({ ...money, triggers: { all: () => [] }, rooms, nowMs: clock.now() }).differences;
}

describe('the price of a call', () => {
  let harness: Harness;
  afterEach(() => harness.end());

  /** A prepaid account with so much money. */
  async function open(creditMicros: number, options: HarnessOptions = {}): Promise<Harness> {
    harness = new Harness({ app: waiting, tariff: { call: () => price }, cps: 1_000, ...options });
    await harness.money.payments.change(account.sid, { floorMicros: 0 });
    await harness.money.payments.credit(account.sid, creditMicros, '');
    return harness;
  }
  const funds = () => harness.money.wallet.of(account);
  const used = (category: string) => {
    const day = dayOf(harness.clock.now());
    const [row] = harness.money.usage.rows(account.sid, true, [{ first: day, last: day }]);
    return sumsOf(row ?? [], category);
  };
  const answered = async () => {
    const call = await harness.call();
    harness.invited.answer();
    await harness.settle();
    return call;
  };

  it('is held from its acceptance on, by the minute, and spent with its end', async () => {
    await open(1_000_000);
    const call = await harness.call();
    assert.deepEqual(funds(), { balanceMicros: 1_000_000, heldMicros: 20_000 });
    harness.invited.answer();
    await harness.settle();
    await harness.advance(54_000);
    assert.equal(funds().heldMicros, 20_000);
    await harness.advance(2_000);
    assert.equal(funds().heldMicros, 40_000);
    await harness.advance(5_000);
    harness.invited.dialog.hangUp();
    await harness.settle();
    assert.deepEqual(funds(), { balanceMicros: 960_000, heldMicros: 0 });
    assert.equal(harness.row(call.sid).bill.priceMicros, 40_000);
    for (const category of ['calls-outbound', 'calls', 'totalprice'])
      assert.deepEqual(used(category), { count: 1, usage: 2, priceMicros: 40_000 }, category);
    const [detail, ...others] = harness.money.details.from(1);
    assert.deepEqual(others, []);
    assert.deepEqual(
      [detail?.resourceSid, detail?.from, detail?.to, detail?.carrier, detail?.seconds],
      [call.sid, ownNumber, stranger, 'alpha', 61],
    );
    assert.deepEqual(differencesOf(harness), []);
    assert.equal(harness.clock.timers, 0);
  });

  it('is nothing for a call that nobody answers', async () => {
    await open(1_000_000);
    const call = await harness.call();
    harness.invited.refuse(486);
    await harness.settle();
    assert.equal(harness.row(call.sid).status, 'busy');
    assert.deepEqual(funds(), { balanceMicros: 1_000_000, heldMicros: 0 });
    assert.equal(harness.row(call.sid).bill.priceMicros, null);
    assert.deepEqual(Array.from(harness.money.details.from(1)), []);
  });

  it('is held by no more calls than can be paid, however many ask at once', async () => {
    await open(110_000);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => harness.voice.createCall(harness.wanted())),
    );
    assert.equal(answers.filter(({ ok }) => ok).length, 5);
    for (const answer of answers) if (!answer.ok) assert.equal(answer.error.code, 20003);
    assert.deepEqual(funds(), { balanceMicros: 110_000, heldMicros: 100_000 });
  });

  it('ends a call that its account cannot pay for further, and says why', async () => {
    await open(50_000);
    const call = await answered();
    await harness.advance(119_400);
    assert.equal(harness.row(call.sid).status, 'in-progress');
    await harness.advance(200);
    assert.equal(harness.row(call.sid).status, 'completed');
    assert.deepEqual(
      harness.alerts.map(({ code, sid }) => [code, sid]),
      [[10001, call.sid]],
    );
    assert.deepEqual(funds(), { balanceMicros: 10_000, heldMicros: 0 });
    assert.equal(harness.invited.dialog.byes, 1);
  });

  it('lets a call go on that is topped up in time', async () => {
    await open(30_000);
    const call = await answered();
    await harness.advance(56_000);
    await harness.money.payments.credit(account.sid, 100_000, '');
    await harness.advance(20_000);
    assert.equal(harness.row(call.sid).status, 'in-progress');
    assert.equal(funds().heldMicros, 40_000);
  });

  it('of a call that a crash has cut is that of what it is known to have lasted', async () => {
    await open(1_000_000);
    const call = await answered();
    await harness.advance(56_000);
    await harness.advance(40_000);
    const left = await harness.crash();
    left.clock?.advance(3_600_000);
    harness = new Harness({ ...left, tariff: { call: () => price } });
    await harness.settle();
    const row = harness.row(call.sid);
    // The moment when its second minute was held.
    assert.equal(row.endedMs - row.answeredMs, 55_000);
    assert.equal(row.status, 'failed');
    assert.deepEqual(funds(), { balanceMicros: 980_000, heldMicros: 0 });
    assert.deepEqual(differencesOf(harness), []);
  });

  it('is asked for each leg by who is reached and what of ours takes part', async () => {
    const asked: CallQuery[] = [];
    const call = (query: CallQuery): CallPrice => {
      asked.push(query);
      return price;
    };
    await open(1_000_000, { tariff: { call }, app: () => twiml('<Dial>+442079460000</Dial>') });
    const incoming = await harness.ring();
    harness.invited.answer();
    await harness.settle();
    await harness.advance(30_000);
    incoming.dialog.hangUp();
    await harness.settle();
    const legs = new Set(
      asked.map(({ direction, number, senderType }) => `${direction} ${number} ${senderType ?? ''}`),
    );
    assert.deepEqual([...legs], [`inbound ${ownNumber} local`, 'outbound +442079460000 ']);
    assert.equal(used('calls-inbound-local').count, 1);
    assert.equal(used('calls-outbound').count, 1);
    assert.equal(used('calls').priceMicros, 40_000);
    await harness.call({ to: 'sip:ann@example.com' });
    assert.deepEqual(asked.at(-1), {
      plan: 'standard',
      direction: 'outbound',
      number: '+',
      senderType: 'sip',
    });
  });

  it('keeps callers and dialled parties away whom the account cannot pay for', async () => {
    await open(10_000);
    const incoming = await harness.ring();
    assert.equal(incoming.rejected?.status, 603);
    assert.deepEqual(harness.refusals, ['unfunded']);
    assert.deepEqual(
      harness.alerts.map(({ code }) => code),
      [10003],
    );
    await harness.end();
    await open(30_000, { app: () => twiml(`<Dial>${stranger}</Dial>`) });
    await harness.ring();
    assert.deepEqual(harness.signalling.outgoing, []);
    assert.deepEqual(
      harness.alerts.map(({ code }) => code),
      [10001],
    );
  });

  it('counts among what may be spent a day', async () => {
    await open(1_000_000, { guards: { limits: [{ prefix: '+1', spendPerDay: '0.02' }] } });
    await answered();
    harness.invited.dialog.hangUp();
    await harness.settle();
    await assert.rejects(harness.call(), /may spend 0\.02 a day/);
  });

  it('never takes prepaid money below its floor, whatever calls cost and however long they last', async () => {
    const money = fc.integer({ min: 0, max: 200_000 });
    const prices = fc.record({
      perMinuteMicros: fc.integer({ min: 0, max: 50_000 }),
      incrementSeconds: fc.constantFrom(1, 6, 30, 60),
      minimumSeconds: fc.constantFrom(1, 30, 60, 90),
      connectMicros: fc.constantFrom(0, 5_000),
    });
    const lengths = fc.array(fc.integer({ min: 0, max: 200_000 }), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(money, prices, lengths, async (creditMicros, callPrice, lengthsMs) => {
        await open(creditMicros, { tariff: { call: () => callPrice } });
        let charged = 0;
        for (const lengthMs of lengthsMs) {
          const made = await harness.voice.createCall(harness.wanted());
          await harness.settle();
          if (!made.ok) continue;
          harness.invited.answer();
          await harness.settle();
          // A process that is late must not cost the tenant.
          for (let leftMs = lengthMs; leftMs > 0; leftMs -= 20_000) {
            await harness.advance(Math.min(leftMs, 20_000));
            assert.ok(funds().balanceMicros - funds().heldMicros >= 0);
          }
          if (!harness.row(made.value.sid).endedMs) harness.invited.dialog.hangUp();
          await harness.settle();
          const row = harness.row(made.value.sid);
          const seconds = Math.max(1, Math.ceil((row.endedMs - row.answeredMs) / 1000));
          assert.ok((row.bill.priceMicros ?? -1) <= callCharge(callPrice, seconds));
          charged += row.bill.priceMicros ?? 0;
        }
        assert.deepEqual(funds(), { balanceMicros: creditMicros - charged, heldMicros: 0 });
        assert.ok(charged <= creditMicros);
        assert.deepEqual(differencesOf(harness), []);
        await harness.end();
      }),
      { numRuns: 12 },
    );
    await open(0);
  });

  it('by the second is rounded up once, and held by the minute', async () => {
    await open(1_000_000, { tariff: { call: () => bySecond } });
    const call = await answered();
    await harness.advance(1_500);
    harness.invited.dialog.hangUp();
    await harness.settle();
    assert.equal(harness.row(call.sid).bill.priceMicros, 667);
    assert.equal(used('calls-outbound').usage, 1);
  });
});
