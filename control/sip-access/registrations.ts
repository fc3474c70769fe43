import type { Sid } from '../base/sid.ts';
import { below, textsKey } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import type { Table } from '../store/table.ts';

/** Where an endpoint may be called: what it said, and the address that it said it from (RFC 3261 section 10). */
export interface Binding {
  /** Its Contact's URI. */
  readonly uri: string;
  /** A URI of the address and transport that the REGISTER came by, which reaches endpoints behind NAT. */
  readonly via: string;
  /** Thousandths of q: the greater is called first. */
  readonly priority: number;
  /** The REGISTER that it comes from: an older one with the same Call-ID changes nothing. */
  readonly callId: string;
  readonly sequence: number;
  readonly untilMs: number;
}

/** Users of one domain that may be registered at a time (https://www.twilio.com/docs/voice/api/sip-registration). */
const usersMax = 10_000;

/** The endpoints of SIP Domains that have registered, by domain and user. They outlive a restart, as endpoints believe. */
export class Registrations {
  private readonly store: Store;
  private readonly rows: Table<readonly string[], readonly Binding[]>;

  constructor(store: Store) {
    this.store = store;
    this.rows = store.table({
      name: 'sip-registrations',
      key: textsKey,
      version: 1,
      readsOwnWrites: true,
    });
  }

  /** The bindings of a user that stand, the latest first. `user` may be any text. */
  at(domainSid: Sid, user: string, nowMs: number): readonly Binding[] {
    if (user.includes('\0')) return [];
    return (this.rows.get([domainSid, user]) ?? []).filter(({ untilMs }) => untilMs > nowMs);
  }

  /** Whether the domain has room for a user who has no binding yet. */
  hasRoom(domainSid: Sid): boolean {
    return this.rows.count({ ...below(domainSid), limit: usersMax }) < usersMax;
  }

  /** Writes a user's bindings; resolves once that is on disk. */
  keep(domainSid: Sid, user: string, bindings: readonly Binding[]): Promise<void> {
    const key = [domainSid, user];
    if (bindings.length > 0) this.rows.put(key, bindings);
    else if (this.rows.has(key)) this.rows.remove(key);
    return this.store.durable();
  }

  /** Removes whoever has no binding that stands. */
  sweep(nowMs: number): void {
    for (const [key, bindings] of this.rows.entries()) {
      if (bindings.every(({ untilMs }) => untilMs <= nowMs)) this.rows.remove(key);
    }
  }
}
