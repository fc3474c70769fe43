import type { Sid } from '../base/sid.ts';
import { textKey } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import type { Range, Table, TableSpec } from '../store/table.ts';
import {
  decodeBlock,
  decodeRuns,
  emptyMask,
  encodeBlock,
  encodeRuns,
  hasBit,
  noRuns,
  numberAt,
  runsOf,
  seatOf,
  setBit,
  spread,
  valueAt,
  type Block,
  type Runs,
} from './block.ts';
import { profileOfEdit, suffixOfEdit, type Batch, type Edits } from './batch.ts';
import { Changes } from './changes.ts';
import { Interned } from './interned.ts';
import { profileOf, type Profile } from './profile.ts';

const blockTable: TableSpec<string, Buffer> = {
  name: 'number-blocks',
  key: textKey,
  version: 1,
  plain: true,
};
/** Runs of owners; no row for a block in which nobody has a number. */
const ownerTable: TableSpec<string, Buffer> = { ...blockTable, name: 'number-owners' };

/**
 * Kinds of numbers that an inventory tells apart. Each costs a hundred bytes of memory in whoever searches, and a step of
 * every search through all of them.
 */
const profilesMax = 2 ** 20;

export interface Stocked {
  readonly profile: Profile;
  readonly forSale: boolean;
}

/** All numbers of this node, by blocks of a thousand. What is written is written within `Store.transact`. */
export class Stock {
  readonly changes: Changes;
  private readonly rows: Table<string, Buffer>;
  private readonly owners: Table<string, Buffer>;
  private readonly profiles: Interned<Profile>;
  private readonly holders: Interned<Sid>;

  constructor(store: Store) {
    this.changes = new Changes(store);
    this.rows = store.table(blockTable);
    this.owners = store.table(ownerTable);
    this.profiles = new Interned(store, 'number-profiles', 'number-profile-ids', profileOf);
    this.holders = new Interned(store, 'number-holders', 'number-holder-ids', (sid) => sid);
  }

  find(number: string): Stocked | undefined {
    const seat = seatOf(number);
    if (seat === undefined) return undefined;
    const { block: key, suffix } = seat;
    const block = this.block(key);
    if (block === undefined || !hasBit(block.held, suffix)) return undefined;
    const profile = this.profile(valueAt(block.runs, suffix));
    return { profile, forSale: hasBit(block.available, suffix) };
  }

  profile(id: number): Profile {
    return this.profiles.valueOf(id);
  }

  holder(id: number): Sid {
    return this.holders.valueOf(id);
  }

  /** How many more kinds of numbers there may be. */
  profileRoom(): number {
    return profilesMax - this.profiles.count();
  }

  knowsProfile(text: string): boolean {
    return this.profiles.has(text);
  }

  /** Takes numbers in, new ones for sale or not, or renews what is known of them: some blocks of a batch. */
  add({ blocks, profiles }: Batch, keys: Iterable<string>, forSale: boolean): void {
    const ids = new Map<number, number>();
    const idOf = (profile: number): number => {
      let id = ids.get(profile);
      if (id === undefined) ids.set(profile, (id = this.profiles.idOf(profiles[profile]?.text ?? '')));
      return id;
    };
    const changed: string[] = [];
    for (const key of keys) if (this.edit(key, blocks.get(key) ?? [], idOf, forSale)) changed.push(key);
    this.changes.note(changed);
  }

  /** The numbers in some blocks of a batch that somebody has, and whose type it changes. */
  retyped({ blocks, profiles }: Batch, keys: Iterable<string>): readonly string[] {
    const numbers: string[] = [];
    for (const key of keys) {
      const owners = this.ownersOf(key);
      const runs = owners.length === 0 ? noRuns : (this.block(key)?.runs ?? noRuns);
      if (runs.length === 0) continue;
      for (const edit of blocks.get(key) ?? []) {
        const suffix = suffixOfEdit(edit);
        if (valueAt(owners, suffix) === 0) continue;
        const { type } = this.profile(valueAt(runs, suffix));
        if (type !== profiles[profileOfEdit(edit)]?.type) numbers.push(numberAt(key, suffix));
      }
    }
    return numbers;
  }

  /** What has become of a number that is held: whether it is for sale, and which account has it. */
  settle(number: string, forSale: boolean, owner: Sid | undefined): void {
    const seat = seatOf(number);
    const bytes = seat && this.rows.get(seat.block);
    if (seat === undefined || bytes === undefined) return;
    const block = decodeBlock(bytes);
    setBit(block.available, seat.suffix, forSale);
    const kept = this.keep(seat.block, block, bytes);
    if (this.own(seat.block, seat.suffix, owner) || kept) this.changes.note([seat.block]);
  }

  /** The blocks from one key to before another, in order. */
  *blocks(range: Pick<Range<string>, 'start' | 'end' | 'limit'>): IterableIterator<readonly [string, Block]> {
    for (const [key, bytes] of this.rows.entries(range)) yield [key, decodeBlock(bytes)];
  }

  block(key: string): Block | undefined {
    const bytes = this.rows.get(key);
    return bytes === undefined ? undefined : decodeBlock(bytes);
  }

  ownersOf(key: string): Runs {
    const bytes = this.owners.get(key);
    return bytes === undefined ? noRuns : decodeRuns(bytes);
  }

  /** The account that has a number. */
  ownerOf(number: string): Sid | undefined {
    const seat = seatOf(number);
    const holder = seat === undefined ? 0 : valueAt(this.ownersOf(seat.block), seat.suffix);
    return holder === 0 ? undefined : this.holder(holder);
  }

  /** Every number that an account has, with the account, in the order of their digits. */
  *owned(): IterableIterator<readonly [string, Sid]> {
    for (const [key, bytes] of this.owners.entries())
      for (const [suffix, holder] of spread(decodeRuns(bytes)).entries())
        if (holder !== 0) yield [numberAt(key, suffix), this.holder(holder)];
  }

  /** Whether that changed anything. */
  private edit(key: string, edits: Edits, idOf: (profile: number) => number, forSale: boolean): boolean {
    const bytes = this.rows.get(key);
    const block =
      bytes === undefined ? { held: emptyMask(), available: emptyMask(), runs: noRuns } : decodeBlock(bytes);
    const profiles = spread(block.runs);
    for (const edit of edits) {
      const suffix = suffixOfEdit(edit);
      profiles[suffix] = idOf(profileOfEdit(edit));
      if (hasBit(block.held, suffix)) continue;
      setBit(block.held, suffix, true);
      setBit(block.available, suffix, forSale);
    }
    return this.keep(key, { ...block, runs: runsOf(profiles, block.held) }, bytes);
  }

  private keep(key: string, block: Block, before: Buffer | undefined): boolean {
    const bytes = encodeBlock(block);
    if (before?.equals(bytes) === true) return false;
    this.rows.put(key, bytes);
    return true;
  }

  private own(key: string, suffix: number, owner: Sid | undefined): boolean {
    const before = this.ownersOf(key);
    const holder = owner === undefined ? 0 : this.holders.idOf(owner);
    if (valueAt(before, suffix) === holder) return false;
    const values = spread(before);
    values[suffix] = holder;
    const after = runsOf(values);
    if (after.length === 0) this.owners.remove(key);
    else this.owners.put(key, encodeRuns(after));
    return true;
  }
}
