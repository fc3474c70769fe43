import { blockSize, seatOf } from './block.ts';
import { profileText, type Profile } from './profile.ts';

/** What becomes of numbers of one block: each is of a profile of the batch from now on, both in one number. */
export type Edits = readonly number[];

export const suffixOfEdit = (edit: number): number => edit % blockSize;
export const profileOfEdit = (edit: number): number => Math.floor(edit / blockSize);

/** Numbers on their way into the stock, by the blocks that they touch; of two lines about a number, the later one holds. */
export class Batch {
  /** Edits name them by their index. */
  readonly profiles: { readonly text: string; readonly type: Profile['type'] }[] = [];
  readonly blocks = new Map<string, number[]>();
  private readonly indexes = new Map<string, number>();
  /** Numbers in it. */
  size = 0;
  private lastKey = '';
  private lastEdits: number[] = [];

  /** Of rows whose numbers are E.164 or short codes; others are left out. */
  static of(rows: Iterable<Profile & { readonly e164: string }>): Batch {
    const batch = new Batch();
    for (const row of rows) {
      const seat = seatOf(row.e164);
      if (seat !== undefined) batch.add(seat.block, seat.suffix, batch.indexOf(row));
    }
    return batch;
  }

  /** Whether it names this profile. */
  has(profile: string): boolean {
    return this.indexes.has(profile);
  }

  /** Forgets the numbers; its profiles keep their indexes. */
  clear(): void {
    this.blocks.clear();
    this.size = 0;
    this.lastKey = '';
  }

  /** The index of a profile, which is new to the batch or not. */
  indexOf(profile: Profile): number {
    const text = profileText(profile);
    let index = this.indexes.get(text);
    if (index === undefined) {
      index = this.profiles.push({ text, type: profile.type }) - 1;
      this.indexes.set(text, index);
    }
    return index;
  }

  add(block: string, suffix: number, profile: number): void {
    if (block !== this.lastKey) {
      this.lastKey = block;
      const known = this.blocks.get(block);
      if (known === undefined) this.blocks.set(block, (this.lastEdits = []));
      else this.lastEdits = known;
    }
    this.lastEdits.push(profile * blockSize + suffix);
    this.size++;
  }
}
