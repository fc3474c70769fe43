/** Where an endpoint may be called: what it said, and the address that it said it from. */
export interface Binding {
  /** Its Contact's URI. */
  readonly uri: string;
  /** A URI of the address and transport that the REGISTER came by, which reaches endpoints behind NAT. */
  readonly via: string;
  readonly untilMs: number;
}

/** Error 32007 of Twilio's: an address of record has no more endpoints. */
const bindingsMax = 10;
const addressesMax = 100_000;

/** Seconds that a registration may last: shorter ones would cost more than they tell, longer ones outlive NAT. */
export const expiresMin = 60;
export const expiresMax = 3_600;

/** `refused`: more endpoints than an address may have, or more addresses than the edge remembers. */
export type Registered = readonly Binding[] | 'refused';

/**
 * The endpoints of SIP Domains that have registered, by address of record (RFC 3261 section 10). In memory: endpoints
 * register again by themselves. Pure: it is told the time.
 */
export class Registrations {
  private readonly byAddress = new Map<string, Binding[]>();

  /** Adds or renews a binding, or with `untilMs` not after `nowMs` removes it; all that there are then. */
  put(address: string, binding: Binding, nowMs: number): Registered {
    const others = this.at(address, nowMs).filter(({ uri }) => uri !== binding.uri);
    if (binding.untilMs <= nowMs) return this.keep(address, others);
    const known = this.byAddress.has(address);
    if (others.length >= bindingsMax || (!known && this.full(nowMs))) return 'refused';
    // The latest is called first.
    return this.keep(address, [binding, ...others]);
  }

  /** Removes every binding of an address. */
  clear(address: string): void {
    this.byAddress.delete(address);
  }

  /** The bindings that stand, the latest first. */
  at(address: string, nowMs: number): readonly Binding[] {
    return (this.byAddress.get(address) ?? []).filter(({ untilMs }) => untilMs > nowMs);
  }

  get size(): number {
    return this.byAddress.size;
  }

  private keep(address: string, bindings: Binding[]): readonly Binding[] {
    if (bindings.length === 0) this.byAddress.delete(address);
    else this.byAddress.set(address, bindings);
    return bindings;
  }

  /** Whether there is no room, once those are forgotten who have expired. */
  private full(nowMs: number): boolean {
    if (this.byAddress.size < addressesMax) return false;
    for (const address of this.byAddress.keys()) {
      if (this.at(address, nowMs).length === 0) this.byAddress.delete(address);
    }
    return this.byAddress.size >= addressesMax;
  }
}
