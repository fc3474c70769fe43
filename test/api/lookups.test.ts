import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type twilio from 'twilio';
import { documentedProperties } from '../conformance/properties.ts';
import { openTestEdge, restError, type Edge, type Tenant } from './edge.ts';

let edge: Edge;
let tenant: Tenant;
before(async () => {
  edge = await openTestEdge();
  tenant = await edge.tenant();
  await edge.stock(
    { e164: '+12125550101', carrier: 'alpha' },
    { e164: '+12125550102', type: 'mobile' },
    { e164: '+12115550103' },
  );
});

const numbers = () => tenant.client.lookups.v2.phoneNumbers;

describe('Lookup', () => {
  it('tells the formats of a number', async () => {
    const found = await numbers()('+14159929960').fetch();
    assert.deepEqual(
      [found.phoneNumber, found.nationalFormat, found.countryCode, found.callingCountryCode, found.valid],
      ['+14159929960', '(415) 992-9960', 'US', '1', true],
    );
    assert.deepEqual(found.validationErrors, []);
    assert.equal(found.lineTypeIntelligence, null);
    assert.match(found.url, /\/v2\/PhoneNumbers\/\+14159929960$/);
    const national = await numbers()('020 7765 1182').fetch({ countryCode: 'gb' });
    assert.equal(national.phoneNumber, '+442077651182');
    assert.equal((await numbers()('4159929960').fetch()).phoneNumber, '+14159929960');
  });

  it('says why a number is none', async () => {
    for (const [text, fault] of [
      ['+141599299600', 'TOO_LONG'],
      ['+1415992', 'TOO_SHORT'],
      ['+99912345678', 'INVALID_COUNTRY_CODE'],
      ['+12110000000', 'INVALID_BUT_POSSIBLE'],
      ['nonsense', 'NOT_A_NUMBER'],
      ['1'.repeat(200), 'NOT_A_NUMBER'],
    ] as const) {
      const found = await numbers()(text).fetch({ fields: 'line_type_intelligence,caller_name' });
      assert.deepEqual([found.valid, found.validationErrors, found.phoneNumber], [false, [fault], text]);
      assert.deepEqual(
        [found.nationalFormat, found.countryCode, found.lineTypeIntelligence, found.callerName],
        [null, null, null, null],
      );
    }
  });

  it('knows its own numbers better than the numbering plans', async () => {
    assert.equal((await numbers()('+12115550103').fetch()).valid, true);
    const lineOf = async (e164: string) =>
      (await numbers()(e164).fetch({ fields: 'line_type_intelligence' })).lineTypeIntelligence;
    const line = await lineOf('+12125550101');
    assert.deepEqual([line.type, line.carrierName, line.errorCode], ['landline', 'alpha', null]);
    assert.equal((await lineOf('+12125550102')).type, 'mobile');
    assert.equal((await lineOf('+14159929960')).type, 'unknown');
    assert.equal((await lineOf('+447772000001')).type, 'mobile');
    assert.equal((await lineOf('+18005550104')).type, 'tollFree');
  });

  it('names the carrier to which the operator says that a number was ported', async () => {
    const carrierOf = async (e164: string) =>
      (await numbers()(e164).fetch({ fields: 'line_type_intelligence' })).lineTypeIntelligence.carrierName;
    edge.ported.change(1, '+14159929961', 'beta');
    edge.ported.change(2, '+12125550101', 'beta');
    assert.equal(await carrierOf('+14159929961'), 'beta');
    assert.equal(await carrierOf('+14159929962'), null);
    assert.equal(await carrierOf('+12125550101'), 'alpha', 'who brought a number is known better');
  });

  it('invents no data that it does not have', async () => {
    const found = await numbers()('+14159929960').fetch({
      fields: 'caller_name, sim_swap,call_forwarding,line_status,identity_match,sms_pumping_risk',
    });
    assert.deepEqual(
      [
        found.callerName,
        found.callForwarding,
        found.lineStatus,
        found.identityMatch,
        found.smsPumpingRisk,
      ].map(({ errorCode }) => errorCode),
      [60606, 60606, 60606, 60606, 60606],
    );
    assert.equal(found.callerName.callerName, null);
    assert.equal(found.reassignedNumber, null);
    await assert.rejects(numbers()('+14159929960').fetch({ fields: 'horoscope' }), restError(60618));
    await assert.rejects(numbers()('4159929960').fetch({ countryCode: 'ZZ' }), restError(60618));
  });

  it('still answers as its first version did', async () => {
    const { phoneNumbers } = tenant.client.lookups.v1;
    const found = await phoneNumbers('+12125550101').fetch({ type: ['carrier', 'caller-name'] });
    assert.deepEqual([found.phoneNumber, found.nationalFormat], ['+12125550101', '(212) 555-0101']);
    assert.deepEqual(found.carrier, {
      error_code: null,
      mobile_country_code: null,
      mobile_network_code: null,
      name: 'alpha',
      type: 'landline',
    });
    assert.deepEqual(found.callerName, { caller_name: null, caller_type: null, error_code: 60606 });
    assert.equal((await phoneNumbers('+14159929960').fetch()).carrier, null);
    const asking = { addOns: ['whitepages_pro_caller_id'] };
    assert.deepEqual((await phoneNumbers('+14159929960').fetch(asking)).addOns, {
      status: 'failed',
      message: 'No add-on is installed.',
      code: 61003,
      results: {},
    });
    await assert.rejects(phoneNumbers('+1415').fetch(), restError(20404, 404));
    await assert.rejects(phoneNumbers('+14159929960').fetch({ type: ['x'] }), restError(60618));
  });

  it('has the documented properties and needs credentials', async () => {
    for (const version of ['v1', 'v2']) {
      const uri = `https://lookups.twilio.com/${version}/PhoneNumbers/+14159929960`;
      const ask = async (client: twilio.Twilio) => {
        const answer: unknown = await client.request({ method: 'get', uri });
        return answer as { statusCode: number; body: Record<string, unknown> };
      };
      const { statusCode, body } = await ask(tenant.client);
      assert.equal(statusCode, 200);
      assert.deepEqual(
        Object.keys(body).sort(),
        [...documentedProperties('phoneNumber', `lookups/${version}`)].sort(),
      );
      const stranger = edge.clientOf(tenant.account.sid, 'x'.repeat(32));
      assert.equal((await ask(stranger)).statusCode, 401);
    }
  });
});
