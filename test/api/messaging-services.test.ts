import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'node:test';
import { documentedProperties } from '../conformance/properties.ts';
import { openTestEdge, restError, until, type Edge, type Tenant } from './edge.ts';

let edge: Edge;
let tenant: Tenant;
let other: Tenant;
let last = 5_550_200;
before(async () => {
  edge = await openTestEdge();
});
beforeEach(async () => {
  tenant = await edge.tenant();
  other = await edge.tenant();
});

async function bought(type = 'local', e164 = `+1415${++last}`): Promise<{ sid: string; e164: string }> {
  await edge.stock({ e164, type });
  const number = await edge.inventory.buy(tenant.account.sid, e164);
  assert.ok(number.ok);
  return { sid: number.value.assignment.sid, e164 };
}

const service = async () => {
  const { sid } = await tenant.client.messaging.v1.services.create({ friendlyName: 'a pool' });
  return tenant.client.messaging.v1.services(sid);
};

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** That a resource shows what Twilio's helper library documents, and nothing else. */
function shaped(row: { toJSON(): object }, resource: string): void {
  const shown = Object.entries(row.toJSON())
    .filter(([, value]) => value !== undefined)
    .map(([name]) => snake(name));
  assert.deepEqual(shown.sort(), [...documentedProperties(resource, 'messaging/v1')].sort());
}

