import { setImmediate } from 'node:timers/promises';
import { digitsOfBlock, isOfE164, maskWords, noRuns, valueAt, type Block, type Runs } from './block.ts';
import { ProfileColumns } from './profile-columns.ts';
import type { Stock } from './stock.ts';

/** The blocks with numbers of one country and type, in the order of their digits. */
export interface Aisle {
  readonly id: number;
  readonly slots: readonly number[];
  /** Digits of the shortest block. */
  readonly digitsMin: number;
}

interface Filling {
  readonly slots: Set<number>;
  sorted: Aisle | undefined;
}

/** Blocks read in one turn of the event loop, which takes a few milliseconds. */
const blocksAtOnce = 200;

/**
 * What the stock holds, in memory: some 300 bytes for each thousand numbers, and six for each stretch of numbers with one
 * owner. Brought up to date from the list of changed blocks, which other processes write, too. It reads outside of
 * transactions only, and so nothing that may never be committed.
 */
export class Shelf {
  readonly profiles = new ProfileColumns();
  private readonly stock: Stock;
  private readonly slots = new Map<string, number>();
  /** By the digits of a block of E.164 numbers, for those who cannot wait for a key to be put together. */
  private readonly slotsByDigits = new Map<number, number>();
  private readonly keys: string[] = [];
  private readonly runs: Runs[] = [];
  private readonly owners: Runs[] = [];
  private readonly aisles = new Map<number, Filling>();
  private bits = new Uint32Array(1024 * maskWords);
  private seen = -1;
  private loading: Promise<void> | undefined;
  private stopped = false;

  constructor(stock: Stock) {
    this.stock = stock;
  }

  /** Whether it has been loaded once: who never searches need not bear it. */
  get isFilled(): boolean {
    return this.seen >= 0;
  }

  /** Resolves when the shelf is as the stock was at this moment, or newer. */
  async ready(): Promise<void> {
    if (this.catchUp()) return;
    await this.load();
    this.catchUp();
  }

  /** Reads what has changed; false where that is too much for one turn of the event loop. */
  catchUp(): boolean {
    const count = this.stock.changes.count();
    if (count === this.seen) return true;
    if (this.seen < 0) return false;
    const changed = this.stock.changes.between(this.seen, count);
    if (changed === undefined || changed.size > blocksAtOnce) return false;
    for (const key of changed) {
      const block = this.stock.block(key);
      if (block !== undefined) this.put(key, block);
    }
    this.seen = count;
    return true;
  }

  /** As `load`, for nobody in particular: a failure shows to whoever waits for the shelf later. */
  begin(): void {
    this.load().catch(() => undefined);
  }

  /** Stops reading. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.loading?.catch(() => undefined);
  }

  /** Undefined if there are no numbers of this country and type. */
  aisle(country: string, type: string): Aisle | undefined {
    const id = this.profiles.aisle(country, type);
    const filling = this.aisles.get(id);
    if (filling === undefined) return undefined;
    if (filling.sorted === undefined) {
      const slots = Array.from(filling.slots).sort((a, b) => (this.key(a) < this.key(b) ? -1 : 1));
      const digitsMin = slots.reduce((min, slot) => Math.min(min, digitsOfBlock(this.key(slot)).length), 16);
      filling.sorted = { id, slots, digitsMin };
    }
    return filling.sorted;
  }

  slot(key: string): number | undefined {
    return this.slots.get(key);
  }

  /** `digits`: those of a block of E.164 numbers, as one integer. */
  slotByDigits(digits: number): number | undefined {
    return this.slotsByDigits.get(digits);
  }

  key(slot: number): string {
    return this.keys[slot] ?? '';
  }

  /** Of profiles. */
  runsOf(slot: number): Runs {
    return this.runs[slot] ?? noRuns;
  }

  /** The number of the account that has a number; 0 if nobody has. */
  holderAt(slot: number, suffix: number): number {
    return valueAt(this.owners[slot] ?? noRuns, suffix);
  }

  /** A word of the mask of what is for sale. */
  word(slot: number, index: number): number {
    return this.bits[slot * maskWords + index] ?? 0;
  }

  /** Reads every block, some in each turn of the event loop. */
  private load(): Promise<void> {
    this.loading ??= this.readAll().finally(() => {
      this.loading = undefined;
    });
    return this.loading;
  }

  private async readAll(): Promise<void> {
    const count = this.stock.changes.count();
    let last = '';
    for (let read = blocksAtOnce; read === blocksAtOnce && !this.stopped;) {
      read = 0;
      for (const [key, block] of this.stock.blocks({ start: `${last}\0`, limit: blocksAtOnce })) {
        this.put(key, block);
        last = key;
        read++;
      }
      await setImmediate();
    }
    this.seen = count;
  }

  private put(key: string, { available, runs }: Block): void {
    let slot = this.slots.get(key);
    if (slot === undefined) {
      slot = this.keys.push(key) - 1;
      this.slots.set(key, slot);
      if (isOfE164(key)) this.slotsByDigits.set(Number(digitsOfBlock(key)), slot);
      if (this.bits.length < this.keys.length * maskWords) {
        const wider = new Uint32Array(this.bits.length * 2);
        wider.set(this.bits);
        this.bits = wider;
      }
    }
    this.bits.set(available, slot * maskWords);
    this.runs[slot] = runs;
    this.owners[slot] = this.stock.ownersOf(key);
    for (let at = 1; at < runs.length; at += 2) {
      const profile = runs[at] ?? 0;
      if (!this.profiles.has(profile)) this.profiles.put(profile, this.stock.profile(profile));
      const aisle = this.profiles.aisleOf(profile);
      let filling = this.aisles.get(aisle);
      if (filling === undefined) this.aisles.set(aisle, (filling = { slots: new Set(), sorted: undefined }));
      if (filling.slots.has(slot)) continue;
      filling.slots.add(slot);
      filling.sorted = undefined;
    }
  }
}
