import { ownersByNo, type Charged, type OpenChargedRoom } from '../../control/billing/audit/room.ts';
import { callTable } from './store/tables.ts';

/** What calls hold and have spent, for `strowger check --books`. */
export const callCharges: OpenChargedRoom = ({ store, accounts }) => {
  const calls = store.table(callTable);
  const ownerOf = ownersByNo(accounts);
  return {
    name: 'calls',
    // The minutes of a conference's participants are records of their calls, too.
    owns: ({ resourceSid, category }) =>
      resourceSid.startsWith('CA') && category !== 'calls-globalconference',
    *all(): IterableIterator<Charged> {
      for (const [, { sid, accountNo, bill, endedMs }] of calls.entries()) {
        const ownerSid = ownerOf(accountNo);
        if (ownerSid === undefined) continue;
        const { heldMicros, priceMicros } = bill;
        yield {
          sid,
          ownerSid,
          heldMicros,
          spent: priceMicros === null ? null : { parts: 1, micros: priceMicros, atMs: endedMs },
        };
      }
    },
  };
};
