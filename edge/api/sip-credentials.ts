import type { Credential, CredentialFault } from '../../control/sip-access/credential-lists.ts';
import { accountPath, accountsPath, type ApiDeps } from './deps.ts';
import type { Json, Reply, Route } from './exchange.ts';
import { sidList } from './lists.ts';
import { created, json, noContent, notFound, refused } from './reply.ts';
import { rfc2822 } from './rfc2822.ts';
import { listRoutes, withList, type ListKind } from './sip-lists.ts';

const kind: ListKind = {
  path: 'CredentialLists',
  prefix: 'CL',
  key: 'credential_lists',
  contents: ['credentials', 'Credentials'],
  nameMax: 64,
  codes: { invalid: 21240, mapped: 21241, tooMany: 21239 },
};

/**
 * CredentialLists (https://www.twilio.com/docs/voice/sip/api/sip-credentiallist-resource) and their Credentials
 * (https://www.twilio.com/docs/voice/sip/api/sip-credential-resource).
 */
export function sipCredentialRoutes({ sipAccess: { credentialLists } }: ApiDeps): readonly Route[] {
  const product = 'api';
  const list = `${accountPath}/SIP/CredentialLists/{CredentialListSid}/Credentials`;
  const one = `${list}/{Sid}`;
  const part = 'CredentialListSid';
  return [
    ...listRoutes(credentialLists, kind),
    {
      product,
      method: 'POST',
      path: list,
      handler: withList(credentialLists, part, async (row, { form }) => {
        const made = await credentialLists.add(row, form.get('Username') ?? '', form.get('Password') ?? '');
        return made.ok ? created(credentialJson(made.value)) : faultReply(made.error);
      }),
    },
    {
      product,
      method: 'GET',
      path: list,
      handler: withList(credentialLists, part, (row, request) =>
        sidList(request, 'credentials', 'CR', (page) => credentialLists.credentialsOf(row, page), {
          sid: (credential) => credential.sid,
          json: credentialJson,
        }),
      ),
    },
    {
      product,
      method: 'GET',
      path: one,
      handler: withList(credentialLists, part, (row, { parts }) => {
        const found = credentialLists.credential(row, parts['Sid'] ?? '');
        return found === undefined ? notFound : json(credentialJson(found));
      }),
    },
    {
      product,
      method: 'POST',
      path: one,
      handler: withList(credentialLists, part, async (row, { form, parts }) => {
        const sid = parts['Sid'] ?? '';
        const password = form.get('Password');
        const found = credentialLists.credential(row, sid);
        if (found === undefined) return notFound;
        if (password === undefined) return json(credentialJson(found));
        const changed = await credentialLists.setPassword(row, sid, password);
        return changed.ok ? json(credentialJson(changed.value)) : faultReply(changed.error);
      }),
    },
    {
      product,
      method: 'DELETE',
      path: one,
      handler: withList(credentialLists, part, async (row, { parts }) => {
        const removed = await credentialLists.removeCredential(row, parts['Sid'] ?? '');
        return removed ? noContent : notFound;
      }),
    },
  ];
}

/** "Credential Validation Error" */
const invalid = 21243;

function faultReply(fault: CredentialFault): Reply {
  switch (fault) {
    case 'badUsername':
      return refused(invalid, 'Username must have 1 to 32 characters, without spaces, colons and quotes.');
    case 'badPassword':
      return refused(
        invalid,
        'Password must have 12 characters or more, among them a digit, a small letter and a capital.',
      );
    case 'taken':
      return refused(invalid, 'The list has a credential with this Username already.');
    case 'tooMany':
      return refused(21242, 'The list has as many credentials as it may.');
    case 'notFound':
      return notFound;
  }
}

function credentialJson({ accountSid, listSid, sid, username, createdMs, updatedMs }: Credential): Json {
  return {
    account_sid: accountSid,
    credential_list_sid: listSid,
    date_created: rfc2822(createdMs),
    date_updated: rfc2822(updatedMs),
    sid,
    uri: `${accountsPath}/${accountSid}/SIP/CredentialLists/${listSid}/Credentials/${sid}.json`,
    username,
  };
}
