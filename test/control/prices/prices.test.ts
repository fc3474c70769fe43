import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { standardPlan } from '../../../control/billing/payments.ts';
import { readPrices } from '../../../control/prices/import.ts';
import { billedSeconds, callCharge, freeCall } from '../../../control/prices/price.ts';
import { PriceTable } from '../../../control/prices/price-table.ts';
import { Prices } from '../../../control/prices/prices.ts';

const read = (lines: readonly string[]) => readPrices(Readable.from([lines.join('\n')]));

async function table(lines: readonly string[]): Promise<PriceTable> {
  const list = await read(lines);
  assert.ok(list.ok, JSON.stringify(list));
  return new PriceTable(new Uint8Array(PriceTable.bytes(list.value)).buffer);
}

const standard = [
  'service,direction,prefix,sender_type,price,increment_seconds,minimum_seconds,connect_fee,carrier_fee,country,category,name',
  'sms,outbound,+1,,0.0079,,,,0.003,,,United States',
  'sms,outbound,+1,tollfree,0.0085,,,,,,,United States',
  'sms,outbound,+1415,local,0.005,,,,,,,San Francisco',
  'sms,inbound,+1,,0.0075,,,,,,,United States',
  'voice,outbound,+44,,0.02,1,30,0.01,,,,United Kingdom',
  'voice,,+,,0.5,,,,,,,Elsewhere',
  'voice,,+,sip,0.004,,,,,,,SIP',
  'number,,,local,1.15,,,,,US,,',
  'unit,,,,0.0025,,,,,,recording_minute,',
];

async function prices(): Promise<Prices> {
  const made = new Prices();
  made.replace(standardPlan, await table(standard));
  made.replace('gold', await table(['service,direction,prefix,price', 'sms,outbound,+1,0.001']));
  return made;
}

describe('Prices', () => {
  it('are of the longest prefix that prices the sender’s type, and of the type before any', async () => {
    const found = await prices();
    const sms = (number: string, senderType: 'local' | 'tollfree' | 'mobile', plan = standardPlan) =>
      found.message({ plan, kind: 'sms', direction: 'outbound', number, senderType });
    assert.equal(sms('+14155550100', 'local'), 5_000);
    assert.equal(sms('+14155550100', 'tollfree'), 8_500);
    assert.equal(sms('+14155550100', 'mobile'), 10_900, 'with the fee of the carrier');
    assert.equal(sms('+442079460000', 'local'), 0);
    assert.equal(sms('+14155550100', 'local', 'gold'), 1_000, 'the plan goes before the standard one');
    assert.equal(sms('+14155550100', 'local', 'no-such-plan'), 5_000);
    const inbound = { plan: 'gold', kind: 'sms', direction: 'inbound', number: '+14155550100' } as const;
    assert.equal(found.message({ ...inbound, senderType: 'local' }), 7_500);
    assert.equal(found.message({ ...inbound, kind: 'mms', senderType: 'local' }), 0);
  });

  it('of calls carry what their charge is reckoned by', async () => {
    const found = await prices();
    const query = { plan: standardPlan, number: '+442079460000', senderType: 'local' } as const;
    const outbound = found.call({ ...query, direction: 'outbound' });
    assert.deepEqual(outbound, {
      perMinuteMicros: 20_000,
      incrementSeconds: 1,
      minimumSeconds: 30,
      connectMicros: 10_000,
    });
    assert.equal(callCharge(outbound, 5), 20_000);
    assert.equal(callCharge(outbound, 61), 30_334);
    const inbound = found.call({ ...query, direction: 'inbound' });
    assert.equal(callCharge(inbound, 61), 1_000_000, 'by the whole minute unless the file says otherwise');
    const leg = { ...query, number: '+', direction: 'outbound' } as const;
    assert.equal(found.call({ ...leg, senderType: 'sip' }).perMinuteMicros, 4_000);
    assert.deepEqual(
      found.call({ ...leg, senderType: 'client' }),
      freeCall,
      'only lines of its own price it',
    );
  });

  it('of numbers and uses are found by their names', async () => {
    const found = await prices();
    assert.equal(found.number({ plan: 'gold', country: 'US', type: 'local' }), 1_150_000);
    assert.equal(found.number({ plan: 'gold', country: 'GB', type: 'local' }), 0);
    assert.equal(found.unit({ plan: standardPlan, category: 'recording_minute' }), 2_500);
    assert.equal(found.unit({ plan: standardPlan, category: 'transcription_minute' }), 0);
  });

  it('change with their plans', async () => {
    const found = await prices();
    const query = {
      plan: 'gold',
      kind: 'sms',
      direction: 'outbound',
      number: '+14155550100',
      senderType: 'local',
    } as const;
    found.replace('gold', undefined);
    assert.equal(found.message(query), 5_000);
    found.replace(standardPlan, undefined);
    assert.equal(found.message(query), 0);
  });
});

