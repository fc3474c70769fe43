import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { readPrices } from '../../control/prices/import.ts';
import { PriceTable } from '../../control/prices/price-table.ts';
import { openTestEdge, until } from './edge.ts';

const from = '+14155550001';
const list = [
  'service,price,category',
  'unit,0.0025,recording_minute',
  'unit,0.05,transcription_minute',
].join('\n');

describe('A recording that costs, and its transcription', () => {
  it('say in their resources, Balance and Usage the same', async () => {
    const edge = await openTestEdge();
    const read = await readPrices(Readable.from([list]));
    assert.ok(read.ok);
    edge.prices.replace('standard', new PriceTable(new Uint8Array(PriceTable.bytes(read.value)).buffer));
    const { account, client } = await edge.tenant();
    await edge.stock({ e164: from });
    await client.incomingPhoneNumbers.create({ phoneNumber: from });
    await edge.payments.change(account.sid, { floorMicros: 0 });
    await edge.payments.credit(account.sid, 1_000_000, '');
    const call = await client.calls.create({ from, to: '+12065550100', url: 'https://tenant.example/' });
    await until(() => edge.signalling.outgoing.length > 0);
    edge.signalling.outgoing.at(-1)?.answer();
    await until(() => edge.voice.calls.get(call.sid)?.status === 'in-progress');
    const begun = await client.calls(call.sid).recordings.create();
    assert.equal(begun.price, null);
    edge.media.legs.at(-1)?.recorders.at(-1)?.end({ durationMs: 61_000 });
    await until(() => edge.voice.recordings.get(begun.sid)?.status === 'completed');
    const { transcriptions } = edge.voice;
    const { sid } = transcriptions.begin(edge.voice.recordings.get(begun.sid)!, null);
    transcriptions.finish(sid, 'good morning');
    await edge.messaging.ledger.durable();
    for (const recording of [
      await client.recordings(begun.sid).fetch(),
      await client.calls(call.sid).recordings(begun.sid).fetch(),
    ])
      assert.deepEqual([recording.price, recording.priceUnit], ['-0.00500', 'USD']);
    const transcription = await client.transcriptions(sid).fetch();
    assert.deepEqual([transcription.price, transcription.priceUnit], ['-0.10000', 'USD']);
    assert.equal((await client.balance.fetch()).balance, '0.895');
    for (const [category, price] of [
      ['recordings', '0.005'],
      ['calls-recordings', '0.005'],
      ['transcriptions', '0.10'],
    ] as const) {
      const [usage] = await client.usage.records.list({ category });
      assert.deepEqual([usage?.count, usage?.usage, String(usage?.price)], ['1', '2', price], category);
    }
    const stranger = await edge.tenant();
    const [other] = await stranger.client.usage.records.list({ category: 'recordings' });
    assert.ok(other === undefined || other.count === '0');
  });
});
