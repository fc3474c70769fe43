import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'node:test';
import { openTestEdge, restError, type Edge, type Tenant } from './edge.ts';

let edge: Edge;
let tenant: Tenant;
before(async () => {
  edge = await openTestEdge();
});
beforeEach(async () => {
  tenant = await edge.tenant();
});

const office = {
  customerName: 'Acme',
  street: '375 Beale St',
  city: 'San Francisco',
  region: 'CA',
  postalCode: '94105',
  isoCountry: 'US',
};
const namesOf = (rows: readonly { friendlyName: string }[]): string[] => rows.map((row) => row.friendlyName);

describe('Addresses', () => {
  it('are made, fetched, changed and removed', async () => {
    const { client, account } = tenant;
    const made = await client.addresses.create({ ...office, streetSecondary: 'Suite 300' });
    assert.match(made.sid, /^AD[0-9a-f]{32}$/);
    assert.deepEqual(
      [made.accountSid, made.customerName, made.street, made.streetSecondary, made.friendlyName],
      [account.sid, 'Acme', '375 Beale St', 'Suite 300', null],
    );
    assert.deepEqual([made.emergencyEnabled, made.validated, made.verified], [false, false, false]);
    const address = client.addresses(made.sid);
    edge.clock.advance(5000);
    const changed = await address.update({ friendlyName: 'Office', emergencyEnabled: true });
    assert.deepEqual(
      [changed.friendlyName, changed.emergencyEnabled, changed.city],
      ['Office', true, 'San Francisco'],
    );
    assert.equal(changed.dateUpdated.getTime() - changed.dateCreated.getTime(), 5000);
    assert.equal((await address.fetch()).friendlyName, 'Office');
    assert.equal(await address.remove(), true);
    await assert.rejects(address.fetch(), restError(20404, 404));
  });

  it('are found by their names, country and use', async () => {
    const { addresses } = tenant.client;
    await addresses.create({ ...office, friendlyName: 'one' });
    await addresses.create({ ...office, friendlyName: 'two', customerName: 'Ajax', emergencyEnabled: true });
    await addresses.create({
      ...office,
      friendlyName: 'three',
      region: 'Greater London',
      postalCode: 'SW1A 2AA',
      isoCountry: 'gb',
    });
    assert.deepEqual(namesOf(await addresses.list({ pageSize: 2 })), ['three', 'two', 'one']);
    assert.deepEqual(namesOf(await addresses.list({ friendlyName: 'two' })), ['two']);
    assert.deepEqual(namesOf(await addresses.list({ friendlyName: 'two', isoCountry: 'GB' })), []);
    assert.deepEqual(namesOf(await addresses.list({ customerName: 'Acme' })), ['three', 'one']);
    assert.deepEqual(namesOf(await addresses.list({ isoCountry: 'GB', customerName: 'Acme' })), ['three']);
    assert.deepEqual(namesOf(await addresses.list({ emergencyEnabled: true })), ['two']);
  });

  it('must say where they are', async () => {
    const { addresses } = tenant.client;
    for (const part of ['customerName', 'street', 'city', 'region', 'postalCode', 'isoCountry'])
      await assert.rejects(addresses.create({ ...office, [part]: ' ' }), restError(21628));
    await assert.rejects(addresses.create({ ...office, region: 'California' }), restError(21628));
    await assert.rejects(addresses.create({ ...office, postalCode: 'SW1A 2AA' }), restError(21628));
    await assert.rejects(addresses.create({ ...office, isoCountry: 'ZZ' }), restError(21628));
    await assert.rejects(addresses.create({ ...office, street: 'x'.repeat(129) }), restError(21628));
    const { sid } = await addresses.create(office);
    await assert.rejects(addresses(sid).update({ city: '' }), restError(21628));
  });

  it('that numbers name stay, and tell which numbers those are', async () => {
    const { client, account } = tenant;
    const { sid: addressSid } = await client.addresses.create({ ...office, emergencyEnabled: true });
    const { sid: plainSid } = await client.addresses.create(office);
    const numbers = ['+16285550101', '+16285550102'];
    await edge.stock(...numbers.map((e164) => ({ e164 })));
    const [first, second] = await Promise.all(
      numbers.map((phoneNumber) => client.incomingPhoneNumbers.create({ phoneNumber, addressSid })),
    );
    assert.equal(first!.addressSid, addressSid);
    const number = client.incomingPhoneNumbers(first!.sid);
    const changed = await number.update({ emergencyAddressSid: addressSid, addressSid: '' });
    assert.deepEqual(
      [changed.addressSid, changed.emergencyAddressSid, changed.emergencyAddressStatus],
      [null, addressSid, 'unregistered'],
    );
    await assert.rejects(number.update({ emergencyAddressSid: plainSid }), restError(21628));
    const { dependentPhoneNumbers } = client.addresses(addressSid);
    assert.deepEqual((await dependentPhoneNumbers.list()).map((row) => row.phoneNumber).sort(), numbers);
    await assert.rejects(client.addresses(addressSid).remove(), restError(20409, 409));
    await number.update({ emergencyAddressSid: '' });
    assert.deepEqual(
      (await dependentPhoneNumbers.list()).map((row) => row.sid),
      [second!.sid],
    );
    // A number that is handed over leaves its address behind.
    const sub = await edge.tenant(account.sid);
    await client.incomingPhoneNumbers(second!.sid).update({ accountSid: sub.account.sid });
    assert.equal((await sub.client.incomingPhoneNumbers(second!.sid).fetch()).addressSid, null);
    assert.deepEqual(await dependentPhoneNumbers.list(), []);
    assert.equal(await client.addresses(addressSid).remove(), true);
  });

  it('of one tenant are nothing to another', async () => {
    const { sid } = await tenant.client.addresses.create({ ...office, emergencyEnabled: true });
    const { client } = await edge.tenant();
    const theirs = client.addresses(sid);
    await assert.rejects(theirs.fetch(), restError(20404, 404));
    await assert.rejects(theirs.update({ city: 'Oakland' }), restError(20404, 404));
    await assert.rejects(theirs.remove(), restError(20404, 404));
    await assert.rejects(theirs.dependentPhoneNumbers.list(), restError(20404, 404));
    assert.deepEqual(await client.addresses.list(), []);
    await edge.stock({ e164: '+16285550109' });
    const buy = (naming: object) =>
      client.incomingPhoneNumbers.create({ phoneNumber: '+16285550109', ...naming });
    await assert.rejects(buy({ addressSid: sid }), restError(21628));
    await assert.rejects(buy({ emergencyAddressSid: sid }), restError(21628));
  });
});
