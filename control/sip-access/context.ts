import type { Clock } from '../base/clock.ts';
import type { SidFactory } from '../base/sid.ts';
import type { Store } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';

/** What the books of SIP access work with. */
export interface SipAccessContext {
  readonly store: Store;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly sids: SidFactory;
  /** The edge's domain: SIP Domains are below `sip.<domain>`, which is the realm of digest authentication, too. */
  readonly domain: string;
}

/** The realm of every challenge to a tenant's endpoint. */
export const realmOf = (domain: string): string => `sip.${domain}`;
