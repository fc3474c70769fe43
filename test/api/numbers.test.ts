import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'node:test';
import { openTestEdge, restError, type Edge, type Tenant } from './edge.ts';

let edge: Edge;
let tenant: Tenant;
before(async () => {
  edge = await openTestEdge();
  await edge.stock(
    {
      e164: '+12125550101',
      region: 'NY',
      locality: 'New York',
      postal_code: '10001',
      lata: '132',
      rate_center: 'NWYRCYZN01',
      latitude: '40.71',
      longitude: '-74.00',
      mms: 'yes',
    },
    { e164: '+12125550102', region: 'NY', voice: 'no' },
    { e164: '+13105550103', region: 'CA' },
    { e164: '+18005550104', type: 'tollfree' },
    { e164: '+447700900105', country: 'GB', type: 'mobile' },
  );
});
beforeEach(async () => {
  tenant = await edge.tenant();
});

const numbersOf = (rows: readonly { phoneNumber: string }[]): string[] => rows.map((row) => row.phoneNumber);

describe('AvailablePhoneNumbers', () => {
  it('tell the countries and types that are for sale', async () => {
    const { client, account } = tenant;
    const countries = await client.availablePhoneNumbers.list();
    const base = `/2010-04-01/Accounts/${account.sid}/AvailablePhoneNumbers`;
    assert.deepEqual(
      countries.map((one) => [one.countryCode, one.country, one.beta, one.subresourceUris]),
      [
        ['GB', 'United Kingdom', false, { mobile: `${base}/GB/Mobile.json` }],
        [
          'US',
          'United States',
          false,
          { local: `${base}/US/Local.json`, toll_free: `${base}/US/TollFree.json` },
        ],
      ],
    );
    assert.equal((await client.availablePhoneNumbers('US').fetch()).uri, `${base}/US.json`);
    await assert.rejects(client.availablePhoneNumbers('FR').fetch(), restError(20404, 404));
    await assert.rejects(client.availablePhoneNumbers('ZZ').local.list(), restError(20404, 404));
  });

  it('are found by type, area code, pattern, capability and place', async () => {
    const us = tenant.client.availablePhoneNumbers('US');
    const [first] = await us.local.list({ areaCode: 212, mmsEnabled: true });
    assert.deepEqual(
      [first!.phoneNumber, first!.friendlyName, first!.isoCountry, first!.region, first!.locality],
      ['+12125550101', '(212) 555-0101', 'US', 'NY', 'New York'],
    );
    assert.deepEqual([first!.latitude, first!.longitude], ['40.710000', '-74.000000']);
    assert.deepEqual(first!.capabilities, { voice: true, sms: true, mms: true, fax: false });
    assert.deepEqual(numbersOf(await us.local.list()), ['+12125550101', '+12125550102', '+13105550103']);
    assert.equal((await us.local.list({ limit: 2 })).length, 2);
    assert.deepEqual(numbersOf(await us.local.list({ voiceEnabled: false })), ['+12125550102']);
    assert.deepEqual(numbersOf(await us.local.list({ contains: '+1310*******' })), ['+13105550103']);
    assert.deepEqual(numbersOf(await us.local.list({ contains: '0102' })), ['+12125550102']);
    assert.deepEqual(numbersOf(await us.local.list({ inRegion: 'ca' })), ['+13105550103']);
    assert.deepEqual(
      numbersOf(await us.local.list({ inPostalCode: '10001', inLata: '132', inRateCenter: 'NWYRCYZN01' })),
      ['+12125550101'],
    );
    assert.deepEqual(numbersOf(await us.tollFree.list()), ['+18005550104']);
    assert.deepEqual(numbersOf(await us.mobile.list()), []);
    assert.deepEqual(numbersOf(await tenant.client.availablePhoneNumbers('gb').mobile.list()), [
      '+447700900105',
    ]);
  });

  it('refuse searches that cannot be', async () => {
    const { local } = tenant.client.availablePhoneNumbers('US');
    await assert.rejects(local.list({ contains: 'x' }), restError(20422));
    await assert.rejects(local.list({ contains: '!!!' }), restError(20422));
    await assert.rejects(local.list({ areaCode: 'abc' as unknown as number }), restError(21451));
    await assert.rejects(local.list({ smsEnabled: 'maybe' as unknown as boolean }), restError(20422));
    await assert.rejects(local.list({ nearNumber: 'here' }), restError(20422));
    await assert.rejects(local.list({ nearLatLong: '91,0' }), restError(20422));
    await assert.rejects(local.list({ nearLatLong: '40.7 -74' }), restError(20422));
    await assert.rejects(local.list({ nearNumber: '+12125550101', distance: 501 }), restError(20422));
    await assert.rejects(local.page({ pageNumber: 1 }), restError(21481));
  });
});

