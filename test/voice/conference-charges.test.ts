import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { auditBooks } from '../../control/billing/audit/audit.ts';
import { sumsOf } from '../../control/billing/categories.ts';
import { dayOf } from '../../control/billing/periods.ts';
import { voiceCharges } from '../../edge/voice/audit.ts';
import { stayTable } from '../../edge/voice/store/tables.ts';
import { account, Harness, twiml } from './harness.ts';

const tariff = {
  unit: ({ category }: { category: string }) => (category === 'conference_minute' ? 1_800 : 0),
};
const app = () => twiml('<Dial><Conference waitUrl="">standup</Conference></Dial>');

describe('the minutes of a conference', () => {
  let harness: Harness;
  afterEach(() => harness.end());

  const used = () => {
    const day = dayOf(harness.clock.now());
    const [row] = harness.money.usage.rows(account.sid, true, [{ first: day, last: day }]);
    return sumsOf(row ?? [], 'calls-globalconference');
  };
  const stays = () => Array.from(harness.store.table(stayTable).entries(), ([, stay]) => stay);
  const differences = (): readonly string[] => {
    const { store, clock, money } = harness;
    const rooms = voiceCharges.map((open) => open({ store, accounts: { byNo: () => account } }));
    return auditBooks({ ...money, triggers: { all: () => [] }, rooms, nowMs: clock.now() }).differences;
  };

  it('are charged to each participant, begun ones whole, when it leaves', async () => {
    harness = new Harness({ app, tariff });
    const first = await harness.ring();
    const second = await harness.ring();
    assert.deepEqual(used(), { count: 0, usage: 0, priceMicros: 0 });
    harness.clock.advance(61_000);
    second.dialog.handlers?.ended();
    await harness.settle();
    assert.deepEqual(used(), { count: 1, usage: 2, priceMicros: 3_600 });
    harness.clock.advance(60_000);
    first.dialog.handlers?.ended();
    await harness.settle();
    assert.deepEqual(used(), { count: 2, usage: 5, priceMicros: 9_000 });
    assert.deepEqual(
      stays().map(({ joinedMs, leftMs, priceMicros }) => [leftMs - joinedMs, priceMicros]),
      [
        [121_000, 5_400],
        [61_000, 3_600],
      ],
    );
    assert.deepEqual(differences(), []);
  });

  it('are charged once, also after a crash: the one that had begun', async () => {
    harness = new Harness({ app, tariff });
    await harness.ring();
    await harness.ring();
    harness.clock.advance(300_000);
    await harness.settle();
    for (let n = 0; n < 2; n++) {
      harness = new Harness({ ...(await harness.crash()), app, tariff });
      await harness.settle();
      assert.deepEqual(used(), { count: 2, usage: 2, priceMicros: 3_600 });
    }
    assert.deepEqual(differences(), []);
  });

  it('are counted where they cost nothing', async () => {
    harness = new Harness({ app });
    const caller = await harness.ring();
    harness.clock.advance(10_000);
    caller.dialog.handlers?.ended();
    await harness.settle();
    assert.deepEqual(used(), { count: 1, usage: 1, priceMicros: 0 });
    assert.deepEqual(differences(), []);
  });
});
