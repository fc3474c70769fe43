import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'node:test';
import { openTestEdge, restError, type Edge, type Tenant } from './edge.ts';

let edge: Edge;
let tenant: Tenant;
let last = 0;
before(async () => {
  edge = await openTestEdge();
});
beforeEach(async () => {
  tenant = await edge.tenant();
});

const freshName = (): string => `office-${++last}.sip.edge.example`;
const sidsOf = (rows: readonly { sid: string }[]) => rows.map(({ sid }) => sid);
const password = 'IWasAtSignal2018';

describe('SIP Domains', () => {
  it('are made, fetched, changed, listed and deleted', async () => {
    const { client, account } = tenant;
    const domainName = freshName();
    const made = await client.sip.domains.create({
      domainName,
      friendlyName: 'Scranton',
      voiceUrl: 'https://tenant.example/voice',
      voiceFallbackUrl: 'https://tenant.example/fallback',
      voiceFallbackMethod: 'GET',
      voiceStatusCallbackUrl: 'https://tenant.example/status',
      sipRegistration: true,
      secure: true,
    });
    assert.match(made.sid, /^SD[0-9a-f]{32}$/);
    assert.deepEqual(
      [made.accountSid, made.domainName, made.friendlyName, made.authType, made.voiceMethod],
      [account.sid, domainName, 'Scranton', '', 'POST'],
    );
    assert.deepEqual(
      [made.sipRegistration, made.secure, made.emergencyCallingEnabled, made.byocTrunkSid],
      [true, true, false, null],
    );
    const base = `/2010-04-01/Accounts/${account.sid}/SIP/Domains/${made.sid}`;
    assert.deepEqual(made.subresourceUris, {
      credential_list_mappings: `${base}/CredentialListMappings.json`,
      ip_access_control_list_mappings: `${base}/IpAccessControlListMappings.json`,
    });
    edge.clock.advance(2000);
    const domain = client.sip.domains(made.sid);
    const renamed = freshName();
    const changed = await domain.update({ domainName: renamed.toUpperCase(), voiceUrl: '', secure: false });
    assert.deepEqual(
      [changed.domainName, changed.voiceUrl, changed.secure, changed.friendlyName],
      [renamed, null, false, 'Scranton'],
    );
    assert.equal(changed.dateUpdated.getTime() - changed.dateCreated.getTime(), 2000);
    const second = await client.sip.domains.create({ domainName });
    assert.deepEqual(sidsOf(await client.sip.domains.list({ pageSize: 1 })), [second.sid, made.sid]);
    assert.equal(await domain.remove(), true);
    await assert.rejects(domain.fetch(), restError(20404, 404));
    await client.sip.domains.create({ domainName: renamed });
  });

  it('have names that are unique on the edge, and subdomains within one family of accounts', async () => {
    const { client } = tenant;
    const parent = freshName();
    const child = `front.${parent}`;
    await assert.rejects(client.sip.domains.create({ domainName: child }), restError(21232));
    const made = await client.sip.domains.create({ domainName: parent });
    const stranger = await edge.tenant();
    const twin = parent.replace('edge.example', 'twilio.com');
    for (const domainName of [parent, child, twin])
      await assert.rejects(stranger.client.sip.domains.create({ domainName }), restError(21232));
    const sub = await edge.tenant(tenant.account.sid);
    const below = await sub.client.sip.domains.create({ domainName: child });
    await assert.rejects(client.sip.domains(made.sid).remove(), restError(21233));
    await assert.rejects(client.sip.domains(made.sid).update({ domainName: freshName() }), restError(21233));
    assert.equal((await client.sip.domains(made.sid).update({ domainName: twin })).domainName, twin);
    await sub.client.sip.domains(below.sid).remove();
    assert.equal(await client.sip.domains(made.sid).remove(), true);
    const reserved = `${stranger.account.sid}.sip.edge.example`;
    await assert.rejects(client.sip.domains.create({ domainName: reserved }), restError(21232));
    await stranger.client.sip.domains.create({ domainName: reserved });
  });

  it('refuse what they cannot be', async () => {
    const { domains } = tenant.client.sip;
    for (const domainName of [
      '',
      'office',
      'office.example.com',
      'a_b.sip.edge.example',
      '-a.sip.twilio.com',
    ])
      await assert.rejects(domains.create({ domainName }), restError(21232));
    const wrong = async (options: object, code: number) => {
      await assert.rejects(domains.create({ domainName: freshName(), ...options }), restError(code));
    };
    await wrong({ friendlyName: 'x'.repeat(65) }, 21231);
    await wrong({ voiceUrl: 'nowhere' }, 21231);
    await wrong({ voiceStatusCallbackMethod: 'PUT' }, 21231);
    await wrong({ emergencyCallingEnabled: true }, 21231);
    await wrong({ byocTrunkSid: 'BY1' }, 21300);
    await wrong({ secure: 'perhaps' }, 20422);
  });
});

