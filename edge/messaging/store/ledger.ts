import { idTimeMs, sidBytes } from '../../../control/base/sid.ts';
import type { Clock } from '../../../control/base/clock.ts';
import type { OrderedKey } from '../../../control/store/keys.ts';
import type { Store } from '../../../control/store/store.ts';
import type { Table } from '../../../control/store/table.ts';
import type { MessageCharges } from '../charges.ts';
import { isFinal, type Message } from '../message.ts';
import type { MessagingObserver } from '../observer.ts';
import { deadlineTable, scheduleTable, type TimedKey } from '../queue/timed-table.ts';
import { queueTable, type QueueEntry, type QueueKey } from '../queue/queue-table.ts';
import {
  callbackTable,
  deliveryTable,
  type Callback,
  type Delivery,
  type DeliveryKey,
} from './job-tables.ts';
import { MessageLists } from './message-lists.ts';
import { messageTable } from './message-table.ts';

/** What may change in a message after it exists. */
export type Change = Partial<
  Pick<
    Message,
    | 'status'
    | 'errorCode'
    | 'sentMs'
    | 'carrier'
    | 'parts'
    | 'body'
    | 'raw'
    | 'media'
    | 'feedback'
    | 'from'
    | 'priceMicros'
  >
>;

/** Told of work that a change has left on disk, once it is durable. */
export interface Followers {
  callbackDue(id: Buffer): void;
  deliveryDue(accountNo: number): void;
}

/**
 * The one place where messages are written. A change of a message, its place in the lists, and the work that
 * follows from it (its price, a status callback, a receipt to an SMPP tenant) are put in one stretch and so commit together.
 */
export class Ledger {
  readonly messages: Table<Buffer, Message>;
  readonly lists: MessageLists;
  readonly queue: Table<QueueKey, QueueEntry>;
  readonly callbacks: Table<OrderedKey, Callback>;
  readonly deliveries: Table<DeliveryKey, Delivery>;
  readonly schedule: Table<TimedKey, null>;
  readonly deadlines: Table<TimedKey, QueueKey>;
  readonly durable: () => Promise<void>;
  private readonly clock: Clock;
  private readonly observer: MessagingObserver;
  private readonly charges: MessageCharges;
  private readonly nextOrder: () => number;
  private followers: Followers = { callbackDue: () => undefined, deliveryDue: () => undefined };

  constructor(
    store: Store,
    clock: Clock,
    observer: MessagingObserver,
    charges: MessageCharges,
    nextOrder: () => number,
  ) {
    this.messages = store.table(messageTable);
    this.lists = new MessageLists(store, this.messages, clock);
    this.queue = store.table(queueTable);
    this.callbacks = store.table(callbackTable);
    this.deliveries = store.table(deliveryTable);
    this.schedule = store.table(scheduleTable);
    this.deadlines = store.table(deadlineTable);
    this.durable = () => store.durable();
    this.clock = clock;
    this.observer = observer;
    this.charges = charges;
    this.nextOrder = nextOrder;
  }

  follow(followers: Followers): void {
    this.followers = followers;
  }

  get(sid: string): Message | undefined {
    const message = this.messages.get(sidBytes(sid));
    // SM and MM share their numbers' space; a SID of the wrong kind names nothing.
    return message?.sid === sid ? message : undefined;
  }

  /** Whether a message has not changed for so long, or is gone. Tells most that are younger without reading them. */
  isStale(id: Buffer, keptMs: number): boolean {
    const beforeMs = this.clock.now() - keptMs;
    if (idTimeMs(id) > beforeMs) return false;
    const message = this.messages.get(Buffer.from(id));
    return message === undefined || message.updatedMs < beforeMs;
  }

  /** Enters a new message. Twilio sends no status callback for the status that a message begins with. */
  create(message: Message): void {
    this.messages.put(sidBytes(message.sid), message);
    this.lists.enter(message);
    this.charges.changed(message, undefined, message.createdMs);
    this.observer.changed(message, undefined);
  }

  /** Changes a message and leaves the work that follows. The caller awaits `durable` where it acknowledges. */
  change(before: Message, change: Change, doneDate?: string): Message {
    const message: Message = { ...before, ...change, updatedMs: this.clock.now() };
    const id = sidBytes(message.sid);
    this.messages.put(id, message);
    this.lists.move(before, message);
    if (message.priceMicros !== before.priceMicros) this.charges.repriced(before, message);
    if (message.status !== before.status) {
      this.charges.changed(message, before.status, message.updatedMs);
      this.observer.changed(message, before.status);
      this.followUp(id, message, doneDate);
    }
    return message;
  }

  /** The tenant's view of a message that has just been handed to a carrier. Not kept: after a crash it is queued still. */
  announceSending(message: Message): void {
    this.observer.changed({ ...message, status: 'sending' }, message.status);
    if (message.statusCallback !== '')
      this.leaveCallback(sidBytes(message.sid), { ...message, status: 'sending' });
  }

  /** Removes a message and every list's mention of it. */
  remove(message: Message): void {
    this.messages.remove(sidBytes(message.sid));
    this.lists.withdraw(message);
  }

  /** Leaves an inbound message for an SMPP tenant's receiver. */
  leaveDelivery(accountNo: number, delivery: Delivery): void {
    this.deliveries.put({ accountNo, order: this.nextOrder() }, delivery);
    this.afterCommit(() => this.followers.deliveryDue(accountNo));
  }

  private followUp(id: Buffer, message: Message, doneDate: string | undefined): void {
    if (message.statusCallback !== '') this.leaveCallback(id, message, doneDate);
    const wish = message.receipt;
    if (wish === null || !isFinal(message.status)) return;
    if (wish.when === 'failure' && message.status === 'delivered') return;
    this.leaveDelivery(message.accountNo, { kind: 'receipt', id });
  }

  private leaveCallback(id: Buffer, message: Message, doneDate?: string): void {
    this.callbacks.put(
      { id, order: this.nextOrder() },
      {
        sid: message.sid,
        status: message.status,
        errorCode: message.errorCode,
        doneDate: doneDate ?? '',
        attempts: 0,
      },
    );
    this.afterCommit(() => this.followers.callbackDue(id));
  }

  private afterCommit(act: () => void): void {
    // A commit that fails is reported to whoever acknowledges; the work then waits on no disk and none is due.
    this.durable().then(act, () => undefined);
  }
}
