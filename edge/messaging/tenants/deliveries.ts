import type { Account } from '../../../control/accounts/account.ts';
import type { Clock } from '../../../control/base/clock.ts';
import { textsKey } from '../../../control/store/keys.ts';
import type { Store } from '../../../control/store/store.ts';
import { Sweep } from '../../../control/store/sweep.ts';
import type { Table, TableSpec } from '../../../control/store/table.ts';
import { smppAddress } from '../../smpp/address.ts';
import { encodeGsm7 } from '../../smpp/text/gsm7.ts';
import { encodeUcs2 } from '../../smpp/text/ucs2.ts';
import type { DeliverSm } from '../../smpp/message.ts';
import type { MessageState } from '../../smpp/message-state.ts';
import { buildReceipt } from '../../smpp/receipt.ts';
import { status } from '../../smpp/status.ts';
import { bytesTlv, noTlvs } from '../../smpp/tlvs.ts';
import { dataCodingOf, type Encoding } from '../segments/segments.ts';
import type { Message, Status } from '../message.ts';
import type { Delivery, DeliveryKey } from '../store/job-tables.ts';
import type { Ledger } from '../store/ledger.ts';

export type ReceiverOutcome =
  { readonly kind: 'accepted' | 'lost' } | { readonly kind: 'refused'; readonly status: number };

/** A bound session of a tenant's that takes deliver_sm. */
export interface Receiver {
  capacity(): number;
  /** Only while `capacity()` is above 0. */
  deliver(sm: DeliverSm, done: (outcome: ReceiverOutcome) => void): void;
}

/** When a receiver of an account was last bound, by `Account.no`, in Unix ms. */
const seenTable: TableSpec<readonly string[], number> = {
  name: 'tenant-receivers',
  key: textsKey,
  version: 1,
};

/** A tenant whose receiver has been away for longer gets its inbound messages by REST only. */
const rememberedMs = 7 * 24 * 3_600_000;

/** command_status by which a receiver asks to be tried again later (SMPP 3.4 §5.1.3). */
const temporary: ReadonlySet<number> = new Set([
  status.ESME_RSYSERR,
  status.ESME_RMSGQFUL,
  status.ESME_RTHROTTLED,
  status.ESME_RX_T_APPN,
]);
const retryMs = 1_000;

/** Deliveries of one account under way, or put off, at a time. */
const openMax = 1_000;

/** Entries read at once for one account. */
const batch = 64;

/** What an account's receivers are owed and where we are in it. */
interface Desk {
  readonly receivers: Set<Receiver>;
  /** Sent, and not yet acknowledged and removed on disk, by order. */
  readonly open: Set<number>;
  /** Entries up to here have been sent, or are to be sent again after a rewind. */
  reached: number;
}

/**
 * Hands SMPP tenants their receipts and inbound messages, in order, each until it is acknowledged; what finds no
 * bound receiver waits on disk.
 */
export class Deliveries {
  private readonly ledger: Ledger;
  private readonly clock: Clock;
  private readonly seen: Table<readonly string[], number>;
  private readonly desks = new Map<number, Desk>();
  private readonly sweep: Sweep<DeliveryKey, Delivery>;
  private stopped = false;

  /** What nobody fetches is kept for `keptMs` after its message's last change; it can be had by REST still. */
  constructor(store: Store, ledger: Ledger, clock: Clock, { keptMs }: { readonly keptMs: number }) {
    this.ledger = ledger;
    this.clock = clock;
    this.seen = store.table(seenTable);
    this.sweep = new Sweep(ledger.deliveries, clock, (_, { id }) => ledger.isStale(id, keptMs));
  }

  /** Whether somebody of this account is there to receive, or was within the last week. */
  hasReceiver(account: Account): boolean {
    if ((this.desks.get(account.no)?.receivers.size ?? 0) > 0) return true;
    const seenMs = this.seen.get([String(account.no)]);
    return seenMs !== undefined && this.clock.now() - seenMs < rememberedMs;
  }

  bound(accountNo: number, receiver: Receiver): void {
    const desk = this.desks.get(accountNo) ?? { receivers: new Set(), open: new Set(), reached: 0 };
    this.desks.set(accountNo, desk);
    desk.receivers.add(receiver);
    this.note(accountNo);
    this.due(accountNo);
  }

  private note(accountNo: number): void {
    this.seen.put([String(accountNo)], this.clock.now());
  }

  unbound(accountNo: number, receiver: Receiver): void {
    const desk = this.desks.get(accountNo);
    if (desk === undefined) return;
    desk.receivers.delete(receiver);
    this.note(accountNo);
    this.letGo(accountNo, desk);
  }

  /** Begins to drop what nobody fetches. */
  start(): void {
    this.sweep.start();
  }

  /** Sends nothing more. What is under way is still settled. */
  stop(): void {
    this.stopped = true;
    this.sweep.stop();
  }

