import type { KeyCodec } from '../../../control/store/keys.ts';
import type { TableSpec } from '../../../control/store/table.ts';

/**
 * A sender is a `From` of one account. Numbers belong to one account anyway; alphanumeric senders do not, and
 * each account has a queue of its own for them.
 */
export interface SenderId {
  readonly accountNo: number;
  readonly from: string;
}

/** A place in a sender's queue. `order` rises with time over the whole edge, and so within each queue. */
export interface QueueKey {
  readonly sender: SenderId;
  readonly order: number;
}

/** What the scheduler must know of a waiting message without reading its row. */
export interface QueueEntry {
  readonly id: Buffer;
  readonly segments: number;
  readonly deadlineMs: number;
  /** The tenant gave a ValidityPeriod: the message has a row among the deadlines. */
  readonly ownDeadline: boolean;
}

const orderHigh = 2 ** 32;

/** `account(4) from NUL order(8)`: one sender's queue is one stretch, in order of acceptance. */
const queueKey: KeyCodec<QueueKey> = {
  encode({ sender, order }) {
    const fromLength = Buffer.byteLength(sender.from);
    const bytes = Buffer.allocUnsafe(4 + fromLength + 1 + 8);
    bytes.writeUInt32BE(sender.accountNo, 0);
    bytes.write(sender.from, 4, 'utf8');
    bytes[4 + fromLength] = 0;
    bytes.writeUInt32BE(Math.floor(order / orderHigh), 5 + fromLength);
    bytes.writeUInt32BE(order % orderHigh, 9 + fromLength);
    return bytes;
  },
  decode(bytes) {
    const orderAt = bytes.length - 8;
    return {
      sender: { accountNo: bytes.readUInt32BE(0), from: bytes.toString('utf8', 4, orderAt - 1) },
      order: bytes.readUInt32BE(orderAt) * orderHigh + bytes.readUInt32BE(orderAt + 4),
    };
  },
};

export const firstOrder = 0;
export const lastOrder = Number.MAX_SAFE_INTEGER;

type PackedEntry = readonly [id: Buffer, segments: number, deadlineMs: number, ownDeadline: boolean];

/** Outbound messages that no carrier has taken yet. */
export const queueTable: TableSpec<QueueKey, QueueEntry> = {
  name: 'queue',
  key: queueKey,
  version: 1,
  pack: (entry): PackedEntry => [entry.id, entry.segments, entry.deadlineMs, entry.ownDeadline],
  unpack: (packed) => {
    const [id, segments, deadlineMs, ownDeadline] = packed as PackedEntry;
    return { id, segments, deadlineMs, ownDeadline };
  },
};
