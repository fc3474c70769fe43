import type { Store } from '../store/store.ts';
import { Stock } from './stock.ts';
import { lifeTable, numberSidTable } from './tables.ts';

/** Every place where the blocks, the lives of numbers and their SIDs do not say the same; none in a sound store. */
export function* numberFaults(store: Store): IterableIterator<string> {
  const stock = new Stock(store);
  const lives = store.table(lifeTable);
  const sids = store.table(numberSidTable);
  for (const [e164, { state, assignment }] of lives.entries()) {
    const stocked = stock.find(e164);
    if (stocked === undefined) {
      yield `number ${e164}: it is ${state}, and in no list that was imported`;
      continue;
    }
    if (stocked.forSale !== (state === 'available'))
      yield `number ${e164}: it is ${state}, and ${stocked.forSale ? 'for sale' : 'not for sale'}`;
    const owner = stock.ownerOf(e164);
    const holder = assignment?.accountSid;
    if (owner !== holder)
      yield `number ${e164}: its row says ${holder ?? 'nobody'} has it, its block ${owner ?? 'nobody'}`;
    if (assignment !== null && sids.get(assignment.sid) !== e164)
      yield `number ${e164}: ${assignment.sid} does not lead to it`;
  }
  for (const [e164, owner] of stock.owned())
    if ((lives.get(e164)?.assignment ?? null) === null)
      yield `number ${e164}: its block says ${owner} has it, and it has no row`;
  for (const [sid, e164] of sids.entries())
    if (lives.get(e164)?.assignment?.sid !== sid)
      yield `number ${e164}: ${sid} leads to it, and is not its SID`;
}