describe('Messaging Services', () => {
  it('are made, fetched, changed, listed and deleted', async () => {
    const { services } = tenant.client.messaging.v1;
    const made = await services.create({
      friendlyName: 'Alerts',
      inboundRequestUrl: 'https://tenant.example/in',
      inboundMethod: 'GET',
      statusCallback: 'https://tenant.example/status',
      stickySender: false,
      validityPeriod: 600,
      usecase: 'marketing',
      scanMessageContent: 'disable',
    });
    shaped(made, 'service');
    assert.match(made.sid, /^MG[0-9a-f]{32}$/);
    assert.deepEqual(
      [made.friendlyName, made.inboundMethod, made.stickySender, made.validityPeriod, made.usecase],
      ['Alerts', 'GET', false, 600, 'marketing'],
    );
    assert.deepEqual(
      [made.fallbackUrl, made.fallbackMethod, made.smartEncoding, made.usAppToPersonRegistered],
      [null, 'POST', true, false],
    );
    edge.clock.advance(2000);
    const changed = await services(made.sid).update({ friendlyName: 'News', inboundRequestUrl: '' });
    assert.deepEqual([changed.friendlyName, changed.inboundRequestUrl], ['News', null]);
    assert.equal(changed.dateUpdated.getTime() - changed.dateCreated.getTime(), 2000);
    const second = await services.create({ friendlyName: 'Second' });
    const sids = (await services.list({ pageSize: 1 })).map(({ sid }) => sid);
    assert.deepEqual(sids, [second.sid, made.sid]);
    assert.equal(await services(made.sid).remove(), true);
    await assert.rejects(services(made.sid).fetch(), restError(20404, 404));
    await assert.rejects(services(made.sid).remove(), restError(20404, 404));
  });

  it('refuse what they cannot be', async () => {
    const { services } = tenant.client.messaging.v1;
    const friendlyName = 'x';
    await assert.rejects(services.create({ friendlyName: '' }), restError(20422));
    await assert.rejects(services.create({ friendlyName: 'x'.repeat(65) }), restError(20422));
    await assert.rejects(services.create({ friendlyName, validityPeriod: 36_001 }), restError(20422));
    await assert.rejects(services.create({ friendlyName, usecase: 'spam' }), restError(21713));
    await assert.rejects(services.create({ friendlyName, fallbackUrl: 'nowhere' }), restError(20422));
  });

  it('of one tenant are nothing to another', async () => {
    const { sid } = await service().then((one) => one.fetch());
    const number = await bought();
    const { services } = other.client.messaging.v1;
    assert.deepEqual(await services.list(), []);
    const missing = restError(20404, 404);
    await assert.rejects(services(sid).fetch(), missing);
    await assert.rejects(services(sid).update({ friendlyName: 'mine' }), missing);
    await assert.rejects(services(sid).remove(), missing);
    await assert.rejects(services(sid).phoneNumbers.list(), missing);
    await assert.rejects(services(sid).phoneNumbers.create({ phoneNumberSid: number.sid }), missing);
    await assert.rejects(services(sid).alphaSenders.create({ alphaSender: 'Acme' }), missing);
    const own = await services.create({ friendlyName: 'own' });
    await assert.rejects(
      services(own.sid).phoneNumbers.create({ phoneNumberSid: number.sid }),
      restError(21421),
    );
    const message = { messagingServiceSid: sid, to: '+12065550100', body: 'hi' };
    await assert.rejects(other.client.messages.create(message), restError(21701));
  });

  it('have phone numbers and short codes, each in one of them', async () => {
    const pool = await service();
    const number = await bought();
    const added = await pool.phoneNumbers.create({ phoneNumberSid: number.sid });
    shaped(added, 'service/phoneNumber');
    assert.deepEqual(
      [added.sid, added.phoneNumber, added.countryCode, added.capabilities],
      [number.sid, number.e164, 'US', ['SMS', 'Voice']],
    );
    const code = await bought('shortcode', '24365');
    const short = await pool.shortCodes.create({ shortCodeSid: code.sid });
    shaped(short, 'service/shortCode');
    assert.equal(short.shortCode, '24365');
    await assert.rejects(pool.phoneNumbers.create({ phoneNumberSid: number.sid }), restError(21710, 409));
    const second = await service();
    await assert.rejects(second.phoneNumbers.create({ phoneNumberSid: number.sid }), restError(21712, 409));
    await assert.rejects(second.phoneNumbers.create({ phoneNumberSid: code.sid }), restError(21421));
    assert.deepEqual(
      (await pool.phoneNumbers.list()).map(({ sid }) => sid),
      [number.sid],
    );
    assert.equal((await pool.shortCodes(code.sid).fetch()).sid, code.sid);
    assert.equal(await pool.phoneNumbers(number.sid).remove(), true);
    await assert.rejects(pool.phoneNumbers(number.sid).fetch(), restError(20404, 404));
    await second.phoneNumbers.create({ phoneNumberSid: number.sid });
    assert.equal(await second.remove(), true);
    await pool.phoneNumbers.create({ phoneNumberSid: number.sid });
  });

  it('lose the numbers that are released', async () => {
    const pool = await service();
    const number = await bought();
    await pool.phoneNumbers.create({ phoneNumberSid: number.sid });
    await tenant.client.incomingPhoneNumbers(number.sid).remove();
    assert.deepEqual(await pool.phoneNumbers.list(), []);
    await assert.rejects(pool.phoneNumbers(number.sid).fetch(), restError(20404, 404));
  });

  it('have alphanumeric senders, one for each country and one for all others', async () => {
    const pool = await service();
    const added = await pool.alphaSenders.create({ alphaSender: 'Acme' });
    shaped(added, 'service/alphaSender');
    assert.match(added.sid, /^AI[0-9a-f]{32}$/);
    await assert.rejects(pool.alphaSenders.create({ alphaSender: 'Other' }), restError(21710, 409));
    await assert.rejects(pool.alphaSenders.create({ alphaSender: '12345' }), restError(21709));
    const french = await pool.destinationAlphaSenders.create({
      alphaSender: 'Acme FR',
      isoCountryCode: 'fr',
    });
    shaped(french, 'service/destinationAlphaSender');
    assert.equal(french.isoCountryCode, 'FR');
    assert.equal((await pool.alphaSenders.list()).length, 1);
    assert.equal((await pool.destinationAlphaSenders.list()).length, 2);
    assert.equal((await pool.destinationAlphaSenders.list({ isoCountryCode: 'FR' })).length, 1);
    await assert.rejects(pool.alphaSenders(french.sid).fetch(), restError(20404, 404));
    assert.equal(await pool.destinationAlphaSenders(french.sid).remove(), true);
    assert.equal(await pool.alphaSenders(added.sid).remove(), true);
    assert.deepEqual(await pool.alphaSenders.list(), []);
  });

  it('send', async () => {
    const pool = await service();
    const { sid: messagingServiceSid } = await pool.fetch();
    const message = { messagingServiceSid, to: '+12065550100', body: 'hi' };
    await assert.rejects(tenant.client.messages.create(message), restError(21704));
    const number = await bought();
    await pool.phoneNumbers.create({ phoneNumberSid: number.sid });
    const made = await tenant.client.messages.create(message);
    assert.deepEqual(
      [made.status, made.from, made.numSegments, made.messagingServiceSid],
      ['accepted', null, '0', messagingServiceSid],
    );
    await until(() => edge.messaging.ledger.get(made.sid)?.status === 'sent');
    const sent = await tenant.client.messages(made.sid).fetch();
    assert.deepEqual(
      [sent.status, sent.from, sent.numSegments, sent.messagingServiceSid],
      ['sent', number.e164, '1', messagingServiceSid],
    );
  });
});