describe('AvailablePhoneNumbers of every type', () => {
  it('are offered and bought', async () => {
    const types = {
      national: '+498005550101',
      voip: '+498005550102',
      sharedcost: '+498005550103',
      machinetomachine: '+498005550104',
    };
    await edge.stock(
      ...Object.entries(types).map(([type, e164]) => ({ e164, type, country: 'DE', voice: 'yes' })),
    );
    const { client, account } = tenant;
    const germany = client.availablePhoneNumbers('DE');
    const base = `/2010-04-01/Accounts/${account.sid}/AvailablePhoneNumbers/DE`;
    assert.deepEqual((await germany.fetch()).subresourceUris, {
      national: `${base}/National.json`,
      voip: `${base}/Voip.json`,
      shared_cost: `${base}/SharedCost.json`,
      machine_to_machine: `${base}/MachineToMachine.json`,
    });
    assert.deepEqual(numbersOf(await germany.national.list()), [types.national]);
    assert.deepEqual(numbersOf(await germany.voip.list()), [types.voip]);
    assert.deepEqual(numbersOf(await germany.sharedCost.list()), [types.sharedcost]);
    assert.deepEqual(numbersOf(await germany.machineToMachine.list()), [types.machinetomachine]);
    const bought = await client.incomingPhoneNumbers.create({ phoneNumber: types.national });
    assert.deepEqual([bought.phoneNumber, bought.type], [types.national, 'national']);
    assert.deepEqual(await germany.national.list(), []);
  });
});

