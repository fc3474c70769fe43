import type { Random } from '../../../control/base/random.ts';
import type { Srv } from './resolver.ts';

/**
 * SRV records in the order to try them: the lowest priority first; among equals one is drawn by weight, then one of
 * the rest, and so on (RFC 2782, "Usage rules"). Weight 0 is drawn seldom where others have more.
 */
export function orderSrv(records: readonly Srv[], random: Random): readonly Srv[] {
  const groups = new Map<number, Srv[]>();
  for (const record of records) {
    const group = groups.get(record.priority);
    if (group === undefined) groups.set(record.priority, [record]);
    else group.push(record);
  }
  const priorities = [...groups.keys()].sort((one, other) => one - other);
  return priorities.flatMap((priority) => draw(groups.get(priority) ?? [], random));
}

function draw(group: readonly Srv[], random: Random): readonly Srv[] {
  // Those of weight 0 first, so that the running sum gives them their small chance.
  const left = group.toSorted((one, other) => Number(one.weight > 0) - Number(other.weight > 0));
  const drawn: Srv[] = [];
  while (left.length > 0) {
    const total = left.reduce((sum, { weight }) => sum + weight, 0);
    const mark = Math.floor(random.fraction() * (total + 1));
    let sum = 0;
    const at = left.findIndex(({ weight }) => (sum += weight) >= mark);
    drawn.push(...left.splice(Math.max(0, at), 1));
  }
  return drawn;
}
