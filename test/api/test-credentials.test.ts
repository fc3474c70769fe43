import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type twilio from 'twilio';
import { openTestEdge, restError, type Edge, type Tenant } from './edge.ts';

describe('test credentials', () => {
  let edge: Edge;
  let tenant: Tenant;
  let client: twilio.Twilio;
  let testSid: string;
  const valid = '+15005550006';

  before(async () => {
    edge = await openTestEdge();
    tenant = await edge.tenant();
    const test = edge.accounts.testCredentials(tenant.account.sid)!;
    testSid = test.sid;
    client = edge.clientOf(test.sid, test.token);
  });

  const send = (to: string, from: string) => client.messages.create({ to, from, body: 'Hello' });

  it('pretend to send a message', async () => {
    const made = await send('+14155550100', valid);
    assert.deepEqual(
      [made.accountSid, made.status, made.from, made.to, made.body],
      [testSid, 'queued', valid, '+14155550100', 'Hello'],
    );
    assert.deepEqual(await tenant.client.messages.list(), []);
    assert.equal(edge.carrier.taken.length, 0);
  });

  for (const [from, code] of [
    ['+15005550001', 21212],
    ['+15005550007', 21606],
    ['+12125550100', 21606],
  ] as const)
    it(`refuse From ${from} with ${code}`, () => assert.rejects(send('+14155550100', from), restError(code)));
  it('refuse From +15005550008 with 21611', () =>
    assert.rejects(send('+14155550100', '+15005550008'), restError(21611, 429)));

  for (const [to, code] of [
    ['+15005550001', 21211],
    ['+15005550002', 21612],
    ['+15005550003', 21408],
    ['+15005550004', 21610],
    ['+15005550009', 21614],
    ['nobody', 21211],
  ] as const)
    it(`refuse To ${to} with ${code}`, () => assert.rejects(send(to, valid), restError(code)));

  it('judge the other parameters as ever', async () => {
    const to = '+14155550100';
    await assert.rejects(client.messages.create({ to, from: valid }), restError(21602));
    await assert.rejects(
      client.messages.create({ to, from: valid, body: 'x', statusCallback: 'nowhere' }),
      restError(21609),
    );
  });

  it('pretend to buy a number', async () => {
    const numbers = client.incomingPhoneNumbers;
    const made = await numbers.create({ phoneNumber: valid, voiceUrl: 'https://tenant.example/' });
    assert.deepEqual(
      [made.phoneNumber, made.voiceUrl, made.accountSid],
      [valid, 'https://tenant.example/', testSid],
    );
    assert.equal((await numbers.create({ areaCode: '500' })).phoneNumber, valid);
    await assert.rejects(numbers.create({ phoneNumber: '+15005550000' }), restError(21422));
    await assert.rejects(numbers.create({ phoneNumber: '+15005550001' }), restError(21421));
    await assert.rejects(numbers.create({ phoneNumber: '+12125550100' }), restError(21421));
    await assert.rejects(numbers.create({ areaCode: '533' }), restError(21452));
    await assert.rejects(numbers.create({ areaCode: '212' }), restError(21452));
    assert.deepEqual(await tenant.client.incomingPhoneNumbers.list(), []);
  });

  it('open nothing else', async () => {
    await assert.rejects(client.messages.list(), restError(20008, 403));
    await assert.rejects(client.incomingPhoneNumbers.list(), restError(20008, 403));
    await assert.rejects(
      client.incomingPhoneNumbers.local.create({ phoneNumber: valid }),
      restError(20008, 403),
    );
    await assert.rejects(client.balance.fetch(), restError(20008, 403));
    await assert.rejects(client.api.v2010.accounts.list(), restError(20008, 403));
    await assert.rejects(client.availablePhoneNumbers.list(), restError(20008, 403));
    await assert.rejects(
      client.api.v2010.accounts(tenant.account.sid).messages.create({ to: valid, from: valid, body: 'x' }),
      restError(20003, 401),
    );
  });
});
