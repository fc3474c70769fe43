import { bytesKey, type KeyCodec } from '../../../control/store/keys.ts';
import type { TableSpec } from '../../../control/store/table.ts';
import type { QueueKey } from './queue-table.ts';

/** A message and the time at which something is to happen to it. */
export interface TimedKey {
  readonly atMs: number;
  readonly id: Buffer;
}

const timedKey: KeyCodec<TimedKey> = {
  encode({ atMs, id }) {
    const bytes = Buffer.allocUnsafe(22);
    bytes.writeUIntBE(atMs, 0, 6);
    id.copy(bytes, 6);
    return bytes;
  },
  decode: (bytes) => ({ atMs: bytes.readUIntBE(0, 6), id: bytesKey.decode(bytes.subarray(6)) }),
};

/** Scheduled messages, by when they are due. */
export const scheduleTable: TableSpec<TimedKey, null> = { name: 'schedule', key: timedKey, version: 1 };

/** Queued messages with a ValidityPeriod of their own, by when they expire, and their place in the queue. */
export const deadlineTable: TableSpec<TimedKey, QueueKey> = { name: 'deadlines', key: timedKey, version: 1 };
