import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { readPrices } from '../../control/prices/import.ts';
import { PriceTable } from '../../control/prices/price-table.ts';
import { openTestEdge, restError, until } from './edge.ts';

const from = '+14155550001';
const to = '+12065550100';
const list = ['service,direction,prefix,price', 'voice,outbound,+1,0.014'].join('\n');

describe('A call that costs', () => {
  it('says in Call, Balance and Usage the same, and is refused when there is no money left', async () => {
    const edge = await openTestEdge();
    const read = await readPrices(Readable.from([list]));
    assert.ok(read.ok);
    edge.prices.replace('standard', new PriceTable(new Uint8Array(PriceTable.bytes(read.value)).buffer));
    const { account, client } = await edge.tenant();
    await edge.stock({ e164: from });
    await client.incomingPhoneNumbers.create({ phoneNumber: from });
    await edge.payments.change(account.sid, { floorMicros: 0 });
    await edge.payments.credit(account.sid, 30_000, '');
    const { sid, price } = await client.calls.create({ from, to, url: 'https://tenant.example/' });
    assert.equal(price, null);
    await until(() => edge.signalling.outgoing.length > 0);
    edge.signalling.outgoing.at(-1)?.answer();
    await until(() => edge.voice.calls.get(sid)?.status === 'in-progress');
    edge.clock.advance(61_000);
    await client.calls(sid).update({ status: 'completed' });
    const call = await client.calls(sid).fetch();
    assert.deepEqual([call.duration, call.price, call.priceUnit], ['61', '-0.02800', 'USD']);
    assert.equal((await client.balance.fetch()).balance, '0.002');
    const [usage] = await client.usage.records.list({ category: 'calls-outbound' });
    assert.deepEqual([usage?.count, usage?.usage, String(usage?.price)], ['1', '2', '0.028']);
    const again = client.calls.create({ from, to, url: 'https://tenant.example/' });
    await assert.rejects(again, restError(20003, 401));
  });
});
