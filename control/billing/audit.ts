import { placeOf, sumsWidth } from './categories.ts';
import type { Details } from './details.ts';
import { usageKeys, type Usage } from './usage.ts';
import type { Wallet } from './wallet.ts';

/** What a look over the books has found. */
export interface Audit {
  readonly details: number;
  readonly accounts: number;
  /** Each a sentence; empty: the books agree. At most `differencesMax`. */
  readonly differences: readonly string[];
}

const differencesMax = 100;

/**
 * Proves that the detail records have no gap, and that the usage of each day and what each main account has spent are
 * the sums of them. Walks the books in one stretch, and so sees them as one commit has left them.
 */
export function auditBooks(books: {
  readonly details: Pick<Details, 'from' | 'pruned'>;
  readonly usage: Pick<Usage, 'all'>;
  readonly wallet: Pick<Wallet, 'allSpent'>;
}): Audit {
  const differences: string[] = [];
  const differ = (text: string): void => {
    if (differences.length < differencesMax) differences.push(text);
  };
  const { pruned } = books.details;
  const days = new Map(Array.from(pruned.days(), ([key, row]) => [key, Array.from(row)]));
  const spent = new Map(pruned.spent());
  let last = pruned.to.number;
  for (const detail of books.details.from(1)) {
    if (detail.number !== last + 1) differ(`detail records ${last + 1} to ${detail.number - 1} are missing`);
    last = detail.number;
    const { ownerSid, category, count, usage, priceMicros } = detail;
    const at = (placeOf(category) ?? 0) * sumsWidth;
    for (const key of usageKeys(detail)) {
      const row = days.get(key) ?? [];
      days.set(key, row);
      for (const [index, amount] of [count, usage, priceMicros].entries()) {
        row[at + index] = (row[at + index] ?? 0) + amount;
      }
    }
    spent.set(ownerSid, (spent.get(ownerSid) ?? 0) + priceMicros);
  }
  for (const { sid, share, day, row } of books.usage.all()) {
    const key = `${sid}/${share}/${day}`;
    compare(`usage ${key}`, row, days.get(key) ?? [], differ);
    days.delete(key);
  }
  for (const [key, row] of days) compare(`usage ${key}`, [], row, differ);
  const accounts = spent.size;
  for (const [ownerSid, micros] of books.wallet.allSpent()) {
    compare(`spending of ${ownerSid}`, [micros], [spent.get(ownerSid) ?? 0], differ);
    spent.delete(ownerSid);
  }
  for (const [ownerSid, micros] of spent) compare(`spending of ${ownerSid}`, [], [micros], differ);
  return { details: last, accounts, differences };
}

function compare(
  what: string,
  kept: readonly number[],
  proven: readonly number[],
  differ: (text: string) => void,
): void {
  for (let place = 0; place < Math.max(kept.length, proven.length); place++) {
    const [is, should] = [kept[place] ?? 0, proven[place] ?? 0];
    if (is !== should) differ(`${what}: ${is} is kept at place ${place}, the detail records say ${should}`);
  }
}
