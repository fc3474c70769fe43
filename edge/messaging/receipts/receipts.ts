import type { Clock } from '../../../control/base/clock.ts';
import { sidBytes } from '../../../control/base/sid.ts';
import { textsKey } from '../../../control/store/keys.ts';
import type { Store } from '../../../control/store/store.ts';
import { Sweep } from '../../../control/store/sweep.ts';
import type { Table, TableSpec } from '../../../control/store/table.ts';
import { idFormOf, idForms, idKey } from '../../smpp/receipt-id.ts';
import type { Receipt } from '../../smpp/receipt.ts';
import { isFinal, type Message, type Part } from '../message.ts';
import type { MessagingObserver } from '../observer.ts';
import { receiptOutcome } from '../outcomes.ts';
import type { Fallback } from '../services/fallback.ts';
import type { Ledger } from '../store/ledger.ts';
import { LearnedForms } from './learned-forms.ts';

/** The segment that a carrier's message_id stands for. */
interface Expected {
  readonly id: Buffer;
  readonly part: number;
}

/** Segments whose receipts are awaited, by carrier and message_id. */
const expectedTable: TableSpec<readonly string[], Expected> = {
  name: 'awaited-receipts',
  key: textsKey,
  version: 1,
};

/** A receipt that came before the submit_sm_resp that tells us whose it is. */
interface Early {
  readonly receipt: Receipt;
  /** source_addr of the receipt: the message's recipient. */
  readonly source: string;
  readonly atMs: number;
}

const earlyTable: TableSpec<readonly string[], Early> = { name: 'early-receipts', key: textsKey, version: 1 };

/** Early receipts kept at once; a response overtaken by its receipt follows within moments. */
const earlyMax = 50_000;
const earlyKeptMs = 10 * 60_000;

/** Matches carriers' receipts with the segments they speak of, and draws the messages' final status from them. */
export class Receipts {
  private readonly ledger: Ledger;
  private readonly clock: Clock;
  private readonly observer: MessagingObserver;
  private readonly expected: Table<readonly string[], Expected>;
  private readonly early: Table<readonly string[], Early>;
  /** The keys of `early`, oldest first, so that the usual case of none costs nothing. */
  private readonly earlyKeys = new Map<string, number>();
  readonly forms: LearnedForms;
  private readonly fallback: Fallback;
  private readonly sweep: Sweep<readonly string[], Expected>;

  /** A receipt is awaited for `awaitedMs` after the last change of its message. */
  constructor(
    store: Store,
    ledger: Ledger,
    clock: Clock,
    observer: MessagingObserver,
    { awaitedMs, fallback }: { readonly awaitedMs: number; readonly fallback: Fallback },
  ) {
    this.fallback = fallback;
    this.ledger = ledger;
    this.clock = clock;
    this.observer = observer;
    this.expected = store.table({ ...expectedTable, readsOwnWrites: true });
    this.early = store.table({ ...earlyTable, readsOwnWrites: true });
    this.forms = new LearnedForms(store);
    this.sweep = new Sweep(this.expected, clock, (_, { id }) => ledger.isStale(id, awaitedMs));
    const kept = Array.from(this.early.entries(), ([key, { atMs }]) => [key.join('\0'), atMs] as const);
    for (const [name, atMs] of kept.sort((a, b) => a[1] - b[1])) this.earlyKeys.set(name, atMs);
  }

  /** Begins to forget receipts that do not come. */
  start(): void {
    this.sweep.start();
  }

  stop(): void {
    this.sweep.stop();
  }

  /** A carrier has taken a segment under this id. Joins the write that records it. */
  expect(carrier: string, carrierId: string, message: Message, part: number): void {
    const key = idKey(carrierId);
    if (key === '') return;
    this.expected.put([carrier, key], { id: sidBytes(message.sid), part });
    this.observer.receiptAwaited(carrier);
    if (this.earlyKeys.size > 0) this.meetEarly(carrier, carrierId);
  }

  /** Awaits nothing more of a message's segments, which have another sender now. */
  forget({ carrier, parts }: Message): void {
    for (const { carrierId } of parts)
      if (carrierId !== '') this.expected.remove([carrier, idKey(carrierId)]);
  }

  /** A receipt has come. It may be acknowledged once the ledger is durable. */
  receive(carrier: string, receipt: Receipt, source: string): void {
    if (!receipt.final) return;
    const found = this.find(carrier, receipt, source);
    if (found === undefined) this.keepEarly(carrier, receipt, source);
    else this.settle(found.key, found.expected, receipt);
  }