describe('a price list', () => {
  it('is refused whole, with every fault at its line', async () => {
    const list = await read([
      'service,direction,prefix,price,sender_type,increment_seconds,country,category',
      'sms,outbound,+1,0.0079,,,,',
      'sms,outbound,+1,0.0000001,,,,',
      'fax,outbound,+1,1,,,,',
      'sms,sideways,+1,1,,,,',
      'sms,outbound,1-800,1,,,,',
      'sms,outbound,+1,2,pigeon,,,',
      'sms,outbound,+1,2,,,,',
      'voice,outbound,+1,-2,,,,',
      'voice,outbound,+1,2,,0,,',
      'number,,,2,local,,us,',
      'unit,,,2,,,,Bad Name',
      'sms,outbound',
    ]);
    assert.equal(list.ok, false);
    assert.deepEqual(
      list.error.faults.map(({ line, reason }) => `${line} ${reason.split(' ').slice(0, 4).join(' ')}`),
      [
        '3 price "0.0000001" is no',
        '4 service "fax" is none',
        '5 direction "sideways" is neither',
        '6 prefix "1-800" is none',
        '7 sender_type "pigeon" is none',
        '8 sms outbound +1 is',
        '9 price "-2" is no',
        '10 increment_seconds and minimum_seconds are',
        '11 country "us" is no',
        '12 category "Bad Name" is',
        '13 expected 8 cells, found',
      ],
    );
  });

  it('has a header line that names known columns', async () => {
    for (const [header, words] of [
      ['service,price,colour', 'unknown column "colour"'],
      ['service,prefix', 'the header line lacks price'],
      ['service,price,price', 'the header line names a column twice'],
      ['', 'the file has no header line'],
    ] as const) {
      const list = await read([header]);
      assert.equal(list.ok, false);
      assert.ok(list.error.faults[0]?.reason.startsWith(words), list.error.faults[0]?.reason);
    }
  });
});

describe('callCharge', () => {
  const price = fc.record({
    perMinuteMicros: fc.integer({ min: 0, max: 10_000_000_000 }),
    incrementSeconds: fc.integer({ min: 1, max: 3600 }),
    minimumSeconds: fc.integer({ min: 1, max: 3600 }),
    connectMicros: fc.integer({ min: 0, max: 1_000_000 }),
  });

  it('charges what is begun, never less than the time took, and less than an increment more', () => {
    fc.assert(
      fc.property(price, fc.integer({ min: 1, max: 86_400 }), (one, seconds) => {
        const billed = billedSeconds(one, seconds);
        assert.equal(billed % one.incrementSeconds, 0);
        assert.equal(billed >= seconds && billed >= one.minimumSeconds, true);
        assert.equal(billed - Math.max(seconds, one.minimumSeconds) < one.incrementSeconds, true);
        // Exactly, by whole numbers of any size.
        const exact = (BigInt(one.perMinuteMicros) * BigInt(billed) + 59n) / 60n + BigInt(one.connectMicros);
        assert.equal(BigInt(callCharge(one, seconds)), exact);
        assert.equal(callCharge(one, seconds + 1) >= callCharge(one, seconds), true);
      }),
    );
  });

  it('charges nothing for a call that nobody answered', () => {
    fc.assert(fc.property(price, (one) => assert.equal(callCharge(one, 0), 0)));
  });
});
