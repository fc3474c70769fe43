import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { openTestEdge, type Edge, type Tenant } from '../api/edge.ts';
import { documentedProperties } from './properties.ts';

/** What the API answers beyond the helper library's types, as its documentation shows. */
const beyond = new Set(['subresource_uris', 'uri']);

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

describe('the shape of the books of voice', () => {
  let edge: Edge;
  let tenant: Tenant;
  const path = (rest: string): string => `/2010-04-01/Accounts/${tenant.account.sid}/${rest}.json`;

  const shape = (body: Record<string, unknown>, resource: string): void => {
    const documented = documentedProperties(`account/${resource}`);
    const got = Object.keys(body);
    assert.deepEqual(
      documented.filter((name) => !got.includes(name)),
      [],
      `${resource} lacks properties`,
    );
    assert.deepEqual(
      got.filter((name) => !documented.includes(name) && !beyond.has(name)),
      [],
      `${resource} has others`,
    );
  };

  /** Makes one, and looks at it as it is made, fetched and listed; gives its SID. */
  const family = async (
    rest: string,
    key: string,
    resource: string,
    form: Record<string, string>,
  ): Promise<string> => {
    const made = await edge.raw(tenant, path(rest), form);
    assert.equal(made.status, 201, JSON.stringify(made.body));
    shape(made.body, resource);
    const sid = String(made.body['sid']);
    const fetched = await edge.raw(tenant, path(`${rest}/${sid}`));
    assert.equal(fetched.status, 200);
    assert.deepEqual(fetched.body, made.body);
    const list = await edge.raw(tenant, path(rest));
    assert.deepEqual(Object.keys(list.body).sort(), [...listKeys, key].sort());
    const rows = list.body[key] as Record<string, unknown>[];
    assert.deepEqual(rows, [made.body]);
    return sid;
  };

  before(async () => {
    edge = await openTestEdge();
    tenant = await edge.tenant();
  });

  it('is as documented for applications', async () => {
    await family('Applications', 'applications', 'application', { FriendlyName: 'one' });
  });

  it('is as documented for SIP Domains, lists and mappings', async () => {
    const domain = await family('SIP/Domains', 'domains', 'sip/domain', {
      DomainName: 'one.sip.edge.example',
    });
    const users = await family('SIP/CredentialLists', 'credential_lists', 'sip/credentialList', {
      FriendlyName: 'users',
    });
    await family(`SIP/CredentialLists/${users}/Credentials`, 'credentials', 'sip/credentialList/credential', {
      Username: 'dwight',
      Password: 'IWasAtSignal2018',
    });
    const gateways = await family(
      'SIP/IpAccessControlLists',
      'ip_access_control_lists',
      'sip/ipAccessControlList',
      { FriendlyName: 'gateways' },
    );
    await family(
      `SIP/IpAccessControlLists/${gateways}/IpAddresses`,
      'ip_addresses',
      'sip/ipAccessControlList/ipAddress',
      { FriendlyName: 'one', IpAddress: '192.0.2.1' },
    );
    const base = `SIP/Domains/${domain}`;
    const calls = 'sip/domain/authTypes/authTypeCalls';
    await family(
      `${base}/Auth/Calls/CredentialListMappings`,
      'contents',
      `${calls}/authCallsCredentialListMapping`,
      { CredentialListSid: users },
    );
    await family(
      `${base}/Auth/Calls/IpAccessControlListMappings`,
      'contents',
      `${calls}/authCallsIpAccessControlListMapping`,
      { IpAccessControlListSid: gateways },
    );
    await family(
      `${base}/Auth/Registrations/CredentialListMappings`,
      'contents',
      'sip/domain/authTypes/authTypeRegistrations/authRegistrationsCredentialListMapping',
      { CredentialListSid: users },
    );
    const second = await edge.raw(tenant, path('SIP/Domains'), { DomainName: 'two.sip.edge.example' });
    const other = `SIP/Domains/${String(second.body['sid'])}`;
    await family(
      `${other}/CredentialListMappings`,
      'credential_list_mappings',
      'sip/domain/credentialListMapping',
      { CredentialListSid: users },
    );
    await family(
      `${other}/IpAccessControlListMappings`,
      'ip_access_control_list_mappings',
      'sip/domain/ipAccessControlListMapping',
      { IpAccessControlListSid: gateways },
    );
  });

  it('is as documented for caller IDs', async () => {
    const asked = await edge.raw(tenant, path('OutgoingCallerIds'), { PhoneNumber: '+14158675309' });
    assert.equal(asked.status, 200);
    assert.deepEqual(
      Object.keys(asked.body).sort(),
      documentedProperties('account/validationRequest').toSorted(),
    );
    const { sid } = await edge.callerIds.add(tenant.account.sid, '+14158675309');
    const one = await edge.raw(tenant, path(`OutgoingCallerIds/${sid}`));
    shape(one.body, 'outgoingCallerId');
    const list = await edge.raw(tenant, path('OutgoingCallerIds'));
    assert.deepEqual(list.body['outgoing_caller_ids'], [one.body]);
  });

  it('is as documented for transcriptions', async () => {
    const recording = { accountNo: tenant.account.no, sid: `RE${'1'.repeat(32)}`, durationMs: 2_500 };
    const { sid } = edge.voice.transcriptions.begin(recording, null);
    edge.voice.transcriptions.finish(sid, 'hello');
    const one = await edge.raw(tenant, path(`Transcriptions/${sid}`));
    shape(one.body, 'transcription');
    const list = await edge.raw(tenant, path('Transcriptions'));
    assert.deepEqual(list.body['transcriptions'], [one.body]);
  });
});
