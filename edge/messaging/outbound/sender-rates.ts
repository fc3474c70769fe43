import type { Clock } from '../../../control/base/clock.ts';
import type { NumberType } from '../../../control/inventory/number.ts';

/** What a sender is, for its pace. */
export type SenderClass = NumberType | 'alphanumeric';

/** Segments a second for each class, and for single senders by their address. */
export interface SenderRateConfig extends Readonly<Record<SenderClass, number>> {
  readonly overrides: Readonly<Record<string, number>>;
}

/** What the inventory says of a sender: its type, and the operator's override of its rate. */
export type SenderLookup = (
  from: string,
) => { readonly type: NumberType; readonly ratePerSecond: number | null } | undefined;

interface Known {
  readonly class: SenderClass;
  readonly perSecond: number;
  readonly untilMs: number;
}

/** An operator's change of a rate is felt after this. */
const rememberedMs = 1000;
const rememberedMax = 20_000;

/** The pace of each sender: its own override, else that of its class. */
export class SenderRates {
  private readonly known = new Map<string, Known>();
  private readonly config: SenderRateConfig;
  private readonly lookup: SenderLookup;
  private readonly clock: Clock;

  constructor(config: SenderRateConfig, lookup: SenderLookup, clock: Clock) {
    this.config = config;
    this.lookup = lookup;
    this.clock = clock;
  }

  perSecond(from: string): number {
    return this.find(from).perSecond;
  }

  classOf(from: string): SenderClass {
    return this.find(from).class;
  }

  private find(from: string): Known {
    const nowMs = this.clock.now();
    const found = this.known.get(from);
    if (found !== undefined && found.untilMs > nowMs) return found;
    const row = this.lookup(from);
    const senderClass = row?.type ?? 'alphanumeric';
    const perSecond = row?.ratePerSecond ?? this.config.overrides[from] ?? this.config[senderClass];
    const known: Known = { class: senderClass, perSecond, untilMs: nowMs + rememberedMs };
    if (this.known.size >= rememberedMax) this.known.clear();
    this.known.set(from, known);
    return known;
  }
}
