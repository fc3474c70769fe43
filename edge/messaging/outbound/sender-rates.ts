import type { Clock } from '../../../control/base/clock.ts';
import { Memory } from '../../../control/store/memory.ts';
import type { Store } from '../../../control/store/store.ts';
import type { NumberType } from '../../../control/inventory/number.ts';
import { classOfType, type SenderClass } from '../../../control/inventory/senders.ts';

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
}

/** The pace of each sender: its own override, else that of its class. */
export class SenderRates {
  private readonly known: Memory<string, Known>;
  private readonly config: SenderRateConfig;
  private readonly lookup: SenderLookup;

  constructor(config: SenderRateConfig, lookup: SenderLookup, store: Store, clock: Clock) {
    this.config = config;
    this.lookup = lookup;
    this.known = new Memory(store, clock);
  }

  perSecond(from: string): number {
    return this.find(from).perSecond;
  }

  classOf(from: string): SenderClass {
    return this.find(from).class;
  }

  private find(from: string): Known {
    const found = this.known.find(from);
    if (found !== undefined) return found;
    const row = this.lookup(from);
    const senderClass = row === undefined ? 'alphanumeric' : classOfType[row.type];
    const perSecond = row?.ratePerSecond ?? this.config.overrides[from] ?? this.config[senderClass];
    const known: Known = { class: senderClass, perSecond };
    this.known.keep(from, known);
    return known;
  }
}
