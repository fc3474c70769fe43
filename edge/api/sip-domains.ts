import { fail, ok, type Result } from '../../control/base/result.ts';
import { parseDomainName, type DomainName } from '../../control/sip-access/domain-name.ts';
import type { SipDomain, SipDomainConfig } from '../../control/sip-access/domain.ts';
import type { DomainFault } from '../../control/sip-access/domains.ts';
import { accountPath, accountsPath, apiVersion, type ApiDeps } from './deps.ts';
import type { ApiRequest, Json, Params, Reply, Route } from './exchange.ts';
import { given } from './given.ts';
import { sidList } from './lists.ts';
import { Reader } from './readers.ts';
import { created, json, noContent, notFound, orNull, printable, refused, type Refused } from './reply.ts';
import { rfc2822 } from './rfc2822.ts';

export const domainsPath = `${accountPath}/SIP/Domains`;

/** "Domain Validation Error", for every parameter of a domain but its name. */
export const badDomain = 21231;
const badName = 21232;

/** SIP Domains (https://www.twilio.com/docs/voice/sip/api/sip-domain-resource). */
export function sipDomainRoutes(deps: ApiDeps): readonly Route[] {
  const product = 'api';
  const one = `${domainsPath}/{Sid}`;
  return [
    { product, method: 'POST', path: domainsPath, handler: (request) => create(deps, request) },
    {
      product,
      method: 'GET',
      path: domainsPath,
      handler: (request) =>
        sidList(
          request,
          'domains',
          'SD',
          (page) => deps.sipAccess.domains.list(request.principal.account.sid, page),
          { sid: (row) => row.sid, json: (row) => domainJson(deps, row) },
        ),
    },
    {
      product,
      method: 'GET',
      path: one,
      handler(request): Reply {
        const domain = domainOf(deps, request, 'Sid');
        return domain === undefined ? notFound : json(domainJson(deps, domain));
      },
    },
    { product, method: 'POST', path: one, handler: (request) => update(deps, request) },
    { product, method: 'DELETE', path: one, handler: (request) => remove(deps, request) },
  ];
}

/** The domain that a path names, if it is the account's own. */
export const domainOf = (
  { sipAccess }: ApiDeps,
  { parts, principal }: ApiRequest,
  part: string,
): SipDomain | undefined => sipAccess.domains.fetch(principal.account.sid, parts[part] ?? '');

async function create(deps: ApiDeps, { form, principal }: ApiRequest): Promise<Reply> {
  const { sipAccess } = deps;
  const name = readName(form.get('DomainName') ?? '', sipAccess.edgeDomain);
  if (!name.ok) return name.error;
  const config = readConfig(form);
  if (!config.ok) return config.error;
  const made = await sipAccess.domains.create(principal.account, name.value, config.value);
  return made.ok ? created(domainJson(deps, made.value)) : faultReply(made.error, name.value.text);
}

async function update(deps: ApiDeps, request: ApiRequest): Promise<Reply> {
  const domain = domainOf(deps, request, 'Sid');
  if (domain === undefined) return notFound;
  const { sipAccess } = deps;
  const wanted = request.form.get('DomainName') || undefined;
  const name = wanted === undefined ? undefined : readName(wanted, sipAccess.edgeDomain);
  if (name?.ok === false) return name.error;
  const config = readConfig(request.form);
  if (!config.ok) return config.error;
  const { account } = request.principal;
  const updated = await sipAccess.domains.update(account, domain.sid, config.value, name?.value);
  return updated.ok
    ? json(domainJson(deps, updated.value))
    : faultReply(updated.error, name?.value.text ?? domain.domainName);
}

async function remove(deps: ApiDeps, request: ApiRequest): Promise<Reply> {
  const domain = domainOf(deps, request, 'Sid');
  if (domain === undefined) return notFound;
  const removed = await deps.sipAccess.domains.remove(domain.accountSid, domain.sid);
  return removed.ok ? noContent : faultReply(removed.error, domain.domainName);
}

function readName(text: string, edgeDomain: string): Result<DomainName, Refused> {
  const name = parseDomainName(text, edgeDomain);
  return name.ok ? name : fail(refused(badName, `DomainName ${printable(text)} ${name.error}.`));
}

function readConfig(params: Params): Result<Partial<SipDomainConfig>, Refused> {
  const reader = new Reader(params);
  const change = given<SipDomainConfig>({
    friendlyName: reader.text('FriendlyName', 64, badDomain) || undefined,
    voiceUrl: reader.url('VoiceUrl', badDomain),
    voiceMethod: reader.method('VoiceMethod', badDomain),
    voiceFallbackUrl: reader.url('VoiceFallbackUrl', badDomain),
    voiceFallbackMethod: reader.method('VoiceFallbackMethod', badDomain),
    voiceStatusCallbackUrl: reader.url('VoiceStatusCallbackUrl', badDomain),
    voiceStatusCallbackMethod: reader.method('VoiceStatusCallbackMethod', badDomain),
    sipRegistration: reader.flag('SipRegistration'),
    secure: reader.flag('Secure'),
  });
  if (reader.flag('EmergencyCallingEnabled') === true || params.get('EmergencyCallerSid'))
    reader.refuse(badDomain, 'This edge has no emergency calling: leave its parameters out.');
  const trunk = params.get('ByocTrunkSid');
  if (trunk) reader.refuse(21300, `There is no BYOC trunk ${printable(trunk)} on this edge. Leave it out.`);
  return reader.fault === undefined ? ok(change) : fail(reader.fault);
}

function faultReply(fault: DomainFault, name: string): Reply {
  switch (fault) {
    case 'taken':
      return refused(badName, `DomainName ${name} is already in use.`);
    case 'foreignParent':
      return refused(badName, `${name} is below a domain that neither the account nor its parent has.`);
    case 'tooMany':
      return refused(21230, 'The account has as many SIP Domains as it may.');
    case 'hasSubdomains':
      return refused(21233, `${name} has subdomains: delete them first.`);
    case 'notFound':
      return notFound;
  }
}

function domainJson({ sipAccess }: ApiDeps, domain: SipDomain): Json {
  const { accountSid, sid } = domain;
  const base = `${accountsPath}/${accountSid}/SIP/Domains/${sid}`;
  return {
    account_sid: accountSid,
    api_version: apiVersion,
    auth_type: sipAccess.authTypes(domain).join(','),
    byoc_trunk_sid: null,
    date_created: rfc2822(domain.createdMs),
    date_updated: rfc2822(domain.updatedMs),
    domain_name: domain.domainName,
    emergency_caller_sid: null,
    emergency_calling_enabled: false,
    friendly_name: domain.friendlyName,
    secure: domain.secure,
    sid,
    sip_registration: domain.sipRegistration,
    subresource_uris: {
      credential_list_mappings: `${base}/CredentialListMappings.json`,
      ip_access_control_list_mappings: `${base}/IpAccessControlListMappings.json`,
    },
    uri: `${base}.json`,
    voice_fallback_method: domain.voiceFallbackMethod,
    voice_fallback_url: orNull(domain.voiceFallbackUrl),
    voice_method: domain.voiceMethod,
    voice_status_callback_method: domain.voiceStatusCallbackMethod,
    voice_status_callback_url: orNull(domain.voiceStatusCallbackUrl),
    voice_url: orNull(domain.voiceUrl),
  };
}
