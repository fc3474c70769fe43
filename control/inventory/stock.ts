import { hash } from 'node:crypto';
import { bytesKey, textKey } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import type { Table, TableSpec } from '../store/table.ts';
import {
  blockSize,
  decodeBlock,
  emptyMask,
  encodeBlock,
  hasBit,
  profileAt,
  runsOf,
  seatOf,
  setBit,
  type Block,
} from './block.ts';
import { profileOf, profileText, type Profile } from './profile.ts';

const blockTable: TableSpec<string, Buffer> = {
  name: 'number-blocks',
  key: textKey,
  version: 1,
  plain: true,
};
const profileTable: TableSpec<Buffer, Buffer> = {
  name: 'number-profiles',
  key: bytesKey,
  version: 1,
  plain: true,
};
const profileIdTable: TableSpec<Buffer, Buffer> = { ...profileTable, name: 'number-profile-ids' };
const changeTable: TableSpec<Buffer, Buffer> = { ...profileTable, name: 'number-changes' };

/** Changes that are remembered; whoever has missed more reads every block anew. */
const changesKept = 8192;
const headKey = Buffer.from('head');

export interface Stocked {
  readonly profile: Profile;
  readonly forSale: boolean;
}

/** All numbers of this node, by blocks of a thousand. What is written is written within `Store.transact`. */
export class Stock {
  private readonly rows: Table<string, Buffer>;
  private readonly profiles: Table<Buffer, Buffer>;
  private readonly profileIds: Table<Buffer, Buffer>;
  private readonly changes: Table<Buffer, Buffer>;
  /** A profile never changes, so what has been read of it stays true. */
  private readonly known = new Map<number, Profile>();

  constructor(store: Store) {
    this.rows = store.table(blockTable);
    this.profiles = store.table(profileTable);
    this.profileIds = store.table(profileIdTable);
    this.changes = store.table(changeTable);
  }

  find(number: string): Stocked | undefined {
    const seat = seatOf(number);
    const bytes = seat === undefined ? undefined : this.rows.get(seat.block);
    if (seat === undefined || bytes === undefined) return undefined;
    const { held, available, runs } = decodeBlock(bytes);
    if (!hasBit(held, seat.suffix)) return undefined;
    const profile = this.profile(profileAt(runs, seat.suffix));
    return { profile, forSale: hasBit(available, seat.suffix) };
  }

  profile(id: number): Profile {
    let profile = this.known.get(id);
    if (profile === undefined) {
      const text = this.profiles.get(idKey(id));
      if (text === undefined) throw new Error(`the profile ${id} of a number is missing`);
      profile = profileOf(text.toString('utf8'));
      this.known.set(id, profile);
    }
    return profile;
  }

  /** Takes numbers in, new ones for sale or not, or renews what is known of them. */
  add(rows: Iterable<Profile & { readonly e164: string }>, forSale: boolean): void {
    const ids = new Map<string, number>();
    const changed = new Map<string, (readonly [suffix: number, profile: number])[]>();
    for (const row of rows) {
      const seat = seatOf(row.e164);
      if (seat === undefined) continue;
      const text = profileText(row);
      let id = ids.get(text);
      if (id === undefined) ids.set(text, (id = this.idOf(text)));
      const edits = changed.get(seat.block);
      if (edits === undefined) changed.set(seat.block, [[seat.suffix, id]]);
      else edits.push([seat.suffix, id]);
    }
    for (const [block, edits] of changed) this.edit(block, edits, forSale);
  }

  /** Puts a number that is held on sale, or takes it from sale. */
  offer(number: string, forSale: boolean): void {
    const seat = seatOf(number);
    const bytes = seat === undefined ? undefined : this.rows.get(seat.block);
    if (seat === undefined || bytes === undefined) return;
    const block = decodeBlock(bytes);
    setBit(block.available, seat.suffix, forSale);
    this.keep(seat.block, block, bytes);
  }

  all(): IterableIterator<readonly [string, Block]> {
    return this.blocks('', '~');
  }

  /** The blocks from one key to before another, in order. */
  *blocks(start: string, end: string): IterableIterator<readonly [string, Block]> {
    for (const [key, bytes] of this.rows.entries({ start, end })) yield [key, decodeBlock(bytes)];
  }

  block(key: string): Block | undefined {
    const bytes = this.rows.get(key);
    return bytes === undefined ? undefined : decodeBlock(bytes);
  }

  /** How many changes there have been. */
  changeCount(): number {
    const head = this.changes.get(headKey);
    return head === undefined ? 0 : Number(head.readBigUInt64LE());
  }

  /** The blocks changed since `count`, undefined where that is too long ago. */
  changedSince(count: number, until: number): Iterable<string> | undefined {
    if (until - count > changesKept) return undefined;
    const blocks = new Set<string>();
    for (let at = count; at < until; at++)
      blocks.add(this.changes.get(changeKey(at))?.toString('latin1') ?? '');
    return blocks;
  }

  private edit(
    key: string,
    edits: readonly (readonly [suffix: number, profile: number])[],
    forSale: boolean,
  ): void {
    const bytes = this.rows.get(key);
    const before =
      bytes === undefined ? { held: emptyMask(), available: emptyMask(), runs: [] } : decodeBlock(bytes);
    const profiles = new Uint32Array(blockSize);
    for (const [index, { from, profile }] of before.runs.entries())
      profiles.fill(profile, from, before.runs[index + 1]?.from ?? blockSize);
    for (const [suffix, profile] of edits) {
      profiles[suffix] = profile;
      if (hasBit(before.held, suffix)) continue;
      setBit(before.held, suffix, true);
      setBit(before.available, suffix, forSale);
    }
    this.keep(key, { ...before, runs: runsOf(before.held, profiles) }, bytes);
  }

  private keep(key: string, block: Block, before: Buffer | undefined): void {
    const bytes = encodeBlock(block);
    if (before?.equals(bytes) === true) return;
    this.rows.put(key, bytes);
    const count = this.changeCount();
    const head = Buffer.alloc(8);
    head.writeBigUInt64LE(BigInt(count + 1));
    this.changes.put(headKey, head);
    this.changes.put(changeKey(count), Buffer.from(key, 'latin1'));
  }

  private idOf(text: string): number {
    const key = hash('sha256', text, 'buffer').subarray(0, 16);
    const found = this.profileIds.get(key);
    if (found !== undefined) return found.readUInt32BE();
    const [last] = this.profiles.keys({ start: idKey(0xffffffff), reverse: true, limit: 1 });
    const id = last === undefined ? 1 : last.readUInt32BE() + 1;
    this.profiles.put(idKey(id), Buffer.from(text, 'utf8'));
    this.profileIds.put(key, idKey(id));
    return id;
  }
}

function idKey(id: number): Buffer {
  const key = Buffer.alloc(4);
  key.writeUInt32BE(id);
  return key;
}

const changeKey = (count: number): Buffer => idKey(count % changesKept);