describe('IncomingPhoneNumbers', () => {
  let last = 1000;
  const fresh = async (cells = {}): Promise<string> => {
    const e164 = `+1646555${++last}`;
    await edge.stock({ e164, ...cells });
    return e164;
  };

  it('are bought, configured, fetched and released', async () => {
    const { client, account } = tenant;
    const phoneNumber = await fresh();
    const made = await client.incomingPhoneNumbers.create({
      phoneNumber,
      smsUrl: 'https://tenant.example/sms',
      voiceUrl: 'https://tenant.example/voice',
      voiceMethod: 'get',
    });
    assert.match(made.sid, /^PN[0-9a-f]{32}$/);
    assert.deepEqual(
      [made.phoneNumber, made.smsUrl, made.smsMethod, made.voiceMethod, made.accountSid, made.status],
      [phoneNumber, 'https://tenant.example/sms', 'POST', 'GET', account.sid, 'in-use'],
    );
    assert.equal(made.friendlyName, `(646) 555-${last}`);
    const number = client.incomingPhoneNumbers(made.sid);
    edge.clock.advance(5000);
    const changed = await number.update({
      friendlyName: 'Desk',
      smsFallbackUrl: 'https://tenant.example/fallback',
      smsFallbackMethod: 'GET',
      statusCallback: 'https://tenant.example/status',
      voiceCallerIdLookup: true,
      voiceReceiveMode: 'fax',
      emergencyStatus: 'Inactive',
      smsApplicationSid: '',
    });
    assert.deepEqual(
      [changed.friendlyName, changed.smsUrl, changed.smsFallbackMethod, changed.voiceCallerIdLookup],
      ['Desk', 'https://tenant.example/sms', 'GET', true],
    );
    assert.equal(changed.dateUpdated.getTime() - changed.dateCreated.getTime(), 5000);
    assert.equal((await number.fetch()).friendlyName, 'Desk');
    assert.equal((await number.update({ smsUrl: '', smsFallbackUrl: '' })).smsUrl, '');
    assert.equal(await number.remove(), true);
    await assert.rejects(number.fetch(), restError(20404, 404));
    assert.equal(edge.inventory.number(phoneNumber)?.assignment, null);
  });

  it('are bought by area code', async () => {
    await edge.stock({ e164: '+19175550101' });
    const { client } = tenant;
    const made = await client.incomingPhoneNumbers.create({ areaCode: '917' });
    assert.equal(made.phoneNumber, '+19175550101');
    await assert.rejects(client.incomingPhoneNumbers.create({ areaCode: '917' }), restError(21452));
    await assert.rejects(client.incomingPhoneNumbers.create({ areaCode: '91' }), restError(21451));
  });

  it('refuse what cannot be bought or configured', async () => {
    const { incomingPhoneNumbers: numbers } = tenant.client;
    const phoneNumber = await fresh();
    await assert.rejects(numbers.create({}), restError(21421));
    await assert.rejects(numbers.create({ phoneNumber: 'nonsense' }), restError(21421));
    await assert.rejects(numbers.create({ phoneNumber: '+12125559876' }), restError(21422));
    await assert.rejects(numbers.create({ phoneNumber, smsUrl: 'nowhere' }), restError(21402));
    await assert.rejects(numbers.create({ phoneNumber, smsMethod: 'PUT' }), restError(21403));
    await assert.rejects(
      numbers.create({ phoneNumber, smsFallbackUrl: 'https://x.example/' }),
      restError(21406),
    );
    await assert.rejects(
      numbers.create({ phoneNumber, voiceFallbackUrl: 'https://x.example/' }),
      restError(21405),
    );
    await assert.rejects(numbers.create({ phoneNumber, friendlyName: 'x'.repeat(65) }), restError(20002));
    await assert.rejects(numbers.create({ phoneNumber, smsApplicationSid: 'AP1' }), restError(21420));
    await assert.rejects(numbers.create({ phoneNumber, trunkSid: 'TK1' }), restError(21245));
    await assert.rejects(numbers.create({ phoneNumber, addressSid: 'AD1' }), restError(21628));
    await assert.rejects(numbers.create({ phoneNumber, emergencyStatus: 'Active' }), restError(22222));
    await assert.rejects(numbers.tollFree.create({ phoneNumber }), restError(21458));
    await numbers.local.create({ phoneNumber });
    await assert.rejects(numbers.create({ phoneNumber }), restError(21422));
  });

  it('are listed by type, number, pattern and name, in pages both ways', async () => {
    const { incomingPhoneNumbers: numbers } = tenant.client;
    const sids: string[] = [];
    const bought: string[] = [];
    for (let n = 0; n < 5; n++) {
      bought.unshift(await fresh());
      sids.unshift((await numbers.create({ phoneNumber: bought[0]!, friendlyName: `n${n % 2}` })).sid);
    }
    const sidsOf = (rows: readonly { sid: string }[]) => rows.map(({ sid }) => sid);
    assert.deepEqual(sidsOf(await numbers.list({ pageSize: 2 })), sids);
    const third = await (await (await numbers.page({ pageSize: 2 })).nextPage())!.nextPage();
    assert.deepEqual(sidsOf(third!.instances), sids.slice(4));
    const second = await third!.previousPage();
    assert.deepEqual(sidsOf(second!.instances), sids.slice(2, 4));
    assert.deepEqual(sidsOf((await second!.previousPage())!.instances), sids.slice(0, 2));
    assert.deepEqual(sidsOf(await numbers.list({ phoneNumber: bought[1]! })), [sids[1]]);
    assert.deepEqual(sidsOf(await numbers.list({ phoneNumber: bought[1]!.slice(-4) })), [sids[1]]);
    assert.deepEqual(sidsOf(await numbers.list({ friendlyName: 'n1' })), [sids[1], sids[3]]);
    assert.deepEqual(await numbers.list({ origin: 'hosted' }), []);
    assert.equal((await numbers.list({ beta: false, origin: 'twilio' })).length, 5);
    assert.deepEqual(sidsOf(await numbers.local.list()), sids);
    assert.deepEqual(await numbers.mobile.list(), []);
    assert.deepEqual(await numbers.tollFree.list(), []);
    await assert.rejects(numbers.list({ phoneNumber: '!' }), restError(21421));
  });

  it('are handed over within a main account and its subaccounts only', async () => {
    const { client, account } = tenant;
    const sub = await edge.tenant(account.sid);
    const stranger = await edge.tenant();
    const { sid } = await client.incomingPhoneNumbers.create({ phoneNumber: await fresh() });
    const handOver = (accountSid: string) => client.incomingPhoneNumbers(sid).update({ accountSid });
    await assert.rejects(handOver('somebody'), restError(21470));
    await assert.rejects(handOver(stranger.account.sid), restError(21473));
    assert.equal((await handOver(account.sid)).accountSid, account.sid);
    assert.equal((await handOver(sub.account.sid)).accountSid, sub.account.sid);
    await assert.rejects(client.incomingPhoneNumbers(sid).fetch(), restError(20404, 404));
    const own = sub.client.incomingPhoneNumbers(sid);
    assert.equal((await own.fetch()).sid, sid);
    await assert.rejects(own.update({ accountSid: account.sid }), restError(21474));
    const back = client.api.v2010.accounts(sub.account.sid).incomingPhoneNumbers(sid);
    assert.equal((await back.update({ accountSid: account.sid })).accountSid, account.sid);
    await client.api.v2010.accounts(sub.account.sid).update({ status: 'suspended' });
    await assert.rejects(handOver(sub.account.sid), restError(21472));
  });

  it('go to one of those who buy them at once', async () => {
    const phoneNumber = await fresh();
    const buyers = await Promise.all(Array.from({ length: 8 }, () => edge.tenant()));
    const buying = await Promise.allSettled(
      buyers.map(({ client }) => client.incomingPhoneNumbers.create({ phoneNumber })),
    );
    const [sold, ...more] = buying.filter((outcome) => outcome.status === 'fulfilled');
    assert.equal(more.length, 0);
    assert.equal(sold?.value.accountSid, edge.inventory.number(phoneNumber)?.assignment?.accountSid);
    const refusals = buying.filter((outcome) => outcome.status === 'rejected');
    assert.equal(refusals.length, 7);
    for (const { reason } of refusals) assert.ok(restError(21422)(reason));
  });

  it('have no add-ons', async () => {
    const { sid } = await tenant.client.incomingPhoneNumbers.create({ phoneNumber: await fresh() });
    const { assignedAddOns } = tenant.client.incomingPhoneNumbers(sid);
    assert.deepEqual(await assignedAddOns.list(), []);
    const installedAddOnSid = `XB${'0'.repeat(32)}`;
    await assert.rejects(assignedAddOns.create({ installedAddOnSid }), restError(20404, 404));
    const { client } = await edge.tenant();
    await assert.rejects(client.incomingPhoneNumbers(sid).assignedAddOns.list(), restError(20404, 404));
  });

  it('of one tenant are nothing to another', async () => {
    const phoneNumber = await fresh();
    const { sid } = await tenant.client.incomingPhoneNumbers.create({ phoneNumber });
    const { client } = await edge.tenant();
    const theirs = client.incomingPhoneNumbers(sid);
    await assert.rejects(theirs.fetch(), restError(20404, 404));
    await assert.rejects(theirs.update({ friendlyName: 'mine' }), restError(20404, 404));
    await assert.rejects(theirs.remove(), restError(20404, 404));
    assert.deepEqual(await client.incomingPhoneNumbers.list(), []);
    assert.deepEqual(await client.incomingPhoneNumbers.list({ phoneNumber }), []);
  });

  it('whose rules ask for an address are sold with one alone', async () => {
    const stocked = { country: 'FR', voice: 'yes' } as const;
    const [any, local, foreign] = ['+33145550101', '+33145550102', '+33145550103'] as const;
    await edge.stock(
      { ...stocked, e164: any, address_requirement: 'any' },
      { ...stocked, e164: local, address_requirement: 'local', beta: 'yes' },
      { ...stocked, e164: foreign, address_requirement: 'foreign' },
    );
    const { client, account } = tenant;
    const offered = await client.availablePhoneNumbers('FR').local.list();
    assert.deepEqual(
      offered.map((row) => [row.phoneNumber, row.addressRequirements, row.beta]),
      [
        [any, 'any', false],
        [local, 'local', true],
        [foreign, 'foreign', false],
      ],
    );
    const parts = { customerName: 'Acme', street: 'rue A', city: 'B', region: 'C', postalCode: '75001' };
    const inFrance = (await client.addresses.create({ ...parts, isoCountry: 'FR' })).sid;
    const inSpain = (await client.addresses.create({ ...parts, isoCountry: 'ES' })).sid;
    const buy = (phoneNumber: string, addressSid?: string) =>
      client.incomingPhoneNumbers.create({
        phoneNumber,
        ...(addressSid === undefined ? {} : { addressSid }),
      });
    await assert.rejects(buy(any), restError(21631));
    await assert.rejects(buy(local, inSpain), restError(21615));
    await assert.rejects(buy(foreign, inFrance), restError(21631));
    await buy(any, inSpain);
    await buy(foreign, inSpain);
    const { sid, addressSid, addressRequirements } = await buy(local, inFrance);
    assert.deepEqual([addressSid, addressRequirements], [inFrance, 'local']);
    const number = client.incomingPhoneNumbers(sid);
    await assert.rejects(number.update({ addressSid: '' }), restError(21631));
    await assert.rejects(number.update({ addressSid: inSpain }), restError(21615));
    const sub = await edge.tenant(account.sid);
    const handOver = { accountSid: sub.account.sid };
    await assert.rejects(number.update(handOver), restError(21631));
    await assert.rejects(number.update({ ...handOver, addressSid: inFrance }), restError(21628));
    const theirs = (await sub.client.addresses.create({ ...parts, isoCountry: 'FR' })).sid;
    assert.equal((await number.update({ ...handOver, addressSid: theirs })).addressSid, theirs);
  });
});

