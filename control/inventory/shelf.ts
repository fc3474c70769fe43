import { digitsOfBlock, maskWords, type Block, type Run } from './block.ts';
import type { NumberType } from './number.ts';
import type { Stock } from './stock.ts';

/** The blocks with numbers of one country and type, in the order of their digits. */
export interface Aisle {
  readonly slots: readonly number[];
  readonly profiles: ReadonlySet<number>;
  /** Digits of the shortest block. */
  readonly digitsMin: number;
}

interface Filling {
  readonly slots: Set<number>;
  readonly profiles: Set<number>;
  sorted: Aisle | undefined;
}

/**
 * What is for sale, in memory: some 200 bytes for each thousand numbers. Brought up to date before each search from the
 * list of changed blocks, which other processes write, too; only the first search reads every block.
 */
export class Shelf {
  private readonly stock: Stock;
  private readonly slots = new Map<string, number>();
  private readonly keys: string[] = [];
  private readonly runs: (readonly Run[])[] = [];
  private readonly aisles = new Map<string, Filling>();
  private bits = new Uint32Array(1024 * maskWords);
  private seen = -1;

  constructor(stock: Stock) {
    this.stock = stock;
  }

  /** Reads what has changed. */
  renew(): void {
    const count = this.stock.changeCount();
    if (count === this.seen) return;
    const changed =
      this.seen < 0 || this.seen > count ? undefined : this.stock.changedSince(this.seen, count);
    if (changed === undefined) for (const [key, block] of this.stock.all()) this.put(key, block);
    else {
      for (const key of changed) {
        const block = this.stock.block(key);
        if (block !== undefined) this.put(key, block);
      }
    }
    this.seen = count;
  }

  aisle(country: string, type: NumberType): Aisle | undefined {
    const filling = this.aisles.get(`${country} ${type}`);
    if (filling === undefined) return undefined;
    if (filling.sorted === undefined) {
      const slots = Array.from(filling.slots).sort((a, b) => (this.key(a) < this.key(b) ? -1 : 1));
      const digitsMin = slots.reduce((min, slot) => Math.min(min, digitsOfBlock(this.key(slot)).length), 16);
      filling.sorted = { slots, profiles: filling.profiles, digitsMin };
    }
    return filling.sorted;
  }

  key(slot: number): string {
    return this.keys[slot] ?? '';
  }

  runsOf(slot: number): readonly Run[] {
    return this.runs[slot] ?? [];
  }

  /** A word of the mask of what is for sale. */
  word(slot: number, index: number): number {
    return this.bits[slot * maskWords + index] ?? 0;
  }

  private put(key: string, { available, runs }: Block): void {
    let slot = this.slots.get(key);
    if (slot === undefined) {
      slot = this.keys.push(key) - 1;
      this.slots.set(key, slot);
      if (this.bits.length < this.keys.length * maskWords) {
        const wider = new Uint32Array(this.bits.length * 2);
        wider.set(this.bits);
        this.bits = wider;
      }
    }
    this.bits.set(available, slot * maskWords);
    this.runs[slot] = runs;
    for (const { profile } of runs) {
      const { place, type } = this.stock.profile(profile);
      const name = `${place.country} ${type}`;
      let filling = this.aisles.get(name);
      if (filling === undefined)
        this.aisles.set(name, (filling = { slots: new Set(), profiles: new Set(), sorted: undefined }));
      if (filling.slots.has(slot) && filling.profiles.has(profile)) continue;
      filling.slots.add(slot);
      filling.profiles.add(profile);
      filling.sorted = undefined;
    }
  }
}