describe('SIP lists and their mappings', () => {
  it('keep credentials, of which the password is never shown', async () => {
    const { client, account } = tenant;
    const list = await client.sip.credentialLists.create({ friendlyName: 'Low rises' });
    assert.match(list.sid, /^CL[0-9a-f]{32}$/);
    assert.deepEqual(list.subresourceUris, {
      credentials: `/2010-04-01/Accounts/${account.sid}/SIP/CredentialLists/${list.sid}/Credentials.json`,
    });
    const { credentials } = client.sip.credentialLists(list.sid);
    const made = await credentials.create({ username: 'dwight', password });
    assert.deepEqual([made.username, made.credentialListSid], ['dwight', list.sid]);
    assert.equal('password' in made.toJSON(), false);
    const other = await credentials.create({ username: 'jim', password });
    assert.deepEqual(sidsOf(await credentials.list({ pageSize: 1 })), [other.sid, made.sid]);
    edge.clock.advance(1000);
    const changed = await credentials(made.sid).update({ password: 'AnotherPassword7' });
    assert.equal(changed.dateUpdated.getTime() - changed.dateCreated.getTime(), 1000);
    await assert.rejects(credentials.create({ username: 'dwight', password }), restError(21243));
    for (const username of ['', 'a b', 'a:b', 'x'.repeat(33)])
      await assert.rejects(credentials.create({ username, password }), restError(21243));
    for (const bad of ['', 'Short1', 'nocapitals1234', 'NOSMALLS1234', 'NoDigitsAtAll'])
      await assert.rejects(credentials.create({ username: 'pam', password: bad }), restError(21243));
    await assert.rejects(credentials(made.sid).update({ password: 'short' }), restError(21243));
    assert.equal(await credentials(made.sid).remove(), true);
    await assert.rejects(credentials(made.sid).fetch(), restError(20404, 404));
    await credentials.create({ username: 'dwight', password });
  });

  it('keep addresses', async () => {
    const { client } = tenant;
    const list = await client.sip.ipAccessControlLists.create({ friendlyName: 'Gateways' });
    const { ipAddresses } = client.sip.ipAccessControlLists(list.sid);
    const made = await ipAddresses.create({ friendlyName: 'Scranton', ipAddress: '192.0.2.77' });
    assert.deepEqual(
      [made.ipAddress, made.cidrPrefixLength, made.ipAccessControlListSid],
      ['192.0.2.77', 32, list.sid],
    );
    const wider = await ipAddresses(made.sid).update({ cidrPrefixLength: 24, friendlyName: 'All' });
    assert.deepEqual(
      [wider.cidrPrefixLength, wider.ipAddress, wider.friendlyName],
      [24, '192.0.2.77', 'All'],
    );
    const same = { friendlyName: 'Same', ipAddress: '192.0.2.1', cidrPrefixLength: 24 };
    await assert.rejects(ipAddresses.create(same), restError(21238));
    const second = await ipAddresses.create({ ...same, cidrPrefixLength: 32 });
    assert.deepEqual(sidsOf(await ipAddresses.list()), [second.sid, made.sid]);
    for (const ipAddress of ['', '192.0.2', 'example.com', '192.0.2.256', '1.2.3.4/8'])
      await assert.rejects(ipAddresses.create({ friendlyName: 'x', ipAddress }), restError(21238));
    await assert.rejects(
      ipAddresses.create({ friendlyName: 'x', ipAddress: '192.0.2.9', cidrPrefixLength: 33 }),
      restError(21238),
    );
    await assert.rejects(ipAddresses.create({ friendlyName: '', ipAddress: '192.0.2.9' }), restError(21238));
    assert.equal(await ipAddresses(made.sid).remove(), true);
    await assert.rejects(ipAddresses(made.sid).fetch(), restError(20404, 404));
  });

  it('have names of their own, and are not deleted while a domain needs them', async () => {
    const { client } = tenant;
    const { credentialLists, ipAccessControlLists } = client.sip;
    const domain = await client.sip.domains.create({ domainName: freshName() });
    for (const [lists, invalid, mapped] of [
      [credentialLists, 21240, 21241],
      [ipAccessControlLists, 21235, 21236],
    ] as const) {
      const list = await lists.create({ friendlyName: 'One' });
      await assert.rejects(lists.create({ friendlyName: 'One' }), restError(invalid));
      await assert.rejects(lists.create({ friendlyName: '' }), restError(invalid));
      const other = await lists.create({ friendlyName: 'Two' });
      await assert.rejects(lists(other.sid).update({ friendlyName: 'One' }), restError(invalid));
      assert.equal((await lists(other.sid).update({ friendlyName: 'Three' })).friendlyName, 'Three');
      const { calls } = client.sip.domains(domain.sid).auth;
      if (lists === credentialLists)
        await calls.credentialListMappings.create({ credentialListSid: list.sid });
      else await calls.ipAccessControlListMappings.create({ ipAccessControlListSid: list.sid });
      await assert.rejects(lists(list.sid).remove(), restError(mapped));
      assert.equal(await lists(other.sid).remove(), true);
    }
    const names = (rows: readonly { friendlyName: string }[]) => rows.map((row) => row.friendlyName);
    await credentialLists.create({ friendlyName: 'Four' });
    await ipAccessControlLists.create({ friendlyName: 'Five' });
    assert.deepEqual(names(await credentialLists.list({ pageSize: 1 })), ['Four', 'One']);
    assert.deepEqual(names(await ipAccessControlLists.list({ pageSize: 1 })), ['Five', 'One']);
    assert.equal((await client.sip.domains(domain.sid).fetch()).authType, 'IP_ACL,CREDENTIAL_LIST');
    await client.sip.domains(domain.sid).remove();
    for (const list of await credentialLists.list())
      assert.equal(await credentialLists(list.sid).remove(), true);
  });

  it('are mapped to domains for calls and for registrations, under both paths', async () => {
    const { client } = tenant;
    const made = await client.sip.domains.create({ domainName: freshName() });
    const domain = client.sip.domains(made.sid);
    const users = await client.sip.credentialLists.create({ friendlyName: 'Users' });
    const gateways = await client.sip.ipAccessControlLists.create({ friendlyName: 'Gateways' });
    const { calls, registrations } = domain.auth;
    const mapped = await calls.credentialListMappings.create({ credentialListSid: users.sid });
    assert.deepEqual([mapped.sid, mapped.friendlyName], [users.sid, 'Users']);
    await assert.rejects(
      domain.credentialListMappings.create({ credentialListSid: users.sid }),
      restError(21231),
    );
    const older = await domain.credentialListMappings(users.sid).fetch();
    assert.deepEqual([older.domainSid, older.friendlyName], [made.sid, 'Users']);
    assert.deepEqual(await registrations.credentialListMappings.list(), []);
    await registrations.credentialListMappings.create({ credentialListSid: users.sid });
    await domain.ipAccessControlListMappings.create({ ipAccessControlListSid: gateways.sid });
    assert.deepEqual(sidsOf(await calls.ipAccessControlListMappings.list()), [gateways.sid]);
    assert.deepEqual(sidsOf(await registrations.credentialListMappings.list()), [users.sid]);
    await assert.rejects(
      calls.credentialListMappings.create({ credentialListSid: gateways.sid }),
      restError(21231),
    );
    assert.equal(await calls.credentialListMappings(users.sid).remove(), true);
    await assert.rejects(domain.credentialListMappings(users.sid).fetch(), restError(20404, 404));
    assert.deepEqual(sidsOf(await registrations.credentialListMappings.list()), [users.sid]);
    assert.equal((await domain.fetch()).authType, 'IP_ACL');
  });

  it('of one tenant are nothing to another', async () => {
    const { client } = tenant;
    const domain = await client.sip.domains.create({ domainName: freshName() });
    const users = await client.sip.credentialLists.create({ friendlyName: 'Users' });
    const gateways = await client.sip.ipAccessControlLists.create({ friendlyName: 'Gateways' });
    const user = await client.sip.credentialLists(users.sid).credentials.create({ username: 'u', password });
    const address = await client.sip
      .ipAccessControlLists(gateways.sid)
      .ipAddresses.create({ friendlyName: 'a', ipAddress: '192.0.2.1' });
    const { sip } = (await edge.tenant()).client;
    const own = {
      domain: await sip.domains.create({ domainName: freshName() }),
      users: await sip.credentialLists.create({ friendlyName: 'Users' }),
      gateways: await sip.ipAccessControlLists.create({ friendlyName: 'Gateways' }),
    };
    const refusedBy = (request: Promise<unknown>) => assert.rejects(request, restError(20404, 404));
    await refusedBy(sip.domains(domain.sid).fetch());
    await refusedBy(sip.domains(domain.sid).update({ friendlyName: 'mine' }));
    await refusedBy(sip.domains(domain.sid).remove());
    await refusedBy(sip.domains(domain.sid).auth.calls.credentialListMappings.list());
    await refusedBy(sip.credentialLists(users.sid).fetch());
    await refusedBy(sip.credentialLists(users.sid).update({ friendlyName: 'mine' }));
    await refusedBy(sip.credentialLists(users.sid).remove());
    await refusedBy(sip.credentialLists(users.sid).credentials.list());
    await refusedBy(sip.credentialLists(users.sid).credentials.create({ username: 'x', password }));
    await refusedBy(sip.credentialLists(own.users.sid).credentials(user.sid).fetch());
    await refusedBy(sip.credentialLists(own.users.sid).credentials(user.sid).update({ password }));
    await refusedBy(sip.credentialLists(own.users.sid).credentials(user.sid).remove());
    await refusedBy(sip.ipAccessControlLists(gateways.sid).fetch());
    await refusedBy(sip.ipAccessControlLists(gateways.sid).ipAddresses.list());
    await refusedBy(sip.ipAccessControlLists(own.gateways.sid).ipAddresses(address.sid).fetch());
    await refusedBy(sip.ipAccessControlLists(own.gateways.sid).ipAddresses(address.sid).remove());
    await assert.rejects(
      sip.domains(own.domain.sid).auth.calls.credentialListMappings.create({ credentialListSid: users.sid }),
      restError(21231),
    );
    assert.deepEqual(sidsOf(await sip.domains.list()), [own.domain.sid]);
    assert.deepEqual(sidsOf(await sip.credentialLists.list()), [own.users.sid]);
    assert.deepEqual(sidsOf(await sip.ipAccessControlLists.list()), [own.gateways.sid]);
  });
});
