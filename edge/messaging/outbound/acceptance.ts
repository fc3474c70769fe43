import type { Clock } from '../../../control/base/clock.ts';
import { fail, ok, type Result } from '../../../control/base/result.ts';
import { sidBytes, type SidFactory } from '../../../control/base/sid.ts';
import type { Guards } from '../../../control/guards/guards.ts';
import { refusalOf } from '../../../control/guards/verdict.ts';
import { parseNumber } from '../../../control/inventory/e164.ts';
import type { PhoneNumber } from '../../../control/inventory/number.ts';
import { isAlphanumericSender, isShortCode } from '../../../control/inventory/e164.ts';
import type { OptOuts } from '../../../control/optouts/optouts.ts';
import type { Routes } from '../../../control/routing/route.ts';
import type { MessageCharges } from '../charges.ts';
import { sidPrefix, type Message } from '../message.ts';
import type { Scheduler } from '../queue/scheduler.ts';
import { waiting, type SenderQueue } from '../queue/sender-queue.ts';
import { characterCount, segmentCount } from '../segments/segments.ts';
import type { NewMessage, Refusal } from './new-message.ts';
import type { ServiceSenders } from '../services/service-senders.ts';
import type { Change, Ledger } from '../store/ledger.ts';

/** A message that has been written, and when that is on disk. */
export interface Taken {
  readonly message: Message;
  readonly durable: Promise<void>;
}

export interface AcceptanceLimits {
  readonly queueSegmentsMax: number;
  readonly validityMaxMs: number;
}

/** Twilio's bounds (https://www.twilio.com/docs/messaging/api/message-resource). */
const bodyMaxCharacters = 1600;
const mediaMax = 10;
const minuteMs = 60_000;
const sendAtMinMs = 5 * minuteMs;
const sendAtMaxMs = 35 * 24 * 60 * minuteMs;

/** https://www.twilio.com/docs/api/errors/30001 */
export const queueOverflow = 30001;

const refuse = (code: number, detail: string): Result<never, Refusal> => fail({ code, detail });

/** The owner of a number, as the inventory knows it. */
export type NumberLookup = (e164: string) => PhoneNumber | undefined;

/** Judges new messages and, when they are good, makes them durable in the queue of their sender. */
export class Acceptance {
  private readonly deps: AcceptanceDeps;

  constructor(deps: AcceptanceDeps) {
    this.deps = deps;
  }

  /** Resolves once the message is on disk; then it may be acknowledged. */
  async accept(wanted: NewMessage): Promise<Result<Message, Refusal>> {
    const taken = this.take(wanted);
    if (!taken.ok) return taken;
    await taken.value.durable;
    return ok(taken.value.message);
  }

  /** Judges and writes a message at once, so that what the caller writes next commits together with it. */
  take(wanted: NewMessage): Result<Taken, Refusal> {
    if (wanted.messagingServiceSid === undefined) return this.takeFrom(wanted);
    const { services } = this.deps;
    const applied = services.apply(wanted, wanted.messagingServiceSid);
    if (!applied.ok) return applied;
    const taken = this.takeFrom(applied.value);
    if (!taken.ok) return taken;
    const { message, durable } = taken.value;
    services.remember(wanted, message);
    return ok({ message: services.firstView(wanted, message), durable });
  }

  private takeFrom(wanted: NewMessage): Result<Taken, Refusal> {
    const { ledger } = this.deps;
    const judged = this.judge(wanted);
    if (!judged.ok) return judged;
    const message = judged.value;
    const create = (): void => {
      if (message.messagingServiceSid === '' || message.status !== 'queued') ledger.create(message);
      else this.createAccepted(message, { status: 'queued' });
      this.deps.guards.took('message', wanted.account, message.to);
      if (message.priceMicros !== null)
        this.deps.guards.spent(wanted.account, message.to, message.priceMicros);
    };
    if (message.status === 'scheduled') {
      create();
      ledger.schedule.put({ atMs: message.sendAtMs, id: sidBytes(message.sid) }, null);
      const durable = ledger.durable().then(() => this.deps.scheduled(message.sendAtMs));
      return ok({ message, durable });
    }
    if (message.media > 0) {
      create();
      this.deps.keepMediaUrls(message, wanted.mediaUrls);
      const durable = ledger.durable().then(() => this.deps.mediaDue(message));
      return ok({ message, durable });
    }
    const sender = this.deps.scheduler.queueOf({ accountNo: message.accountNo, from: message.from });
    if (!this.hasRoom(sender, message)) {
      // A service's messages are accepted before they have a sender (https://www.twilio.com/docs/api/errors/21611).
      if (message.messagingServiceSid !== '') return ok(this.overflowed(message));
      return refuse(
        21611,
        `${message.from} already has ${sender.waitingSegments} segments waiting. Send more slowly.`,
      );
    }
    create();
    return ok({ message, durable: this.enqueue(sender, message, wanted.validityMs !== null) });
  }