  private find(
    carrier: string,
    receipt: Receipt,
    source: string,
  ): { key: readonly string[]; expected: Expected } | undefined {
    for (const messageId of receipt.messageIds) {
      const found = this.look(carrier, messageId, source);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /**
   * While a carrier's form is unknown, a number read in another base may be some other message's, and so may the
   * number as it stands: the reading whose recipient agrees tells the form. It is learned from the first receipt, for
   * a repeated one would find nothing as it stands and then be read in another base.
   */
  private look(
    carrier: string,
    messageId: string,
    source: string,
  ): { key: readonly string[]; expected: Expected } | undefined {
    const ids = idForms(messageId, this.forms.of(carrier));
    let asItStands: { key: readonly string[]; expected: Expected } | undefined;
    for (const [guess, id] of ids.entries()) {
      const key = [carrier, id];
      const expected = this.expected.get(key);
      if (expected === undefined) continue;
      if (ids.length === 1) {
        this.forms.confirm(carrier);
        return { key, expected };
      }
      if (this.isRecipient(expected, source)) {
        this.forms.learn(carrier, idFormOf(messageId, id));
        return { key, expected };
      }
      if (guess === 0) asItStands = { key, expected };
    }
    if (ids.length === 1 && this.fitsOtherwise(carrier, messageId, source)) this.forms.doubt(carrier);
    return asItStands;
  }

  /** Whether a receipt would be the message's of its recipient if the carrier wrote its ids in another form. */
  private fitsOtherwise(carrier: string, messageId: string, source: string): boolean {
    return idForms(messageId).some((id) => {
      const expected = this.expected.get([carrier, id]);
      return expected !== undefined && this.isRecipient(expected, source);
    });
  }

  private isRecipient(expected: Expected, source: string): boolean {
    return this.ledger.messages.get(expected.id)?.to.replace('+', '') === source.replace('+', '');
  }

  private settle(key: readonly string[], { id, part }: Expected, receipt: Receipt): void {
    const message = this.ledger.messages.get(id);
    this.expected.remove(key);
    this.observer.receiptMatched(key[0] ?? '');
    if (message === undefined || isFinal(message.status)) return;
    const outcome = receiptOutcome(receipt.state, receipt.errorCode);
    if (outcome.status === 'none') return;
    const state = outcome.status === 'delivered' ? 'delivered' : 'failed';
    const parts = message.parts.map((one, index): Part => (index === part ? { ...one, state } : one));
    // All segments must arrive for the message to be read; one that does not is enough to lose it.
    const whole = parts.every((one) => one.state === 'delivered');
    if (state === 'failed') {
      if (message.status === 'sent' && this.fallback.takes(message, outcome.errorCode))
        return this.forget(message);
      this.ledger.change(
        message,
        { parts, status: 'undelivered', errorCode: outcome.errorCode },
        receipt.doneDate,
      );
    } else {
      this.ledger.change(message, { parts, ...(whole ? { status: 'delivered' } : {}) }, receipt.doneDate);
    }
  }

  private keepEarly(carrier: string, receipt: Receipt, source: string): void {
    const [messageId] = receipt.messageIds;
    const nowMs = this.clock.now();
    this.forgetOld(nowMs);
    if (messageId === undefined || this.earlyKeys.size >= earlyMax)
      return this.observer.strayReceipt(carrier);
    const key = [carrier, idKey(messageId)];
    this.early.put(key, { receipt, source, atMs: nowMs });
    this.earlyKeys.delete(key.join('\0'));
    this.earlyKeys.set(key.join('\0'), nowMs);
  }

  private meetEarly(carrier: string, carrierId: string): void {
    for (const [guess, id] of idForms(carrierId).entries()) {
      const key = [carrier, id];
      const early = this.earlyKeys.has(key.join('\0')) ? this.early.get(key) : undefined;
      const expected = this.expected.get([carrier, idKey(carrierId)]);
      if (early === undefined || expected === undefined) continue;
      if (guess > 0 && !this.isRecipient(expected, early.source)) continue;
      this.early.remove(key);
      this.earlyKeys.delete(key.join('\0'));
      return this.settle([carrier, idKey(carrierId)], expected, early.receipt);
    }
  }

  private forgetOld(nowMs: number): void {
    for (const [name, atMs] of this.earlyKeys) {
      if (nowMs - atMs < earlyKeptMs) break;
      this.earlyKeys.delete(name);
      const key = name.split('\0');
      this.early.remove(key);
      this.observer.strayReceipt(key[0] ?? '');
    }
  }
}
