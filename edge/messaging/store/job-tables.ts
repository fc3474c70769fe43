import type { Sid } from '../../../control/base/sid.ts';
import type { KeyCodec, OrderedKey } from '../../../control/store/keys.ts';
import type { TableSpec } from '../../../control/store/table.ts';
import type { Status } from '../message.ts';

/** A status callback that a message still owes, in the order of its changes. */
export interface Callback {
  readonly sid: Sid;
  readonly status: Status;
  readonly errorCode: number;
  /** The receipt's done date as it came (YYMMDDhhmm), '' if none. */
  readonly doneDate: string;
  readonly attempts: number;
}

/** The greatest order of a callback; it rises over all messages, so that it needs more than 32 bits. */
export const callbackOrderMax = Number.MAX_SAFE_INTEGER;

const orderHigh = 2 ** 32;

function writeOrder(bytes: Buffer, order: number, at: number): void {
  bytes.writeUInt32BE(Math.floor(order / orderHigh), at);
  bytes.writeUInt32BE(order % orderHigh, at + 4);
}

const readOrder = (bytes: Buffer, at: number): number =>
  bytes.readUInt32BE(at) * orderHigh + bytes.readUInt32BE(at + 4);

const callbackKey: KeyCodec<OrderedKey> = {
  encode({ id, order }) {
    const bytes = Buffer.allocUnsafe(24);
    id.copy(bytes, 0);
    writeOrder(bytes, order, 16);
    return bytes;
  },
  decode: (bytes) => ({ id: bytes.subarray(0, 16), order: readOrder(bytes, 16) }),
};

export const callbackTable: TableSpec<OrderedKey, Callback> = {
  name: 'callbacks',
  key: callbackKey,
  version: 1,
};

/** Something that an SMPP tenant's receiver is owed, in order. */
export interface DeliveryKey {
  readonly accountNo: number;
  readonly order: number;
}

export type Delivery =
  /** The receipt of a message whose final status is in its row. */
  | { readonly kind: 'receipt'; readonly id: Buffer }
  /** An inbound message. */
  | { readonly kind: 'inbound'; readonly id: Buffer };

const deliveryKey: KeyCodec<DeliveryKey> = {
  encode({ accountNo, order }) {
    const bytes = Buffer.allocUnsafe(12);
    bytes.writeUInt32BE(accountNo, 0);
    writeOrder(bytes, order, 4);
    return bytes;
  },
  decode: (bytes) => ({ accountNo: bytes.readUInt32BE(0), order: readOrder(bytes, 4) }),
};

export const deliveryTable: TableSpec<DeliveryKey, Delivery> = {
  name: 'tenant-deliveries',
  key: deliveryKey,
  version: 1,
};