  /** There is something new, or room again. */
  due(accountNo: number): void {
    const desk = this.desks.get(accountNo);
    if (desk === undefined || this.stopped) return;
    const start: DeliveryKey = { accountNo, order: desk.reached + 1 };
    const end: DeliveryKey = { accountNo, order: Number.MAX_SAFE_INTEGER };
    let receiver = freest(desk);
    let read = 0;
    if (receiver === undefined) return;
    for (const [key, delivery] of this.ledger.deliveries.entries({ start, end, limit: batch })) {
      receiver = freest(desk);
      if (receiver === undefined || desk.open.size >= openMax) return;
      read++;
      desk.reached = key.order;
      if (!desk.open.has(key.order)) this.send(desk, key, delivery, receiver);
    }
    // Goes on after this turn, so that one tenant's backlog does not hold up the others.
    if (read === batch) setImmediate(() => this.due(accountNo));
  }

  private send(desk: Desk, key: DeliveryKey, delivery: Delivery, receiver: Receiver): void {
    const message = this.ledger.messages.get(Buffer.from(delivery.id));
    if (message === undefined) return this.settle(desk, key);
    desk.open.add(key.order);
    receiver.deliver(delivery.kind === 'receipt' ? receiptSm(message) : inboundSm(message), (outcome) => {
      // One that is lost may not have had it; one that refuses a message for good would refuse it again.
      if (outcome.kind === 'lost') this.again(desk, key);
      else if (outcome.kind === 'refused' && temporary.has(outcome.status))
        this.clock.after(retryMs, () => this.again(desk, key));
      else this.settle(desk, key);
      this.due(key.accountNo);
    });
  }

  private again(desk: Desk, key: DeliveryKey): void {
    desk.open.delete(key.order);
    desk.reached = Math.min(desk.reached, key.order - 1);
    this.letGo(key.accountNo, desk);
    this.due(key.accountNo);
  }

  /** Removes an entry. Until that is on disk a read meets it still, and `open` keeps it from being sent again. */
  private settle(desk: Desk, key: DeliveryKey): void {
    desk.open.add(key.order);
    this.ledger.deliveries.remove(key);
    const settled = (): void => {
      desk.open.delete(key.order);
      this.letGo(key.accountNo, desk);
    };
    this.ledger.durable().then(settled, settled);
  }

  private letGo(accountNo: number, desk: Desk): void {
    const idle = desk.receivers.size === 0 && desk.open.size === 0;
    if (idle && this.desks.get(accountNo) === desk) this.desks.delete(accountNo);
  }
}

function freest(desk: Desk): Receiver | undefined {
  let best: Receiver | undefined;
  let room = 0;
  for (const receiver of desk.receivers) {
    const capacity = receiver.capacity();
    if (capacity > room) {
      room = capacity;
      best = receiver;
    }
  }
  return best;
}

/** SMPP message_state of a final status (SMPP 3.4 §5.2.28). */
function stateOf(status: Status): MessageState {
  switch (status) {
    case 'delivered':
      return 'DELIVERED';
    case 'canceled':
      return 'DELETED';
    case 'failed':
      return 'REJECTED';
    default:
      return 'UNDELIVERABLE';
  }
}

const plain = {
  serviceType: '',
  protocolId: 0,
  priorityFlag: 0,
  scheduleDeliveryTime: '',
  validityPeriod: '',
  registeredDelivery: 0,
  replaceIfPresent: 0,
} as const;

/** A receipt goes from the message's recipient to its sender. */
function receiptSm(message: Message): DeliverSm {
  const receipt = buildReceipt({
    messageId: message.sid,
    state: stateOf(message.status),
    submittedMs: message.createdMs,
    doneMs: message.updatedMs,
    errorCode: message.errorCode === 0 ? '000' : String(message.errorCode % 1000).padStart(3, '0'),
    text: message.body,
  });
  return {
    ...plain,
    source: smppAddress(message.to),
    destination: smppAddress(message.from),
    esmClass: receipt.esmClass,
    dataCoding: 0,
    shortMessage: Buffer.from(receipt.text, 'latin1'),
    tlvs: receipt.tlvs,
  };
}

/** short_message's limit in SMPP 3.4 (§5.2.22); a longer text goes into message_payload. */
const shortMessageMax = 254;

function inboundSm(message: Message): DeliverSm {
  const septets = encodeGsm7(message.body);
  const encoding: Encoding = septets === undefined ? 'UCS-2' : 'GSM-7';
  const octets = septets ?? encodeUcs2(message.body);
  const long = octets.length > shortMessageMax;
  return {
    ...plain,
    source: smppAddress(message.from),
    destination: smppAddress(message.to),
    esmClass: 0,
    dataCoding: dataCodingOf(encoding),
    shortMessage: long ? Buffer.alloc(0) : octets,
    tlvs: long ? [bytesTlv('message_payload', octets)] : noTlvs,
  };
}