describe('ShortCodes', () => {
  it('are listed, fetched and configured by the account that holds them', async () => {
    const { client, account } = tenant;
    await edge.stock({ e164: '24365', type: 'shortcode' }, { e164: '24366', type: 'shortcode' });
    for (const code of ['24365', '24366']) assert.ok((await edge.inventory.assign(account.sid, code)).ok);
    const codes = await client.shortCodes.list();
    assert.deepEqual(
      codes.map(({ shortCode }) => shortCode),
      ['24366', '24365'],
    );
    assert.deepEqual(await client.incomingPhoneNumbers.list(), []);
    const [one] = await client.shortCodes.list({ shortCode: '24365' });
    const code = client.shortCodes(one!.sid);
    const changed = await code.update({ friendlyName: 'Votes', smsUrl: 'https://tenant.example/votes' });
    assert.deepEqual([changed.friendlyName, changed.smsUrl], ['Votes', 'https://tenant.example/votes']);
    assert.equal(
      (await code.fetch()).uri,
      `/2010-04-01/Accounts/${account.sid}/SMS/ShortCodes/${one!.sid}.json`,
    );
    assert.equal((await client.shortCodes.list({ friendlyName: 'Votes' })).length, 1);
    await assert.rejects(code.update({ smsUrl: 'nowhere' }), restError(21402));
    const { client: other } = await edge.tenant();
    await assert.rejects(other.shortCodes(one!.sid).fetch(), restError(20404, 404));
    await assert.rejects(other.shortCodes(one!.sid).update({ friendlyName: 'x' }), restError(20404, 404));
    assert.deepEqual(await other.shortCodes.list(), []);
  });
});
