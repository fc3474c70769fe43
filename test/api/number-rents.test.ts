import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PriceTable } from '../../control/prices/price-table.ts';
import { openTestEdge, restError } from './edge.ts';

const local = '+14155550';

async function priced() {
  const edge = await openTestEdge();
  const list = { rows: [], numbers: { 'US/local': 1_150_000 }, units: {} };
  edge.prices.replace('standard', new PriceTable(new Uint8Array(PriceTable.bytes(list)).buffer));
  const tenant = await edge.tenant();
  await edge.payments.change(tenant.account.sid, { floorMicros: 0 });
  return { edge, tenant, client: tenant.client };
}

describe('A number by the month', () => {
  it('is charged with its purchase, shown by Balance and Usage', async () => {
    const { edge, tenant, client } = await priced();
    await edge.payments.credit(tenant.account.sid, 2_000_000, '');
    await edge.stock({ e164: `${local}001` });
    await client.incomingPhoneNumbers.create({ phoneNumber: `${local}001` });
    assert.equal((await client.balance.fetch()).balance, '0.85');
    const [usage] = await client.usage.records.list({ category: 'phonenumbers-local' });
    assert.deepEqual([usage?.count, String(usage?.price)], ['1', '1.15']);
  });

  it('is sold no more often than a prepaid account can pay, however many ask at once', async () => {
    const { edge, tenant, client } = await priced();
    await edge.payments.credit(tenant.account.sid, 3_000_000, '');
    const numbers = Array.from({ length: 12 }, (_, place) => `${local}${100 + place}`);
    await edge.stock(...numbers.map((e164) => ({ e164 })));
    const bought = await Promise.allSettled(
      numbers.map((phoneNumber) => client.incomingPhoneNumbers.create({ phoneNumber })),
    );
    assert.equal(bought.filter(({ status }) => status === 'fulfilled').length, 2);
    assert.equal((await client.balance.fetch()).balance, '0.70');
    await assert.rejects(client.incomingPhoneNumbers.create({ areaCode: '415' }), restError(20003, 401));
    assert.equal(edge.wallet.affords(tenant.account, 700_000), true, 'nothing stays kept');
  });
});
