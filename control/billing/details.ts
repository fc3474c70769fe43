import type { Sid } from '../base/sid.ts';
import type { KeyCodec } from '../store/keys.ts';
import type { Settled } from '../store/group-commit.ts';
import type { Store } from '../store/store.ts';
import type { Table } from '../store/table.ts';
import type { CategoryName } from './categories.ts';
import { Pruned } from './pruned.ts';
import type { Used } from './usage.ts';

/** One thing that was used and what it cost: a part of a message, a leg of a call, a recording, a month of a number. */
export interface Detail extends Used {
  /** The message, call, recording, … that it belongs to. */
  readonly resourceSid: Sid;
  /** From 0. */
  readonly part: number;
  /** 1 for the first part of a thing, 0 for the others. */
  readonly count: number;
  readonly from: string;
  readonly to: string;
  readonly carrier: string;
  /** What the carrier calls it; '' if it did not say. */
  readonly carrierId: string;
  /** How long it went on, in whole seconds; 0, or missing, for what takes no time. `usage` counts the minutes charged. */
  readonly seconds?: number;
}

export interface NumberedDetail extends Detail {
  /** From 1, without gaps. */
  readonly number: number;
  readonly seconds: number;
}

type Packed = readonly [
  atMs: number,
  accountSid: Sid,
  ownerSid: Sid,
  resourceSid: Sid,
  part: number,
  category: CategoryName,
  count: number,
  usage: number,
  priceMicros: number,
  from: string,
  to: string,
  carrier: string,
  carrierId: string,
  seconds?: number,
];

/** Seconds are left out where there are none. */
const pack = (detail: Detail): Packed => [
  detail.atMs,
  detail.accountSid,
  detail.ownerSid,
  detail.resourceSid,
  detail.part,
  detail.category,
  detail.count,
  detail.usage,
  detail.priceMicros,
  detail.from,
  detail.to,
  detail.carrier,
  detail.carrierId,
  ...(detail.seconds ? ([detail.seconds] as const) : ([] as const)),
];

const unpack = (p: Packed, number: number): NumberedDetail => ({
  number,
  atMs: p[0],
  accountSid: p[1],
  ownerSid: p[2],
  resourceSid: p[3],
  part: p[4],
  category: p[5],
  count: p[6],
  usage: p[7],
  priceMicros: p[8],
  from: p[9],
  to: p[10],
  carrier: p[11],
  carrierId: p[12],
  seconds: p[13] ?? 0,
});

export const numberKey: KeyCodec<number> = {
  encode(number) {
    const bytes = Buffer.allocUnsafe(6);
    bytes.writeUIntBE(number, 0, 6);
    return bytes;
  },
  decode: (bytes) => bytes.readUIntBE(0, 6),
};

/** Groups of rows that are removed in one go. */
const pruneGroups = 20;

/** Rows that lie together: they are written at once, and one value for all costs a fraction of one for each. */
const togetherMax = 64;

/**
 * The detail records, for the operator's own billing. They are numbered when their group is handed over to be committed,
 * so a group that fails leaves no gap; each is on disk with its cause or not at all.
 */
export class Details {
  /** By the number of the first of them. */
  private readonly table: Table<number, readonly Packed[]>;
  /** What has been removed. */
  readonly pruned: Pruned;
  private waiting: Packed[] = [];
  private next: number;

  constructor(store: Store) {
    this.table = store.table<number, readonly Packed[]>({ name: 'details', key: numberKey, version: 1 });
    this.pruned = new Pruned(store);
    this.next = this.span().end;
    store.joinCommits(() => this.contribute());
  }

  /** Joins the commit of what the caller puts in the same stretch of code. */
  add(detail: Detail): void {
    this.waiting.push(pack(detail));
  }

  /** The committed ones from a number on. */
  *from(number: number): IterableIterator<NumberedDetail> {
    const [before] = this.table.keys({ start: number, reverse: true, limit: 1 });
    for (const [first, rows] of this.table.entries({ start: before ?? number })) {
      for (const [index, row] of rows.entries()) {
        if (first + index >= number) yield unpack(row, first + index);
      }
    }
  }

  /** The numbers of the committed ones: from `first` to `end`, exclusive. */
  span(): { readonly first: number; readonly end: number } {
    const first = this.pruned.to.number + 1;
    const [last] = this.table.entries({ reverse: true, limit: 1 });
    return { first, end: last === undefined ? first : last[0] + last[1].length };
  }

  /**
   * Removes the oldest records, a few at a time, as far as they are from before `beforeMs` and have numbers below
   * `below`. Their sums are kept (`pruned`), in the same commit. Gives false when there are no more.
   */
  prune(below: number, beforeMs: number): boolean {
    // Those that an earlier call has removed are there until that is committed.
    const start = this.pruned.to.number + 1;
    let removed = 0;
    for (const [first, rows] of this.table.entries({ start, limit: pruneGroups })) {
      if (first + rows.length > below || rows.some(([atMs]) => atMs >= beforeMs)) return false;
      this.table.remove(first);
      for (const [index, row] of rows.entries()) this.pruned.add(unpack(row, first + index), first + index);
      removed++;
    }
    return removed > 0;
  }

  private contribute(): Settled | undefined {
    if (this.waiting.length === 0) return undefined;
    const rows = this.waiting;
    const first = this.next;
    this.waiting = [];
    for (let at = 0; at < rows.length; at += togetherMax) {
      this.table.put(first + at, rows.slice(at, at + togetherMax));
    }
    const end = (this.next = first + rows.length);
    return (committed) => {
      if (!committed && this.next === end) this.next = first;
    };
  }
}