  /** A service's message begins as `accepted`; what it becomes then is told like every change. */
  private createAccepted(message: Message, change: Change): Message {
    const accepted: Message = { ...message, status: 'accepted' };
    this.deps.ledger.create(accepted);
    return this.deps.ledger.change(accepted, change);
  }

  private overflowed(message: Message): Taken {
    const failed = this.createAccepted(message, { status: 'failed', errorCode: queueOverflow });
    return { message: failed, durable: this.deps.ledger.durable() };
  }

  /** Whether the queue of a message's sender takes it. */
  hasRoom({ waitingSegments }: SenderQueue, { segments }: Message): boolean {
    return waitingSegments + segments <= this.deps.limits.queueSegmentsMax;
  }

  /** Puts a message at the end of its sender's queue; resolves once that is durable. */
  async enqueue(sender: SenderQueue, message: Message, ownDeadline: boolean): Promise<void> {
    const { ledger, scheduler } = this.deps;
    const id = sidBytes(message.sid);
    const { deadlineMs, segments } = message;
    const key = { sender: sender.id, order: this.deps.nextOrder() };
    const entry = { id, segments, deadlineMs, ownDeadline };
    sender.reserve(segments);
    ledger.queue.put(key, entry);
    if (ownDeadline) ledger.deadlines.put({ atMs: deadlineMs, id }, key);
    try {
      await ledger.durable();
    } catch (error) {
      sender.release(segments);
      throw error;
    }
    if (ownDeadline) this.deps.expiring(deadlineMs);
    scheduler.arrived(sender, waiting(key, entry, message));
  }

  private judge(wanted: NewMessage): Result<Message, Refusal> {
    const { account, raw } = wanted;
    const nowMs = this.deps.clock.now();
    const to = this.recipient(wanted.to);
    if (!to.ok) return to;
    const from = this.sender(wanted, to.value);
    if (!from.ok) return from;
    const content = judgeContent(wanted);
    if (!content.ok) return content;
    const timing = this.timing(wanted, nowMs);
    if (!timing.ok) return timing;
    const { messagingServiceSid = '' } = wanted;
    // Who opted out of one number of a service has opted out of the service.
    for (const sender of messagingServiceSid === '' ? [from.value] : [messagingServiceSid, from.value]) {
      if (!this.deps.optOuts.has({ accountNo: account.no, sender, recipient: to.value })) continue;
      return refuse(
        21610,
        `${to.value} has opted out of messages from ${sender}. Only they can opt in, with START.`,
      );
    }
    const verdict = this.deps.guards.message(account, from.value, to.value);
    if (verdict !== undefined) return fail(refusalOf(verdict, 'message'));
    if (!this.deps.routes.leadsTo(to.value)) {
      return refuse(
        21612,
        `No carrier of this edge takes messages to ${to.value}. The operator can add a route.`,
      );
    }
    const media = wanted.mediaUrls.length;
    const smartEncoding = wanted.smartEncoding ?? false;
    const segments = raw !== null ? 1 : segmentCount(wanted.body, { smartEncoding });
    const priceMicros = this.deps.charges.price(account, segments, {
      direction: 'outbound',
      kind: media > 0 ? 'mms' : 'sms',
      number: to.value,
      senderType: this.deps.lookup(from.value)?.type ?? 'alphanumeric',
    });
    // Nothing is awaited between here and the message's row, which holds the money.
    if (!this.deps.charges.affords(account, priceMicros)) {
      return refuse(20003, 'The account has no money left for this message. Ask the operator to top it up.');
    }
    return ok({
      sid: this.deps.newSid(sidPrefix(media)),
      accountNo: account.no,
      direction: wanted.direction,
      from: from.value,
      to: to.value,
      body: wanted.body,
      status: wanted.sendAtMs === null ? 'queued' : 'scheduled',
      errorCode: 0,
      segments,
      media,
      createdMs: nowMs,
      updatedMs: nowMs,
      sentMs: 0,
      sendAtMs: wanted.sendAtMs ?? 0,
      deadlineMs: timing.value,
      smartEncoding,
      statusCallback: wanted.statusCallback,
      carrier: '',
      parts: [],
      raw,
      receipt: wanted.receipt,
      priceMicros,
      feedback: wanted.provideFeedback ? 'unconfirmed' : 'none',
      messagingServiceSid,
    });
  }

