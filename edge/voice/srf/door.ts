import type { SipDomain } from '../../../control/sip-access/domain.ts';
import type { CallSource } from '../signalling.ts';
import type { Headers } from '../../sip/message/headers.ts';

/** A request that comes from no trunk. */
export interface Knock {
  readonly method: string;
  /** Of the Request-URI. */
  readonly host: string;
  readonly sourceAddress: string;
  /** `udp`, `tcp`, `tls`, `wss`. */
  readonly protocol: string;
  readonly headers: Headers;
}

/** What becomes of it. */
export type Welcome =
  | {
      readonly kind: 'let-in';
      readonly source: Extract<CallSource, { kind: 'domain' }>;
      readonly user: string;
    }
  /** 407 with these values of Proxy-Authenticate (401 and WWW-Authenticate for REGISTER). */
  | { readonly kind: 'challenge'; readonly values: readonly string[] }
  | { readonly kind: 'refuse'; readonly status: number };

/** A SIP domain, as far as calls to it need it. `secure`: TLS and SRTP are demanded. */
export type KnownDomain = Pick<SipDomain, 'sid' | 'accountSid' | 'secure'>;

/** Judges requests of tenants' own equipment, which come to their SIP domains. */
export interface Door {
  judge(knock: Knock): Welcome;
  /** The SIP domain of a host; undefined for hosts of others. */
  domainAt(host: string): KnownDomain | undefined;
  /** Whether a user may register at the domain of a host. */
  mayRegister(host: string, user: string): boolean;
}
