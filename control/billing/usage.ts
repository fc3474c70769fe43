import type { Sid } from '../base/sid.ts';
import type { Store } from '../store/store.ts';
import { Tally } from '../store/tally.ts';
import { dayOf, type Span } from './periods.ts';
import { addRow, placeOf, sumsWidth, type CategoryName, type Sums } from './categories.ts';

/** Something used: how much of it, by whom and when. */
export interface Used extends Sums {
  readonly atMs: number;
  readonly accountSid: Sid;
  readonly ownerSid: Sid;
  readonly category: CategoryName;
}

/** Whose usage: an account's own, or that of all its subaccounts together. */
type Share = 'own' | 'sub';

const keyOf = (sid: Sid, share: Share, day: string): string => `${sid}/${share}/${day}`;

/** The rows that something used is counted in. */
export function usageKeys({ accountSid, ownerSid, atMs }: Used): readonly string[] {
  const day = dayOf(atMs);
  const own = keyOf(accountSid, 'own', day);
  return ownerSid === accountSid ? [own] : [own, keyOf(ownerSid, 'sub', day)];
}

/** What accounts have used: a row for each account and day, in UTC, with the sums of every category. */
export class Usage {
  private readonly tally: Tally;
  private dayStartMs = 0;
  private day = '';
  private told: (accountSid: Sid, day: string) => void = () => undefined;

  constructor(store: Store) {
    this.tally = new Tally(store, 'usage-days');
  }

  /** `told` hears whose usage of which day has changed, a subaccount's also as its owner's, before that is committed. */
  follow(told: (accountSid: Sid, day: string) => void): void {
    this.told = told;
  }

  /** Counts at `atMs`, in the commit of what the caller puts in the same stretch of code. */
  count(accountSid: Sid, ownerSid: Sid, category: CategoryName, atMs: number, sums: Sums): void {
    const day = this.today(atMs);
    this.add(keyOf(accountSid, 'own', day), category, sums);
    this.told(accountSid, day);
    if (ownerSid === accountSid) return;
    this.add(keyOf(ownerSid, 'sub', day), category, sums);
    this.told(ownerSid, day);
  }

  /** The sums of one day, by place, those of its subaccounts included, with what is not committed yet. */
  dayRow(accountSid: Sid, day: string): readonly number[] {
    const own = Array.from(this.tally.row(keyOf(accountSid, 'own', day)));
    return addRow(own, this.tally.row(keyOf(accountSid, 'sub', day)));
  }

  /** Days of an account from `first` to `last`, both included, oldest first; those with no usage are missing. */
  *days(
    accountSid: Sid,
    share: Share,
    { first, last }: Span,
  ): IterableIterator<readonly [day: string, row: readonly number[]]> {
    const end = `${keyOf(accountSid, share, last)}\u0001`;
    for (const [key, row] of this.tally.rows(keyOf(accountSid, share, first), end))
      yield [key.slice(-10), row];
  }

  /**
   * The sums of all days of a span, by place; with those of its subaccounts where `subaccounts` is asked for. `parts`
   * divide the span, newest first, and each has a row.
   */
  rows(accountSid: Sid, subaccounts: boolean, parts: readonly Span[]): readonly (readonly number[])[] {
    const sums = parts.map((): number[] => []);
    const [newest] = parts;
    const oldest = parts.at(-1);
    if (newest === undefined || oldest === undefined) return sums;
    const span = { first: oldest.first, last: newest.last };
    for (const share of subaccounts ? (['own', 'sub'] as const) : (['own'] as const)) {
      // Days come oldest first, the parts lie newest first.
      let part = parts.length - 1;
      for (const [day, row] of this.days(accountSid, share, span)) {
        while (part > 0 && day > (parts[part] as Span).last) part--;
        const into = sums[part] as number[];
        addRow(into, row);
      }
    }
    return sums;
  }

  /** Every row of every account: whose, which share, which day. */
  *all(): IterableIterator<{
    readonly sid: Sid;
    readonly share: string;
    readonly day: string;
    readonly row: readonly number[];
  }> {
    for (const [key, row] of this.tally.rows('', '\u007f')) {
      const [sid = '', share = '', day = ''] = key.split('/');
      yield { sid, share, day, row };
    }
  }

  private add(key: string, category: CategoryName, { count, usage, priceMicros }: Sums): void {
    const at = (placeOf(category) ?? 0) * sumsWidth;
    this.tally.add(key, at, count);
    this.tally.add(key, at + 1, usage);
    this.tally.add(key, at + 2, priceMicros);
  }

  /** Most come on the same day as the one before. */
  private today(atMs: number): string {
    if (atMs < this.dayStartMs || atMs >= this.dayStartMs + dayMs) {
      this.dayStartMs = atMs - (atMs % dayMs);
      this.day = dayOf(atMs);
    }
    return this.day;
  }
}

const dayMs = 86_400_000;
