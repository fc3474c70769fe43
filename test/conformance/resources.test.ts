import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { openTestEdge, until, type Edge, type Tenant } from '../api/edge.ts';
import { documentedProperties } from './properties.ts';

/** What the API answers beyond the helper library's types, as its documentation shows. */
const beyond = new Set(['subresource_uris', 'uri', 'type']);

describe('the shape of answers', () => {
  let edge: Edge;
  let tenant: Tenant;
  const from = '+12125550101';
  const shape = (body: Record<string, unknown>, resource: string): void => {
    const documented = documentedProperties(resource);
    assert.ok(documented.length > 2);
    const got = Object.keys(body);
    assert.deepEqual(
      { missing: documented.filter((name) => !got.includes(name)), resource },
      { missing: [], resource },
    );
    assert.deepEqual(
      got.filter((name) => !documented.includes(name) && !beyond.has(name)),
      [],
      resource,
    );
  };
  const listKeys = [
    'end',
    'first_page_uri',
    'next_page_uri',
    'page',
    'page_size',
    'previous_page_uri',
    'start',
    'uri',
  ];
  const path = (rest: string): string => `/2010-04-01/Accounts/${tenant.account.sid}${rest}`;
  const get = (rest: string) => edge.raw(tenant, path(rest));

  /** A list with one row: its paging, and the shape of the row. */
  const list = async (rest: string, key: string, resource: string): Promise<Record<string, unknown>> => {
    const { status, body } = await get(rest);
    assert.equal(status, 200);
    assert.deepEqual(Object.keys(body).sort(), [...listKeys, key].sort());
    const query = '?PageSize=50&Page=0';
    assert.deepEqual(
      [body['page'], body['page_size'], body['start'], body['end'], body['uri'], body['first_page_uri']],
      [0, 50, 0, 0, path(rest) + query, path(rest) + query],
    );
    const [row] = body[key] as Record<string, unknown>[];
    shape(row!, resource);
    return row!;
  };

  before(async () => {
    edge = await openTestEdge();
    tenant = await edge.tenant();
    await edge.stock(
      { e164: from, mms: 'yes' },
      { e164: '24365', type: 'shortcode' },
      { e164: '+13105550102' },
    );
    assert.ok((await edge.inventory.buy(tenant.account.sid, from)).ok);
    assert.ok((await edge.inventory.buy(tenant.account.sid, '24365')).ok);
  });

  it('is as documented for messages, media and feedback', async () => {
    const form = { To: '+14155550100', From: from, MediaUrl: 'https://media.example/1.png' };
    const made = await edge.raw(tenant, path('/Messages.json'), form);
    assert.equal(made.status, 201);
    shape(made.body, 'account/message');
    const sid = String(made.body['sid']);
    await until(() => edge.messaging.ledger.get(sid)?.status === 'failed');
    await list('/Messages.json', 'messages', 'account/message');
    const media = await list(`/Messages/${sid}/Media.json`, 'media_list', 'account/message/media');
    shape((await get(`/Messages/${sid}/Media/${String(media['sid'])}.json`)).body, 'account/message/media');
    const feedback = await edge.raw(tenant, path(`/Messages/${sid}/Feedback.json`), { Outcome: 'confirmed' });
    assert.equal(feedback.status, 200);
    shape(feedback.body, 'account/message/feedback');
  });

  it('is as documented for numbers', async () => {
    const number = await list(
      '/IncomingPhoneNumbers.json',
      'incoming_phone_numbers',
      'account/incomingPhoneNumber',
    );
    shape(
      (await get(`/IncomingPhoneNumbers/${String(number['sid'])}.json`)).body,
      'account/incomingPhoneNumber',
    );
    await list(
      '/IncomingPhoneNumbers/Local.json',
      'incoming_phone_numbers',
      'account/incomingPhoneNumber/local',
    );
    const code = await list('/SMS/ShortCodes.json', 'short_codes', 'account/shortCode');
    shape((await get(`/SMS/ShortCodes/${String(code['sid'])}.json`)).body, 'account/shortCode');
    const { body } = await get('/AvailablePhoneNumbers/US/Local.json');
    const [available] = body['available_phone_numbers'] as Record<string, unknown>[];
    shape(available!, 'account/availablePhoneNumberCountry/local');
    shape((await get('/AvailablePhoneNumbers/US.json')).body, 'account/availablePhoneNumberCountry');
  });

  it('is as documented for addresses and the numbers that name them', async () => {
    const form = {
      CustomerName: 'Acme',
      Street: '375 Beale St',
      City: 'San Francisco',
      Region: 'CA',
      PostalCode: '94105',
      IsoCountry: 'US',
    };
    const made = await edge.raw(tenant, path('/Addresses.json'), form);
    assert.equal(made.status, 201);
    shape(made.body, 'account/address');
    const address = await list('/Addresses.json', 'addresses', 'account/address');
    const sid = String(address['sid']);
    const number = edge.inventory.number(from)?.assignment?.sid ?? '';
    await edge.raw(tenant, path(`/IncomingPhoneNumbers/${number}.json`), { AddressSid: sid });
    await list(
      `/Addresses/${sid}/DependentPhoneNumbers.json`,
      'dependent_phone_numbers',
      'account/address/dependentPhoneNumber',
    );
  });

  it('is as documented for accounts, keys and balance', async () => {
    shape((await get('.json')).body, 'account');
    const { body } = await edge.raw(tenant, '/2010-04-01/Accounts.json');
    shape((body['accounts'] as Record<string, unknown>[])[0]!, 'account');
    shape((await edge.raw(tenant, path('/Keys.json'), {})).body, 'account/newKey');
    await list('/Keys.json', 'keys', 'account/key');
    await list('/SigningKeys.json', 'signing_keys', 'account/signingKey');
    shape((await get('/Balance.json')).body, 'account/balance');
  });
});
