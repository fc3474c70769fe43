import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { categories, sumsOf } from '../../control/billing/categories.ts';
import { pricedAs, type MessageQuery } from '../../control/billing/tariff.ts';
import { dayOf } from '../../control/billing/periods.ts';
import { account, Harness, type HarnessOptions } from './harness.ts';

const open: Harness[] = [];
after(async () => {
  for (const harness of open) await harness.end();
});

const tariff = {
  message: ({ direction }: { direction: string }) => (direction === 'inbound' ? 1_000 : 7_500),
};
const pay = (harness: Harness, micros: number): Promise<unknown> =>
  harness.money.payments.credit(account.sid, micros, '');

async function harnessWith(options: HarnessOptions = {}): Promise<Harness> {
  const harness = new Harness({ tariff, ...options });
  open.push(harness);
  await harness.money.payments.change(account.sid, { floorMicros: 0 });
  return harness;
}

const long = 'x'.repeat(200);

/** What the usage of today says about a category. */
const used = ({ money, clock }: Harness, category: string) => {
  const day = dayOf(clock.now());
  const [row] = money.usage.rows(account.sid, true, [{ first: day, last: day }]);
  return sumsOf(row ?? [], category);
};

describe('the price of a message', () => {
  it('is held when the message is accepted and spent when the carrier has all of it', async () => {
    const harness = await harnessWith();
    const { money, messaging, alpha } = harness;
    await pay(harness, 100_000);
    alpha.answer = () => undefined;
    const accepted = await messaging.acceptance.accept(harness.wanted({ body: long }));
    assert.ok(accepted.ok);
    assert.deepEqual(money.wallet.of(account), { balanceMicros: 100_000, heldMicros: 15_000 });
    await harness.until(() => alpha.open.length === 2);
    alpha.reply({ kind: 'accepted', messageId: 'one' });
    assert.equal(money.wallet.of(account).heldMicros, 15_000);
    alpha.reply({ kind: 'accepted', messageId: 'two' });
    assert.deepEqual(money.wallet.of(account), { balanceMicros: 85_000, heldMicros: 0 });
    await messaging.ledger.durable();
    const details = Array.from(money.details.from(1));
    assert.deepEqual(
      details.map(({ number, part, carrierId, count, priceMicros }) => [
        number,
        part,
        carrierId,
        count,
        priceMicros,
      ]),
      [
        [1, 0, 'one', 1, 7_500],
        [2, 1, 'two', 0, 7_500],
      ],
    );
    for (const category of ['sms-outbound-longcode', 'sms-outbound', 'sms', 'totalprice']) {
      assert.deepEqual(used(harness, category), { count: 1, usage: 2, priceMicros: 15_000 }, category);
    }
    assert.deepEqual(used(harness, 'sms-inbound'), { count: 0, usage: 0, priceMicros: 0 });
  });

  it('is released when the message fails', async () => {
    const harness = await harnessWith();
    await pay(harness, 100_000);
    harness.alpha.answer = () => ({ kind: 'refused', status: 0x0b });
    const accepted = await harness.messaging.acceptance.accept(harness.wanted());
    assert.ok(accepted.ok);
    await harness.until(() => harness.messaging.ledger.get(accepted.value.sid)?.status === 'failed');
    assert.deepEqual(harness.money.wallet.of(account), { balanceMicros: 100_000, heldMicros: 0 });
    assert.deepEqual(Array.from(harness.money.details.from(1)), []);
  });

  it('is refused to a prepaid account that cannot pay it, however many ask at once', async () => {
    const harness = await harnessWith();
    await pay(harness, 75_000);
    const { acceptance } = harness.messaging;
    const asked = Array.from({ length: 50 }, () => acceptance.accept(harness.wanted()));
    const answers = await Promise.all(asked);
    assert.equal(answers.filter(({ ok }) => ok).length, 10);
    for (const answer of answers) if (!answer.ok) assert.equal(answer.error.code, 20003);
    const { balanceMicros, heldMicros } = harness.money.wallet.of(account);
    assert.equal(balanceMicros - heldMicros, 0);
  });

  it('of one that comes in is spent at once; one that cannot be paid stays with its carrier', async () => {
    const harness = await harnessWith();
    await pay(harness, 1_000);
    assert.equal(await harness.deliver({ shortMessage: Buffer.from('first') }), 0);
    assert.equal(harness.money.wallet.of(account).balanceMicros, 0);
    assert.deepEqual(used(harness, 'sms-inbound-longcode'), { count: 1, usage: 1, priceMicros: 1_000 });
    assert.notEqual(await harness.deliver({ shortMessage: Buffer.from('second') }), 0);
    assert.equal(harness.money.wallet.of(account).balanceMicros, 0);
  });

  it('depends, outbound, on who gets it, and inbound on which number of ours', async () => {
    const asked: MessageQuery[] = [];
    const message = (query: MessageQuery): number => {
      asked.push(query);
      return 0;
    };
    const harness = await harnessWith({ tariff: { message } });
    const { from, to } = harness.wanted();
    await harness.deliver({ shortMessage: Buffer.from('in') });
    assert.deepEqual([asked.at(-1)?.direction, asked.at(-1)?.number], ['inbound', from]);
    await harness.messaging.acceptance.accept(harness.wanted());
    assert.deepEqual([asked.at(-1)?.direction, asked.at(-1)?.number], ['outbound', to]);
  });
});

describe('a number of ours in price lists', () => {
  it('is itself, and a short code its country', () => {
    const place = {
      country: 'GB',
      region: '',
      locality: '',
      postalCode: '',
      lata: '',
      rateCenter: '',
      latitude: '',
      longitude: '',
    };
    assert.equal(pricedAs({ e164: '+442079460000', place }), '+442079460000');
    assert.equal(pricedAs({ e164: '60601', place }), '+44');
  });
});

describe('Usage categories', () => {
  it('have parents that are categories', () => {
    const names = new Set<string>(categories.map(({ name }) => name));
    for (const { parent } of categories) assert.ok(parent === '' || names.has(parent), parent);
  });
});
