import type { SidFactory } from '../../../control/base/sid.ts';
import { sidFactory } from '../../../control/base/sid.ts';
import { systemRandom } from '../../../control/base/random.ts';
import { Inventory } from '../../../control/inventory/inventory.ts';
import type { LifeRules } from '../../../control/inventory/life.ts';
import { NumberLives } from '../../../control/inventory/lives.ts';
import { parseListing, type Cells, type Listing } from '../../../control/inventory/listing.ts';
import type { Store } from '../../../control/store/store.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { temporaryStore } from '../store/temporary.ts';

export const accountA = `AC${'a'.repeat(32)}`;
export const accountB = `AC${'b'.repeat(32)}`;

/** A line of a list, valid unless `cells` make it otherwise. */
export function listing(e164: string, cells: Cells = {}): Listing {
  const parsed = parseListing({ country: 'US', type: 'local', voice: 'true', sms: 'true', ...cells, e164 });
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

/** An inventory on a store of its own. */
export function openStock(store: Store = temporaryStore(), rules?: LifeRules) {
  const clock = new FakeClock();
  const sids: SidFactory = sidFactory(clock, systemRandom);
  const context = { store, clock, sids, ...(rules === undefined ? {} : { rules }) };
  const inventory = new Inventory(context);
  return { inventory, lives: new NumberLives(inventory, context), store, clock };
}
