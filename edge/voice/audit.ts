import type { Sid } from '../../control/base/sid.ts';
import { ownersByNo, type Charged, type OpenChargedRoom } from '../../control/billing/audit/room.ts';
import type { TableSpec } from '../../control/store/table.ts';
import { callTable, recordingTable, stayTable, transcriptionTable } from './store/tables.ts';

/** What calls hold and have spent, for `strowger check --books`. */
export const callCharges: OpenChargedRoom = ({ store, accounts }) => {
  const calls = store.table(callTable);
  const ownerOf = ownersByNo(accounts);
  return {
    name: 'calls',
    owns: ({ resourceSid }) => resourceSid.startsWith('CA'),
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

/** A row of what is charged by the minute once it is complete. */
interface MadeRow {
  readonly sid: Sid;
  readonly accountNo: number;
  readonly priceMicros: number | null;
  /** It is not written again once it is complete. */
  readonly updatedMs: number;
}

/** What things of one table, whose SIDs begin with `prefix`, have spent. They hold nothing. */
const made =
  <Row extends MadeRow>(name: string, prefix: string, spec: TableSpec<Sid, Row>): OpenChargedRoom =>
  ({ store, accounts }) => {
    const rows = store.table(spec);
    const ownerOf = ownersByNo(accounts);
    return {
      name,
      owns: ({ resourceSid }) => resourceSid.startsWith(prefix),
      *all(): IterableIterator<Charged> {
        for (const [, { sid, accountNo, priceMicros, updatedMs }] of rows.entries()) {
          const ownerSid = ownerOf(accountNo);
          if (ownerSid === undefined) continue;
          const spent = priceMicros === null ? null : { parts: 1, micros: priceMicros, atMs: updatedMs };
          yield { sid, ownerSid, heldMicros: 0, spent };
        }
      },
    };
  };

/** What calls, recordings, transcriptions and stays in conferences hold and have spent. */
export const voiceCharges: readonly OpenChargedRoom[] = [
  callCharges,
  made('recordings', 'RE', recordingTable),
  made('transcriptions', 'TR', transcriptionTable),
  made('participants', 'CP', stayTable),
];
