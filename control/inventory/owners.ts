import type { Clock } from '../base/clock.ts';
import type { Sid } from '../base/sid.ts';
import type { Store } from '../store/store.ts';
import { blockSize, integerOf, seatOf, valueAt, type Seat } from './block.ts';
import type { Capabilities, NumberType } from './number.ts';
import type { Shelf } from './shelf.ts';
import type { Stock } from './stock.ts';
import { capabilitiesOf } from './tables.ts';

/** Who has a number, and what it can do. */
export interface Owner {
  readonly accountSid: Sid;
  readonly type: NumberType;
  readonly capabilities: Capabilities;
}

/** What another process writes is felt after this, as everywhere on the path of traffic (`control/store/memory.ts`). */
const rememberedMs = 1000;

/** By their masks, so that a look-up makes none. */
const capabilitySets = Array.from({ length: 16 }, (_, mask) => capabilitiesOf(mask));

/** Whose number is this? Answered from the shelf, or from the store as long as the shelf is behind. */
export class Owners {
  private readonly store: Pick<Store, 'transactions'>;
  private readonly clock: Clock;
  private readonly stock: Stock;
  private readonly shelf: Shelf;
  private transactions = -1;
  private untilMs = -Infinity;
  private current = false;

  constructor(store: Pick<Store, 'transactions'>, clock: Clock, stock: Stock, shelf: Shelf) {
    this.store = store;
    this.clock = clock;
    this.stock = stock;
    this.shelf = shelf;
  }

  /** Undefined if nobody has it. */
  find(e164: string): Owner | undefined {
    if (this.transactions !== this.store.transactions || this.clock.monotonic() >= this.untilMs) this.look();
    if (!this.current) return this.stored(e164);
    const integer = integerOf(e164);
    if (integer < 0) return this.shelved(seatOf(e164));
    const digits = Math.floor(integer / blockSize);
    return this.at(this.shelf.slotByDigits(digits), integer - digits * blockSize);
  }

  private stored(e164: string): Owner | undefined {
    const seat = seatOf(e164);
    const holder = seat === undefined ? 0 : valueAt(this.stock.ownersOf(seat.block), seat.suffix);
    const found = holder === 0 ? undefined : this.stock.find(e164);
    if (found === undefined) return undefined;
    const { type, capabilities } = found.profile;
    return { accountSid: this.stock.holder(holder), type, capabilities };
  }

  private shelved(seat: Seat | undefined): Owner | undefined {
    return seat === undefined ? undefined : this.at(this.shelf.slot(seat.block), seat.suffix);
  }

  private at(slot: number | undefined, suffix: number): Owner | undefined {
    const holder = slot === undefined ? 0 : this.shelf.holderAt(slot, suffix);
    if (slot === undefined || holder === 0) return undefined;
    const profile = valueAt(this.shelf.runsOf(slot), suffix);
    return {
      accountSid: this.stock.holder(holder),
      type: this.shelf.profiles.type(profile),
      capabilities: capabilitySets[this.shelf.profiles.capabilityMask(profile)] ?? capabilitiesOf(0),
    };
  }

  private look(): void {
    this.current = this.shelf.catchUp();
    if (!this.current && this.shelf.isFilled) this.shelf.begin();
    this.transactions = this.store.transactions;
    this.untilMs = this.clock.monotonic() + rememberedMs;
  }
}