  private recipient(to: string): Result<string, Refusal> {
    if (to === '') return refuse(21604, "A 'To' phone number is required.");
    if (isShortCode(to)) return refuse(21614, `${to} is a short code; messages go to phone numbers.`);
    const parsed = parseNumber(to);
    if (!parsed.ok)
      return refuse(
        21211,
        `The 'To' number ${printable(to)} is not a valid phone number. Use E.164, as in +14155552671.`,
      );
    return ok(parsed.value.e164);
  }

  private sender(wanted: NewMessage, to: string): Result<string, Refusal> {
    const { from, account } = wanted;
    if (from === '') return refuse(21603, "A 'From' number is required to send a message.");
    const normal = isShortCode(from) ? ok({ e164: from }) : parseNumber(from);
    if (!normal.ok) {
      if (isAlphanumericSender(from)) return ok(from);
      return refuse(
        21212,
        `The 'From' ${printable(from)} is neither a phone number in E.164, nor a short code, nor an alphanumeric sender.`,
      );
    }
    const { e164 } = normal.value;
    const owned = this.deps.lookup(e164);
    if (owned?.assignment?.accountSid !== account.sid) {
      return refuse(
        21606,
        `The 'From' ${e164} is not a number of this account. Buy it, or send from one that is.`,
      );
    }
    if (!owned.capabilities.sms) return refuse(21606, `The 'From' ${e164} cannot send text messages.`);
    if (wanted.mediaUrls.length > 0 && !owned.capabilities.mms) {
      return refuse(21621, `The 'From' ${e164} cannot send media.`);
    }
    if (e164 === to) return refuse(21266, `'To' and 'From' are both ${e164}.`);
    return ok(e164);
  }

  /** When the message expires, in Unix ms. */
  private timing({ validityMs, sendAtMs }: NewMessage, nowMs: number): Result<number, Refusal> {
    const { validityMaxMs } = this.deps.limits;
    if (validityMs !== null && (validityMs < 1000 || validityMs > validityMaxMs)) {
      return refuse(21624, `ValidityPeriod must be between 1 and ${validityMaxMs / 1000} seconds.`);
    }
    if (sendAtMs !== null && (sendAtMs < nowMs + sendAtMinMs || sendAtMs > nowMs + sendAtMaxMs)) {
      return refuse(35114, 'SendAt must be between 5 minutes and 35 days from now.');
    }
    return ok((sendAtMs ?? nowMs) + (validityMs ?? validityMaxMs));
  }
}

export interface AcceptanceDeps {
  readonly ledger: Ledger;
  readonly charges: MessageCharges;
  readonly scheduler: Scheduler;
  readonly optOuts: OptOuts;
  readonly guards: Pick<Guards, 'message' | 'took' | 'spent'>;
  readonly routes: Routes;
  readonly lookup: NumberLookup;
  readonly services: ServiceSenders;
  readonly clock: Clock;
  readonly newSid: SidFactory;
  readonly nextOrder: () => number;
  readonly limits: AcceptanceLimits;
  /** A scheduled message is on disk. */
  readonly scheduled: (atMs: number) => void;
  /** A queued message with a deadline of its own is on disk. */
  readonly expiring: (atMs: number) => void;
  readonly keepMediaUrls: (message: Message, urls: readonly string[]) => void;
  readonly mediaDue: (message: Message) => void;
}

function judgeContent({ body, mediaUrls, raw }: NewMessage): Result<null, Refusal> {
  if (raw !== null) return ok(null);
  if (body === '' && mediaUrls.length === 0)
    return refuse(21602, "A 'Body' or a 'MediaUrl' is required to send a message.");
  if (mediaUrls.length > mediaMax) return refuse(21623, `A message carries at most ${mediaMax} media files.`);
  if (characterCount(body) > bodyMaxCharacters) {
    return refuse(
      21617,
      `The body has ${characterCount(body)} characters; at most ${bodyMaxCharacters} can be sent.`,
    );
  }
  return ok(null);
}

/** What a tenant wrote, fit for an error message. */
const printable = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
