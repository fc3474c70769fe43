import type { Clock } from '../base/clock.ts';
import { ImageWatch } from '../prefixes/image-watch.ts';
import type { Images } from '../prefixes/images.ts';
import { PriceTable, type PriceList } from './price-table.ts';
import type { Prices } from './prices.ts';

const folder = 'prices/';

/** Whether a text may name a plan. */
export const isPlanName = (text: string): boolean => /^[a-z0-9][a-z0-9-]{0,31}$/.test(text);

/** The price plans as the store keeps them. */
export class PricePlans {
  private readonly images: Images;

  constructor(images: Images) {
    this.images = images;
  }

  get names(): readonly string[] {
    return this.images.names(folder).map((name) => name.slice(folder.length));
  }

  /** Puts a list in place of a plan's; resolves once that is on disk. */
  async replace(plan: string, list: PriceList): Promise<void> {
    await this.images.write(folder + plan, PriceTable.bytes(list));
  }

  /** Undefined: there is no such plan. */
  async read(plan: string): Promise<PriceTable | undefined> {
    const latest = await this.images.latest(folder + plan);
    return latest === undefined ? undefined : new PriceTable(latest.bytes);
  }

  /** Keeps `prices` up with what is imported, within a quarter of a second; see `ImageWatch`. */
  watch(prices: Prices, clock: Clock, trouble: (name: string, reason: string) => void): ImageWatch {
    const changed = (name: string, bytes: ArrayBuffer | undefined): void =>
      prices.replace(name.slice(folder.length), bytes === undefined ? undefined : new PriceTable(bytes));
    return new ImageWatch({ images: this.images, clock }, folder, changed, trouble);
  }
}
