import { fail, ok, type Result } from '../base/result.ts';
import { parseAddress } from './network.ts';
import { AddressLists } from './address-lists.ts';
import { realmOf, type SipAccessContext } from './context.ts';
import { CredentialLists } from './credential-lists.ts';
import type { DigestSecrets } from './digest.ts';
import type { SipDomain } from './domain.ts';
import { SipDomains } from './domains.ts';
import type { GuardList, GuardLists } from './guard-lists.ts';
import { mappingUses, Mappings, type Mapping, type MappingUse } from './mappings.ts';

/** How a SIP Domain lets calls in, as `auth_type` says it. */
export type AuthType = 'IP_ACL' | 'CREDENTIAL_LIST';

/**
 * The books behind SIP Domains: who may reach which, and what they prove it with. A domain that nothing is mapped to
 * takes no call; one with both kinds of lists asks for both (https://www.twilio.com/docs/voice/api/sip-interface).
 */
export class SipAccess {
  readonly domains: SipDomains;
  readonly credentialLists: CredentialLists;
  readonly addressLists: AddressLists;
  readonly mappings: Mappings;
  /** The realm of every challenge. */
  readonly realm: string;
  /** The edge's own domain, below which SIP Domains are. */
  readonly edgeDomain: string;
  private readonly context: SipAccessContext;

  constructor(context: SipAccessContext) {
    this.context = context;
    this.mappings = new Mappings(context.store);
    this.domains = new SipDomains(context, this.mappings);
    this.credentialLists = new CredentialLists(context, this.mappings);
    this.addressLists = new AddressLists(context, this.mappings);
    this.realm = realmOf(context.domain);
    this.edgeDomain = context.domain;
  }

  /** What a call to a domain must prove; empty: no call is taken. */
  authTypes({ sid }: SipDomain): readonly AuthType[] {
    return [
      ...(this.mappings.has(sid, 'callAddresses') ? (['IP_ACL'] as const) : []),
      ...(this.mappings.has(sid, 'callCredentials') ? (['CREDENTIAL_LIST'] as const) : []),
    ];
  }

  /** Whether calls to a domain may come from an address. */
  admits({ sid }: SipDomain, address: string): boolean {
    if (parseAddress(address) === undefined) return false;
    for (const list of this.mappings.listsOf(sid, 'callAddresses')) {
      if (this.addressLists.admits(list, address)) return true;
    }
    return false;
  }

  /** What a user of a domain answers a challenge with; undefined if there is no such user. */
  secrets(
    { sid }: SipDomain,
    use: 'callCredentials' | 'registrationCredentials',
    username: string,
  ): DigestSecrets | undefined {
    for (const list of this.mappings.listsOf(sid, use)) {
      const found = this.credentialLists.secrets(list, username);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The list that a mapping of this use may name. */
  listOf(accountSid: string, use: MappingUse, sid: string): GuardList | undefined {
    const lists: GuardLists = mappingUses[use] === 'AL' ? this.addressLists : this.credentialLists;
    return lists.fetch(accountSid, sid);
  }

  async map(
    domain: SipDomain,
    use: MappingUse,
    listSid: string,
  ): Promise<Result<Mapping, 'noSuchList' | 'alreadyMapped' | 'notFound'>> {
    const { clock, store } = this.context;
    return store.transact(() => {
      if (this.domains.fetch(domain.accountSid, domain.sid) === undefined) return fail('notFound');
      const list = this.listOf(domain.accountSid, use, listSid);
      if (list === undefined) return fail('noSuchList');
      return this.mappings.add({ domainSid: domain.sid, listSid: list.sid, createdMs: clock.now() }, use);
    });
  }

  async unmap(domain: SipDomain, use: MappingUse, listSid: string): Promise<Result<void, 'notFound'>> {
    return this.context.store.transact(() =>
      this.mappings.remove(domain.sid, use, listSid) ? ok(undefined) : fail('notFound'),
    );
  }
}
