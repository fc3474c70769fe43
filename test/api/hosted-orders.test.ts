import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { parseListing } from '../../control/inventory/listing.ts';
import { openTestEdge, restError, type Edge, type Tenant } from './edge.ts';

describe('orders to host numbers', () => {
  let edge: Edge;
  let tenant: Tenant;
  let stranger: Tenant;
  let addressSid: string;

  before(async () => {
    edge = await openTestEdge();
    tenant = await edge.tenant();
    stranger = await edge.tenant();
    addressSid = await addressOf(tenant);
  });

  const api = ({ client }: Tenant) => client.numbers.v2.hostedNumberOrders;

  const addressOf = async ({ client }: Tenant): Promise<string> => {
    const { sid } = await client.addresses.create({
      customerName: 'Ann',
      street: '1 Main Street',
      city: 'San Francisco',
      region: 'CA',
      postalCode: '94105',
      isoCountry: 'US',
    });
    return sid;
  };

  const contacts = { contactPhoneNumber: '+14155550199', email: 'ann@example.com' };
  const order = (phoneNumber: string, more: object = {}) =>
    api(tenant).create({ phoneNumber, addressSid, ...contacts, ...more });

  const listing = (e164: string) => {
    const parsed = parseListing({ e164, country: 'US', type: 'local', sms: 'yes', carrier: 'alpha' });
    assert.ok(parsed.ok);
    return parsed.value;
  };

  it('bring the number into the account, configured, when the operator completes them', async () => {
    const e164 = '+14155552001';
    const made = await order(e164, {
      friendlyName: 'desk',
      ccEmails: ['b@example.com', 'c@example.com'],
      smsUrl: 'https://example.com/sms',
      smsMethod: 'GET',
      statusCallbackUrl: 'https://example.com/status',
      smsCapability: true,
      contactTitle: 'Owner',
    });
    assert.deepEqual(
      [made.status, made.ccEmails, made.capabilities.sms, made.incomingPhoneNumberSid, made.contactTitle],
      ['received', ['b@example.com', 'c@example.com'], true, null, 'Owner'],
    );
    assert.deepEqual(await edge.hostedOrders.complete(made.sid, undefined), { ok: false, error: 'unknown' });
    assert.equal((await edge.hostedOrders.complete(made.sid, listing(e164))).ok, true);
    const completed = await api(tenant)(made.sid).fetch();
    assert.equal(completed.status, 'completed');
    const number = await tenant.client.incomingPhoneNumbers(completed.incomingPhoneNumberSid).fetch();
    assert.deepEqual(
      [number.phoneNumber, number.smsUrl, number.smsMethod, number.statusCallback, number.addressSid],
      [e164, 'https://example.com/sms', 'GET', 'https://example.com/status', addressSid],
    );
    await assert.rejects(api(tenant)(made.sid).remove(), restError(22112));
    await assert.rejects(order(e164), restError(22110));
    assert.deepEqual(await edge.hostedOrders.reject(made.sid, 'late'), { ok: false, error: 'notOpen' });
  });

  it('bring back what was ported out, but not what another account has or the operator holds back', async () => {
    const e164 = '+14155552002';
    await edge.stock({ e164 });
    await assert.rejects(order(e164), restError(22110));
    await edge.numberLives.portOut(e164);
    const made = await order(e164);
    assert.deepEqual(await edge.hostedOrders.complete(made.sid, listing(e164)), {
      ok: false,
      error: 'known',
    });
    assert.equal((await edge.hostedOrders.complete(made.sid, undefined)).ok, true);
    assert.equal(edge.inventory.number(e164)?.assignment?.accountSid, tenant.account.sid);

    const [taken, held] = ['+14155552003', '+14155552004'];
    const orders = [await order(taken), await order(held)] as const;
    await edge.stock({ e164: taken }, { e164: held });
    await edge.inventory.assign(stranger.account.sid, taken);
    await edge.numberLives.hold(held, 'disputed');
    const faults = [];
    for (const { sid } of orders) faults.push(await edge.hostedOrders.complete(sid, undefined));
    assert.deepEqual(
      faults.map((fault) => fault.ok || fault.error),
      ['taken', 'held'],
    );
    assert.equal(edge.inventory.number(taken)?.assignment?.accountSid, stranger.account.sid);
    assert.equal((await api(tenant)(orders[0].sid).fetch()).status, 'received');
  });

  it('are cancelled while received, fail for a reason, and are listed by every filter', async () => {
    const first = await order('+14155552005', { friendlyName: 'front' });
    const second = await order('+14155552006', { friendlyName: 'back' });
    await assert.rejects(order('+14155552005'), restError(22110));
    await edge.hostedOrders.reject(second.sid, 'no answer');
    const failed = await api(tenant)(second.sid).fetch();
    assert.deepEqual([failed.status, failed.failureReason], ['failed', 'no answer']);
    const found = async (filter: object) => (await api(tenant).list(filter)).map(({ sid }) => sid);
    assert.deepEqual(await found({ status: 'failed' }), [second.sid]);
    assert.deepEqual(await found({ phoneNumber: '+14155552005' }), [first.sid]);
    assert.deepEqual(await found({ friendlyName: 'back', status: 'failed' }), [second.sid]);
    assert.deepEqual(await found({ friendlyName: 'back', status: 'received' }), []);
    assert.deepEqual(await found({ smsCapability: false }), []);
    assert.deepEqual(await found({ status: 'testing' }), []);
    const { incomingPhoneNumberSid, sid } = (await api(tenant).list({ status: 'completed', limit: 1 }))[0]!;
    assert.deepEqual(await found({ incomingPhoneNumberSid }), [sid]);
    await assert.rejects(found({ status: 'x' }), restError(22111));
    assert.equal(await api(tenant)(first.sid).remove(), true);
    await assert.rejects(api(tenant)(first.sid).fetch(), restError(20404, 404));
    await order('+14155552005');
  });

  it('are moved on by the operator alone', async () => {
    const { sid } = await order('+14155552007');
    await assert.rejects(api(tenant)(sid).update({ status: 'pending-verification' }), restError(22112));
    await assert.rejects(api(tenant)(sid).update({ status: 'x' as never }), restError(22111));
  });

  it('are refused, each with its number, where something is wrong', async () => {
    const e164 = '+14155552008';
    for (const [more, code] of [
      [{ phoneNumber: '12' }, 22102],
      [{ contactPhoneNumber: 'Ann' }, 22102],
      [{ email: 'ann' }, 22104],
      [{ ccEmails: ['ann'] }, 22104],
      [{ smsUrl: 'ftp://example.com' }, 22105],
      [{ smsMethod: 'PUT' }, 22106],
      [{ smsApplicationSid: `AP${'1'.repeat(32)}` }, 22108],
      [{ addressSid: await addressOf(stranger) }, 22109],
      [{ friendlyName: 'x'.repeat(129) }, 22116],
      [{ smsCapability: false }, 22119],
      [{ accountSid: stranger.account.sid }, 20422],
    ] as const)
      await assert.rejects(order(e164, more), restError(code));
  });

  it('are for a subaccount where they say so, and nobody else’s', async () => {
    const child = await edge.tenant(tenant.account.sid);
    const made = await order('+14155552009', {
      accountSid: child.account.sid,
      addressSid: await addressOf(child),
    });
    assert.equal(made.accountSid, child.account.sid);
    assert.equal((await api(child)(made.sid).fetch()).phoneNumber, '+14155552009');
    for (const attempt of [
      () => api(stranger)(made.sid).fetch(),
      () => api(stranger)(made.sid).update({ status: 'verified' }),
      () => api(stranger)(made.sid).remove(),
    ])
      await assert.rejects(attempt, restError(20404, 404));
    assert.deepEqual(await api(stranger).list(), []);
    // Whether another account has ordered a number is nobody's business.
    const theirs = await api(stranger).create({
      phoneNumber: '+14155552009',
      addressSid: await addressOf(stranger),
      ...contacts,
    });
    assert.equal(theirs.status, 'received');
  });
});
