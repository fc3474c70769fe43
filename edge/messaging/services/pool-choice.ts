import { countryOf } from '../../../control/inventory/e164.ts';
import type { PoolSender } from '../../../control/messaging-services/pool-sender.ts';
import type { ServicePool } from '../../../control/messaging-services/recent-pools.ts';
import { areaCodeOf, areaCodeRank, carries, isLongCode, rankOf } from './choice.ts';
import { Turns } from './turns.ts';

/** What is known of a message when its sender is chosen. */
export interface Addressee {
  /** E.164. */
  readonly to: string;
  /** Whether the message carries media, which not every number may. */
  readonly media: boolean;
}

/** What the choice asks of a sender. */
export interface SenderState {
  /** Whether the account still holds it. */
  readonly isHeld: (sender: PoolSender) => boolean;
  /** When it has sent what waits for it, in Unix ms. */
  readonly freeMs: (sender: PoolSender) => number;
}

/** Senders of one rank, which take turns. */
interface Tier {
  readonly rank: number;
  readonly turns: Turns;
}

/** Countries whose tiers are kept at a time. */
const countriesMax = 64;

/** The senders of one pool, arranged for the choice among them; made anew when the pool changes. */
export class PoolChoice {
  private readonly pool: ServicePool;
  private readonly byAddress: ReadonlyMap<string, PoolSender>;
  /** By country, and whether there is media. */
  private readonly tiers = new Map<string, readonly Tier[]>();
  /** Long codes by area code, and whether there is media. */
  private readonly areas: Readonly<Record<'text' | 'media', ReadonlyMap<string, Tier>>>;

  constructor(pool: ServicePool) {
    const { service, senders } = pool;
    this.pool = pool;
    this.byAddress = new Map(senders.map((sender) => [sender.sender, sender]));
    const matched = service.areaCodeGeomatch ? senders.filter(isLongCode) : [];
    this.areas = { text: areasOf(matched, false), media: areasOf(matched, true) };
  }

  /** The sender with this address. */
  find(address: string): PoolSender | undefined {
    return this.byAddress.get(address);
  }

  /** Whether a sender can reach the addressee at all. */
  suits(sender: PoolSender, { to, media }: Addressee): boolean {
    return sender.sender !== to && carries(sender, media) && rankOf(sender, countryOf(to)) !== 'none';
  }

  /** The sender that suits best; among those that suit alike, the one that is free first. */
  best({ to, media }: Addressee, { isHeld, freeMs }: SenderState, nowMs: number): PoolSender | undefined {
    const isFit = (sender: PoolSender): boolean => sender.sender !== to && isHeld(sender);
    const areaCode = areaCodeOf(to);
    let area = areaCode === undefined ? undefined : this.areas[media ? 'media' : 'text'].get(areaCode);
    for (const { rank, turns } of this.tiersFor(countryOf(to), media)) {
      if (area !== undefined && rank > areaCodeRank) {
        const near = area.turns.next(isFit, freeMs, nowMs);
        if (near !== undefined) return near;
        area = undefined;
      }
      const sender = turns.next(isFit, freeMs, nowMs);
      if (sender !== undefined) return sender;
    }
    return undefined;
  }

  private tiersFor(country: string, media: boolean): readonly Tier[] {
    const name = `${country} ${media}`;
    const known = this.tiers.get(name);
    if (known !== undefined) return known;
    const ranked: PoolSender[][] = [];
    for (const sender of this.pool.senders) {
      const rank = carries(sender, media) ? rankOf(sender, country) : 'none';
      if (rank !== 'none') (ranked[rank] ??= []).push(sender);
    }
    const tiers: Tier[] = [];
    ranked.forEach((senders, rank) => tiers.push({ rank, turns: new Turns(senders) }));
    if (this.tiers.size >= countriesMax) this.tiers.clear();
    this.tiers.set(name, tiers);
    return tiers;
  }
}

function areasOf(senders: readonly PoolSender[], media: boolean): ReadonlyMap<string, Tier> {
  const byArea = new Map<string, PoolSender[]>();
  for (const sender of senders) {
    const area = areaCodeOf(sender.sender);
    if (area === undefined || !carries(sender, media)) continue;
    const group = byArea.get(area) ?? [];
    group.push(sender);
    byArea.set(area, group);
  }
  return new Map(
    Array.from(byArea, ([area, group]) => [area, { rank: areaCodeRank, turns: new Turns(group) }]),
  );
}
