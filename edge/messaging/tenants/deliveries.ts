import type { Account } from '../../../control/accounts/account.ts';
import { encodeGsm7 } from '../../smpp/text/gsm7.ts';
import { encodeUcs2 } from '../../smpp/text/ucs2.ts';
import type { DeliverSm } from '../../smpp/message.ts';
import type { MessageState } from '../../smpp/message-state.ts';
import type { Address } from '../../smpp/pdu.ts';
import { buildReceipt } from '../../smpp/receipt.ts';
import { bytesTlv, noTlvs } from '../../smpp/tlvs.ts';
import { dataCodingOf, type Encoding } from '../segments/segments.ts';
import type { Message, Status } from '../message.ts';
import type { Delivery, DeliveryKey } from '../store/job-tables.ts';
import type { Ledger } from '../store/ledger.ts';

/** A bound session of a tenant's that takes deliver_sm. */
export interface Receiver {
  capacity(): number;
  /** Only while `capacity()` is above 0. */
  deliver(sm: DeliverSm, done: (outcome: { readonly kind: 'accepted' | 'refused' | 'lost' }) => void): void;
}

/** Entries read at once for one account. */
const batch = 64;

/** What an account's receivers are owed and where we are in it. */
interface Desk {
  readonly receivers: Set<Receiver>;
  /** Sent and not yet acknowledged, by order. */
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
  private readonly desks = new Map<number, Desk>();

  constructor(ledger: Ledger) {
    this.ledger = ledger;
  }

  /** Whether anybody of this account is there to receive. */
  hasReceiver(account: Account): boolean {
    return (this.desks.get(account.no)?.receivers.size ?? 0) > 0;
  }

  bound(accountNo: number, receiver: Receiver): void {
    const desk = this.desks.get(accountNo) ?? { receivers: new Set(), open: new Set(), reached: 0 };
    this.desks.set(accountNo, desk);
    desk.receivers.add(receiver);
    this.due(accountNo);
  }

  unbound(accountNo: number, receiver: Receiver): void {
    const desk = this.desks.get(accountNo);
    desk?.receivers.delete(receiver);
    if (desk?.receivers.size === 0 && desk.open.size === 0) this.desks.delete(accountNo);
  }

  /** There is something new, or room again. */
  due(accountNo: number): void {
    const desk = this.desks.get(accountNo);
    if (desk === undefined) return;
    const start: DeliveryKey = { accountNo, order: desk.reached + 1 };
    const end: DeliveryKey = { accountNo, order: Number.MAX_SAFE_INTEGER };
    let receiver = freest(desk);
    let read = 0;
    if (receiver === undefined) return;
    for (const [key, delivery] of this.ledger.deliveries.entries({ start, end, limit: batch })) {
      receiver = freest(desk);
      if (receiver === undefined) return;
      read++;
      desk.reached = key.order;
      if (!desk.open.has(key.order)) this.send(desk, key, delivery, receiver);
    }
    // Goes on after this turn, so that one tenant's backlog does not hold up the others.
    if (read === batch) setImmediate(() => this.due(accountNo));
  }

  private send(desk: Desk, key: DeliveryKey, delivery: Delivery, receiver: Receiver): void {
    const message = this.ledger.messages.get(Buffer.from(delivery.id));
    if (message === undefined) return this.ledger.deliveries.remove(key);
    desk.open.add(key.order);
    receiver.deliver(delivery.kind === 'receipt' ? receiptSm(message) : inboundSm(message), (outcome) => {
      desk.open.delete(key.order);
      // A receiver that refuses a message would refuse it again; one that is lost may not have had it.
      if (outcome.kind === 'lost') desk.reached = Math.min(desk.reached, key.order - 1);
      else this.ledger.deliveries.remove(key);
      this.due(key.accountNo);
    });
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

function smppAddress(address: string): Address {
  if (address.startsWith('+')) return { ton: 1, npi: 1, addr: address.slice(1) };
  return /^\d+$/.test(address) ? { ton: 3, npi: 0, addr: address } : { ton: 5, npi: 0, addr: address };
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
