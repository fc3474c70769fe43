import type { Accounts } from '../../accounts/accounts.ts';
import type { Sid } from '../../base/sid.ts';
import type { Store } from '../../store/store.ts';
import type { Detail } from '../details.ts';

/** One thing of a room that costs money, as its own row has it. */
export interface Charged {
  readonly sid: Sid;
  readonly ownerSid: Sid;
  /** Held of its owner's money as long as it goes on. */
  readonly heldMicros: number;
  /** Null: nothing was spent on it, now or ever. */
  readonly spent: {
    /** How many detail records it has, their parts counted from 0. */
    readonly parts: number;
    readonly micros: number;
    readonly atMs: number;
  } | null;
}

/** A room whose things hold and spend money, for the audit. */
export interface ChargedRoom {
  /** What its things are called: `messages`. */
  readonly name: string;
  /** Whether a detail record is of this room. Records of things that have been deleted since are, too. */
  owns(detail: Pick<Detail, 'resourceSid' | 'category'>): boolean;
  all(): Iterable<Charged>;
}

export type OpenChargedRoom = (books: {
  readonly store: Store;
  readonly accounts: Pick<Accounts, 'byNo'>;
}) => ChargedRoom;

/** Whose money an account spends, by `Account.no`; undefined if there is no such account. Remembered. */
export function ownersByNo(accounts: Pick<Accounts, 'byNo'>): (no: number) => Sid | undefined {
  const known = new Map<number, Sid | undefined>();
  return (no) => {
    if (!known.has(no)) known.set(no, accounts.byNo(no)?.ownerSid);
    return known.get(no);
  };
}
