import { ownersByNo, type Charged, type OpenChargedRoom } from '../../control/billing/audit/room.ts';
import { chargeStateOf } from './charges.ts';
import { messageTable } from './store/message-table.ts';

/** What messages hold and have spent, for `strowger check --books`. */
export const messageCharges: OpenChargedRoom = ({ store, accounts }) => {
  const messages = store.table(messageTable);
  const ownerOf = ownersByNo(accounts);
  return {
    name: 'messages',
    owns: ({ resourceSid }) => resourceSid.startsWith('SM') || resourceSid.startsWith('MM'),
    *all(): IterableIterator<Charged> {
      for (const [, message] of messages.entries()) {
        const { sid, accountNo, priceMicros, status, segments, sentMs, createdMs } = message;
        const ownerSid = ownerOf(accountNo);
        if (priceMicros === null || ownerSid === undefined) continue;
        const state = chargeStateOf(status);
        yield {
          sid,
          ownerSid,
          heldMicros: state === 'held' ? priceMicros : 0,
          spent:
            state === 'spent'
              ? { parts: segments, micros: priceMicros, atMs: Math.max(sentMs, createdMs) }
              : null,
        };
      }
    },
  };
};
