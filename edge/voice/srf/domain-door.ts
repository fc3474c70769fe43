import type { SipDomain } from '../../../control/sip-access/domain.ts';
import type { SipAccess } from '../../../control/sip-access/sip-access.ts';
import type { DigestServer } from '../../sip/digest/server.ts';
import type { CallSource } from '../signalling.ts';
import type { Door, KnownDomain, Knock, Welcome } from './door.ts';

/**
 * Counts wrong secrets for each address. A wrong answer counts only for a nonce that was sent to the very address it
 * comes from, so that nobody has another locked out by forged datagrams.
 */
export interface Guesses {
  failed(address: string): void;
  /** Milliseconds until the address may try again; 0 if it may now. */
  blockedMs(address: string): number;
}

const refuse = (status: number): Welcome => ({ kind: 'refuse', status });

/**
 * The door of SIP Domains (https://www.twilio.com/docs/voice/api/sip-interface): an address of a mapped list, a user of a
 * mapped list, or both where both are mapped.
 */
export class DomainDoor implements Door {
  private readonly access: SipAccess;
  private readonly digest: DigestServer;
  private readonly guesses: Guesses;

  /** `digest` offers SHA-256 and MD5, for which the books have secrets. */
  constructor(access: SipAccess, digest: DigestServer, guesses: Guesses) {
    this.access = access;
    this.digest = digest;
    this.guesses = guesses;
  }

  judge({ method, host, sourceAddress, protocol, headers }: Knock): Welcome {
    const { access } = this;
    const domain = access.domains.byHost(host);
    if (domain === undefined) return refuse(404);
    if (domain.secure && protocol !== 'tls' && protocol !== 'wss') return refuse(403);
    const source = { kind: 'domain', domainSid: domain.sid, accountSid: domain.accountSid } as const;
    if (method === 'REGISTER') {
      return domain.sipRegistration
        ? this.authenticate({ method, headers, sourceAddress }, domain, source, 'registrationCredentials')
        : refuse(405);
    }
    const asked = access.authTypes(domain);
    if (asked.length === 0) return refuse(403);
    if (asked.includes('IP_ACL') && !access.admits(domain, sourceAddress)) return refuse(403);
    if (!asked.includes('CREDENTIAL_LIST')) return { kind: 'let-in', source, user: '' };
    return this.authenticate({ method, headers, sourceAddress }, domain, source, 'callCredentials');
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
    { method, headers, sourceAddress: from }: Pick<Knock, 'method' | 'headers' | 'sourceAddress'>,
    domain: SipDomain,
    source: Extract<CallSource, { kind: 'domain' }>,
    use: 'callCredentials' | 'registrationCredentials',
  ): Welcome {
    const { access, guesses } = this;
    if (guesses.blockedMs(from) > 0) return refuse(403);
    const credentials = headers.all(method === 'REGISTER' ? 'authorization' : 'proxy-authorization');
    const judged = this.digest.judge({ method, credentials, from }, access.realm, (user, algorithm) => {
      const secrets = access.secrets(domain, use, user);
      return algorithm === 'MD5' ? secrets?.md5 : secrets?.sha256;
    });
    switch (judged.kind) {
      case 'accepted':
        return { kind: 'let-in', source, user: judged.user };
      case 'challenge':
        return { kind: 'challenge', values: this.digest.challenge(access.realm, judged.stale, from) };
      case 'wrong':
        guesses.failed(from);
        return refuse(403);
    }
  }
}
