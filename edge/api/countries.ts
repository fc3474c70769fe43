import { setImmediate } from 'node:timers/promises';
import { getCountries } from 'libphonenumber-js/min';
import type { Clock } from '../../control/base/clock.ts';
import type { Inventory } from '../../control/inventory/inventory.ts';
import { numberTypes, type NumberType } from '../../control/inventory/number.ts';

/** A country and the types of numbers that are for sale there. */
export interface Offer {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly types: readonly NumberType[];
}

/** New stock shows after this. */
const rememberedMs = 10_000;
/** Countries looked at in one turn of the event loop. */
const atOnce = 8;

/** What is for sale where. To look at every country takes tens of milliseconds, so that is done in steps and remembered. */
export class Countries {
  private readonly inventory: Inventory;
  private readonly clock: Clock;
  private known: { readonly offers: Promise<readonly Offer[]>; readonly untilMs: number } | undefined;

  constructor(inventory: Inventory, clock: Clock) {
    this.inventory = inventory;
    this.clock = clock;
  }

  /** One country, as it is now; undefined if nothing is for sale there. */
  async one(country: string): Promise<Offer | undefined> {
    const types: NumberType[] = [];
    for (const type of numberTypes) {
      if (type === 'shortcode') continue;
      if ((await this.inventory.search({ country, type, limit: 1 })).rows.length > 0) types.push(type);
    }
    return types.length === 0 ? undefined : { country, types };
  }

  /** Every country where something is for sale, by its code. */
  all(): Promise<readonly Offer[]> {
    const nowMs = this.clock.monotonic();
    if (this.known === undefined || nowMs >= this.known.untilMs)
      this.known = { offers: this.look(), untilMs: nowMs + rememberedMs };
    return this.known.offers;
  }

  private async look(): Promise<readonly Offer[]> {
    const offers: Offer[] = [];
    for (const [index, country] of getCountries().sort().entries()) {
      if (index % atOnce === 0) await setImmediate();
      const offer = await this.one(country);
      if (offer !== undefined) offers.push(offer);
    }
    return offers;
  }
}
