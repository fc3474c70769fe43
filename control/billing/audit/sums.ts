import type { Sid } from '../../base/sid.ts';
import { placeOf, sumsWidth } from '../categories.ts';
import { usageKeys } from '../usage.ts';
import { add, compare, type Check } from './check.ts';

/** The detail records have no gap, and the usage of each day and what each main account has spent are their sums. */
export const checkSums: Check = ({ details, usage, wallet }, differ) => {
  const { pruned } = details;
  const days = new Map(Array.from(pruned.days(), ([key, row]) => [key, Array.from(row)]));
  const spent = new Map<Sid, number>(pruned.spent());
  let last = pruned.to.number;
  for (const detail of details.from(1)) {
    if (detail.number !== last + 1) differ(`detail records ${last + 1} to ${detail.number - 1} are missing`);
    last = detail.number;
    const at = (placeOf(detail.category) ?? 0) * sumsWidth;
    for (const key of usageKeys(detail)) {
      const row = days.get(key) ?? [];
      days.set(key, row);
      for (const [index, amount] of [detail.count, detail.usage, detail.priceMicros].entries()) {
        row[at + index] = (row[at + index] ?? 0) + amount;
      }
    }
    add(spent, detail.ownerSid, detail.priceMicros);
  }
  for (const { sid, share, day, row } of usage.all()) {
    const key = `${sid}/${share}/${day}`;
    compare(`usage ${key}`, row, days.get(key) ?? [], differ);
    days.delete(key);
  }
  for (const [key, row] of days) compare(`usage ${key}`, [], row, differ);
  for (const { ownerSid, spentMicros } of wallet.all()) {
    compare(`spending of ${ownerSid}`, [spentMicros], [spent.get(ownerSid) ?? 0], differ);
    spent.delete(ownerSid);
  }
  for (const [ownerSid, micros] of spent) compare(`spending of ${ownerSid}`, [], [micros], differ);
};
