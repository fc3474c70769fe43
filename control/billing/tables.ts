import type { Sid } from '../base/sid.ts';
import { sidKey, textsKey } from '../store/keys.ts';
import type { TableSpec } from '../store/table.ts';

/** How a main account and its subaccounts pay. */
export interface Terms {
  /** What prepaid money may fall to, in millionths; null: postpaid, no bound. */
  readonly floorMicros: number | null;
  /** Which price plan applies. */
  readonly plan: string;
  /** Everything that was paid in, less what was taken back, in millionths. */
  readonly creditMicros: number;
}

/** By main account. Written by operators' commands, in transactions, and never by the edge. */
export const termsTable: TableSpec<Sid, Terms> = { name: 'billing-terms', key: sidKey('AC'), version: 1 };

/** One payment, or a correction (negative). */
export interface Credit {
  readonly micros: number;
  readonly reason: string;
  readonly atMs: number;
}

/** By main account and a SID that sorts by time. */
export const creditTable: TableSpec<readonly string[], Credit> = {
  name: 'billing-credits',
  key: textsKey,
  version: 1,
};
