import ipaddr from 'ipaddr.js';

type Network = readonly [address: ipaddr.IPv4 | ipaddr.IPv6, bits: number];

export interface StrangerLimits {
  /** Of all transactions that may be remembered, the part that strangers together may have. */
  readonly share: number;
  /** Of that part, the part of one of them. */
  readonly shareOfOne: number;
}

export const defaultStrangerLimits: StrangerLimits = { share: 1 / 2, shareOfOne: 1 / 4 };

/** Addresses whose networks have been looked up; forgotten all at once. */
const rememberedMax = 10_000;

/**
 * Counts what is remembered for peers outside the carriers' networks, so that no flood of theirs takes the room of
 * carriers, and no single one of them that of the others. One of them is an IPv4 address, or an IPv6 /64, which is what
 * one subscriber holds.
 */
export class Strangers {
  private readonly networks: readonly Network[];
  private readonly togetherMax: number;
  private readonly oneMax: number;
  private readonly counts = new Map<string, number>();
  private readonly remembered = new Map<string, string | null>();
  private together = 0;

  /** `known`: the carriers' addresses and networks. */
  constructor(known: readonly string[], roomMax: number, limits: StrangerLimits) {
    this.networks = known.map(networkOf);
    this.togetherMax = Math.floor(roomMax * limits.share);
    this.oneMax = Math.max(1, Math.floor(this.togetherMax * limits.shareOfOne));
  }

  isStranger(host: string): boolean {
    return this.partyOf(host) !== null;
  }

  /** Whether one more of this peer may be remembered. */
  hasRoom(host: string): boolean {
    const party = this.partyOf(host);
    if (party === null) return true;
    return this.together < this.togetherMax && (this.counts.get(party) ?? 0) < this.oneMax;
  }

  began(host: string): void {
    this.count(host, 1);
  }

  ended(host: string): void {
    this.count(host, -1);
  }

  private count(host: string, by: 1 | -1): void {
    const party = this.partyOf(host);
    if (party === null) return;
    this.together += by;
    const count = (this.counts.get(party) ?? 0) + by;
    if (count === 0) this.counts.delete(party);
    else this.counts.set(party, count);
  }

  /** Under which a stranger is counted; null for carriers. */
  private partyOf(host: string): string | null {
    const known = this.remembered.get(host);
    if (known !== undefined) return known;
    if (this.remembered.size >= rememberedMax) this.remembered.clear();
    const party = this.find(host);
    this.remembered.set(host, party);
    return party;
  }

  private find(host: string): string | null {
    if (!ipaddr.isValid(host)) return host;
    const address = ipaddr.process(host);
    const known = this.networks.some(
      ([network, bits]) => network.kind() === address.kind() && address.match(network, bits),
    );
    if (known) return null;
    return address instanceof ipaddr.IPv6 ? address.parts.slice(0, 4).join(':') : address.toString();
  }
}

function networkOf(text: string): Network {
  if (text.includes('/')) return ipaddr.parseCIDR(text);
  const address = ipaddr.process(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}
