import type { SipDomain } from '../../../control/sip-access/domain.ts';
import type { SipAccess } from '../../../control/sip-access/sip-access.ts';
import type { DigestServer } from '../../sip/digest/server.ts';
import type { CallSource } from '../signalling.ts';
import type { Door, KnownDomain, Knock, Welcome } from './door.ts';

const refuse = (status: number): Welcome => ({ kind: 'refuse', status });

/**
 * The door of SIP Domains (https://www.twilio.com/docs/voice/api/sip-interface): an address of a mapped list, a user of a
 * mapped list, or both where both are mapped.
 */
export class DomainDoor implements Door {
  private readonly access: SipAccess;
  private readonly digest: DigestServer;

  /** `digest` offers SHA-256 and MD5, for which the books have secrets. */
  constructor(access: SipAccess, digest: DigestServer) {
    this.access = access;
    this.digest = digest;
  }

  judge({ method, host, sourceAddress, protocol, headers }: Knock): Welcome {
    const { access } = this;
    const domain = access.domains.byHost(host);
    if (domain === undefined) return refuse(404);
    if (domain.secure && protocol !== 'tls' && protocol !== 'wss') return refuse(403);
    const source = { kind: 'domain', domainSid: domain.sid, accountSid: domain.accountSid } as const;
    if (method === 'REGISTER') {
      return domain.sipRegistration
        ? this.authenticate({ method, headers }, domain, source, 'registrationCredentials')
        : refuse(405);
    }
    const asked = access.authTypes(domain);
    if (asked.length === 0) return refuse(403);
    if (asked.includes('IP_ACL') && !access.admits(domain, sourceAddress)) return refuse(403);
    if (!asked.includes('CREDENTIAL_LIST')) return { kind: 'let-in', source, user: '' };
    return this.authenticate({ method, headers }, domain, source, 'callCredentials');
  }

  domainAt(host: string): KnownDomain | undefined {
    return this.access.domains.byHost(host);
  }

  mayRegister(host: string, user: string): boolean {
    const domain = this.access.domains.byHost(host);
    if (domain?.sipRegistration !== true) return false;
    return this.access.secrets(domain, 'registrationCredentials', user) !== undefined;
  }

  private authenticate(
    { method, headers }: Pick<Knock, 'method' | 'headers'>,
    domain: SipDomain,
    source: Extract<CallSource, { kind: 'domain' }>,
    use: 'callCredentials' | 'registrationCredentials',
  ): Welcome {
    const { access } = this;
    const credentials = headers.all(method === 'REGISTER' ? 'authorization' : 'proxy-authorization');
    const judged = this.digest.judge({ method, credentials }, access.realm, (user, algorithm) => {
      const secrets = access.secrets(domain, use, user);
      return algorithm === 'MD5' ? secrets?.md5 : secrets?.sha256;
    });
    switch (judged.kind) {
      case 'accepted':
        return { kind: 'let-in', source, user: judged.user };
      case 'challenge':
        return { kind: 'challenge', values: this.digest.challenge(access.realm, judged.stale) };
      case 'wrong':
        return refuse(403);
    }
  }
}
