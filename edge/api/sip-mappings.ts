import type { SipDomain } from '../../control/sip-access/domain.ts';
import { mappingUses, type Mapping, type MappingUse } from '../../control/sip-access/mappings.ts';
import { accountsPath, type ApiDeps } from './deps.ts';
import type { ApiRequest, Json, Reply, Route } from './exchange.ts';
import { sidList } from './lists.ts';
import { created, json, noContent, notFound, printable, refused } from './reply.ts';
import { rfc2822 } from './rfc2822.ts';
import { badDomain, domainOf, domainsPath } from './sip-domains.ts';

/** One of the paths under which mappings are found. */
interface Family {
  /** Below a domain. */
  readonly path: string;
  readonly use: MappingUse;
  /** The key of a list's rows. */
  readonly key: string;
  /** The older paths show the domain and a URI, too. */
  readonly older: boolean;
}

/** https://www.twilio.com/docs/voice/sip/api/sip-domain-authentication; the older paths guard calls. */
const families: readonly Family[] = [
  { path: 'Auth/Calls/CredentialListMappings', use: 'callCredentials', key: 'contents', older: false },
  { path: 'Auth/Calls/IpAccessControlListMappings', use: 'callAddresses', key: 'contents', older: false },
  {
    path: 'Auth/Registrations/CredentialListMappings',
    use: 'registrationCredentials',
    key: 'contents',
    older: false,
  },
  { path: 'CredentialListMappings', use: 'callCredentials', key: 'credential_list_mappings', older: true },
  {
    path: 'IpAccessControlListMappings',
    use: 'callAddresses',
    key: 'ip_access_control_list_mappings',
    older: true,
  },
];

/** Which CredentialLists and IpAccessControlLists guard a SIP Domain. */
export const sipMappingRoutes = (deps: ApiDeps): readonly Route[] =>
  families.flatMap((family) => familyRoutes(deps, family));

function familyRoutes(deps: ApiDeps, family: Family): readonly Route[] {
  const product = 'api';
  const { mappings } = deps.sipAccess;
  const list = `${domainsPath}/{DomainSid}/${family.path}`;
  const one = `${list}/{Sid}`;
  const withDomain =
    (handle: (domain: SipDomain, request: ApiRequest) => Reply | Promise<Reply>) =>
    (request: ApiRequest): Reply | Promise<Reply> => {
      const domain = domainOf(deps, request, 'DomainSid');
      return domain === undefined ? notFound : handle(domain, request);
    };
  return [
    {
      product,
      method: 'POST',
      path: list,
      handler: withDomain((domain, request) => create(deps, family, domain, request)),
    },
    {
      product,
      method: 'GET',
      path: list,
      handler: withDomain((domain, request) =>
        sidList(
          request,
          family.key,
          mappingUses[family.use],
          (page) => mappings.list(domain.sid, family.use, page),
          { sid: (row) => row.listSid, json: (row) => mappingJson(deps, family, domain, row) },
        ),
      ),
    },
    {
      product,
      method: 'GET',
      path: one,
      handler: withDomain((domain, { parts }) => {
        const mapping = mappings.fetch(domain.sid, family.use, parts['Sid'] ?? '');
        return mapping === undefined ? notFound : json(mappingJson(deps, family, domain, mapping));
      }),
    },
    {
      product,
      method: 'DELETE',
      path: one,
      handler: withDomain(async (domain, { parts }) => {
        const removed = await deps.sipAccess.unmap(domain, family.use, parts['Sid'] ?? '');
        return removed.ok ? noContent : notFound;
      }),
    },
  ];
}

async function create(
  deps: ApiDeps,
  family: Family,
  domain: SipDomain,
  { form }: ApiRequest,
): Promise<Reply> {
  const name = mappingUses[family.use] === 'AL' ? 'IpAccessControlListSid' : 'CredentialListSid';
  const sid = form.get(name) ?? '';
  const mapped = await deps.sipAccess.map(domain, family.use, sid);
  if (mapped.ok) return created(mappingJson(deps, family, domain, mapped.value));
  switch (mapped.error) {
    case 'noSuchList':
      return refused(badDomain, `${name} ${printable(sid)} is not a list of the account.`);
    case 'alreadyMapped':
      return refused(badDomain, `${sid} is already associated with ${domain.domainName}.`);
    case 'notFound':
      return notFound;
  }
}

function mappingJson({ sipAccess }: ApiDeps, family: Family, domain: SipDomain, mapping: Mapping): Json {
  const { accountSid, sid } = domain;
  const date = rfc2822(mapping.createdMs);
  const common = {
    account_sid: accountSid,
    date_created: date,
    date_updated: date,
    // A list that is mapped cannot be removed.
    friendly_name: sipAccess.listOf(accountSid, family.use, mapping.listSid)?.friendlyName ?? null,
    sid: mapping.listSid,
  };
  if (!family.older) return common;
  return {
    ...common,
    domain_sid: sid,
    uri: `${accountsPath}/${accountSid}/SIP/Domains/${sid}/${family.path}/${mapping.listSid}.json`,
  };
}
