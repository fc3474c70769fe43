import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { before, describe, it } from 'node:test';
import { readPrices } from '../../control/prices/import.ts';
import { PriceTable } from '../../control/prices/price-table.ts';
import { documentedProperties } from '../conformance/properties.ts';
import { openTestEdge, restError, type Edge, type Tenant } from './edge.ts';

const own = '+14155550001';
let edge: Edge;
let tenant: Tenant;
let stranger: Tenant;

async function table(...lines: readonly string[]): Promise<PriceTable> {
  const header = 'service,direction,prefix,sender_type,price,carrier_fee,country,name';
  const list = await readPrices(Readable.from([[header, ...lines].join('\n')]));
  assert.ok(list.ok, JSON.stringify(list));
  return new PriceTable(new Uint8Array(PriceTable.bytes(list.value)).buffer);
}

before(async () => {
  edge = await openTestEdge();
  tenant = await edge.tenant();
  stranger = await edge.tenant();
  const standard = await table(
    'sms,outbound,+1,,0.0079,0.003,,United States & Canada',
    'sms,outbound,+1,tollfree,0.0085,,,United States & Canada',
    'sms,inbound,+1,,0.0075,,,',
    'voice,outbound,+1,,0.014,,,United States & Canada',
    'voice,outbound,+1907,,0.09,,,United States - Alaska',
    'voice,outbound,+1416,,0.02,,,Canada - Toronto',
    'voice,outbound,+44,,0.02,,,United Kingdom',
    'voice,inbound,+1,local,0.0085,,,',
    'voice,inbound,+1,tollfree,0.022,,,',
    'number,,,local,1.15,,US,',
    'number,,,tollfree,2.15,,US,',
  );
  edge.prices.replace('standard', standard);
  edge.prices.replace('gold', await table('voice,outbound,+1,,0.01,,,United States & Canada'));
  await edge.payments.change(tenant.account.sid, { plan: 'gold' });
  await edge.stock({ e164: own, country: 'US' });
  await tenant.client.incomingPhoneNumbers.create({ phoneNumber: own });
});

/** Without the classes of the helper library. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('Pricing', () => {
  it('of messages tells what each country and sender costs', async () => {
    const { messaging } = tenant.client.pricing.v1;
    const listed = await messaging.countries.list();
    const us = listed.find(({ isoCountry }) => isoCountry === 'US');
    assert.equal(us?.country, 'United States');
    assert.ok(!listed.some(({ isoCountry }) => isoCountry === 'GB'), 'nothing prices messages there');
    const { outboundSmsPrices, inboundSmsPrices, priceUnit } = await messaging.countries('US').fetch();
    assert.equal(priceUnit, 'USD');
    const prices = outboundSmsPrices.flatMap((each) => each.prices as unknown as Record<string, string>[]);
    const priceOf = (type: string) => prices.find((each) => each['number_type'] === type)?.['current_price'];
    assert.deepEqual([priceOf('local'), priceOf('toll free')], ['0.0109', '0.0085']);
    assert.ok(inboundSmsPrices.length > 0);
    await assert.rejects(messaging.countries('GB').fetch(), restError(20404, 404));
    await assert.rejects(messaging.countries('ZZ').fetch(), restError(20404, 404));
  });

  it('of calls tells the retail price and the plan’s, by prefixes of the country', async () => {
    const { outboundPrefixPrices, inboundCallPrices } = await tenant.client.pricing.v1.voice
      .countries('US')
      .fetch();
    const name = 'United States & Canada';
    assert.deepEqual(plain(outboundPrefixPrices), [
      { prefixes: ['1'], friendlyName: name, basePrice: '0.0140', currentPrice: '0.0100' },
      { prefixes: ['1907'], friendlyName: name, basePrice: '0.0900', currentPrice: '0.0100' },
    ]);
    assert.equal(inboundCallPrices.length, 2);
    const v2 = await tenant.client.pricing.v2.voice.countries('CA').fetch();
    assert.match(JSON.stringify(v2.outboundPrefixPrices), /"1416"/);
    const standard = await stranger.client.pricing.v1.voice.countries('US').fetch();
    assert.match(JSON.stringify(standard.outboundPrefixPrices), /"1907".*"0\.0900".*Alaska/);
  });

  it('of numbers by the month tells each type', async () => {
    const { phoneNumberPrices } = await tenant.client.pricing.v1.phoneNumbers.countries('US').fetch();
    assert.deepEqual(plain(phoneNumberPrices), [
      { numberType: 'local', basePrice: '1.1500', currentPrice: '1.1500' },
      { numberType: 'toll free', basePrice: '2.1500', currentPrice: '2.1500' },
    ]);
  });

  it('of one number tells calls to it, and calls that one’s own receives', async () => {
    const { v1, v2 } = tenant.client.pricing;
    const { outboundCallPrice, inboundCallPrice, isoCountry } = await v1.voice.numbers(own).fetch();
    assert.deepEqual(plain(outboundCallPrice), { basePrice: '0.0140', currentPrice: '0.0100' });
    assert.deepEqual(plain(inboundCallPrice), {
      numberType: 'local',
      basePrice: '0.0085',
      currentPrice: '0.0085',
    });
    assert.equal(isoCountry, 'US');
    const theirs = await stranger.client.pricing.v1.voice.numbers(own).fetch();
    assert.deepEqual(plain(theirs.inboundCallPrice), {
      numberType: null,
      basePrice: null,
      currentPrice: null,
    });
    const london = await v2.voice.numbers('+442079460000').fetch({ originationNumber: own });
    assert.equal(london.originationNumber, own);
    assert.deepEqual(plain(london.outboundCallPrices), [
      { basePrice: '0.0200', currentPrice: '0.0200', originationPrefixes: ['ALL'] },
    ]);
    await assert.rejects(v1.voice.numbers('pigeon').fetch(), restError(20404, 404));
  });

  it('has the properties that the helper library documents', async () => {
    const resources = [
      ['/v1/Messaging/Countries/US', 'messaging/country', 'pricing/v1'],
      ['/v1/Voice/Countries/US', 'voice/country', 'pricing/v1'],
      [`/v1/Voice/Numbers/${own}`, 'voice/number', 'pricing/v1'],
      ['/v1/PhoneNumbers/Countries/US', 'phoneNumber/country', 'pricing/v1'],
      ['/v2/Voice/Countries/US', 'voice/country', 'pricing/v2'],
      [`/v2/Voice/Numbers/${own}`, 'voice/number', 'pricing/v2'],
      ['/v2/Trunking/Countries/US', 'country', 'pricing/v2'],
      [`/v2/Trunking/Numbers/${own}`, 'number', 'pricing/v2'],
    ] as const;
    for (const [path, resource, api] of resources) {
      const uri = `https://pricing.twilio.com${path}`;
      const { statusCode, body } = (await tenant.client.request({ method: 'get', uri })) as {
        statusCode: number;
        body: object;
      };
      assert.equal(statusCode, 200, path);
      assert.deepEqual(Object.keys(body).sort(), [...documentedProperties(resource, api)].sort(), path);
    }
  });
});
