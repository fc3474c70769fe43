import type { Clock } from '../../../control/base/clock.ts';
import { fail, ok, type Result } from '../../../control/base/result.ts';
import type { SidFactory } from '../../../control/base/sid.ts';
import type { Guards } from '../../../control/guards/guards.ts';
import { refusalOf } from '../../../control/guards/verdict.ts';
import { isAlphanumericSender, isShortCode, parseNumber } from '../../../control/inventory/e164.ts';
import type { PhoneNumber } from '../../../control/inventory/number.ts';
import type { Owner } from '../../../control/inventory/owners.ts';
import type { OptOuts } from '../../../control/optouts/optouts.ts';
import type { Routes } from '../../../control/routing/route.ts';
import type { MessageCharges } from '../charges.ts';
import { sidPrefix, type Message } from '../message.ts';
import { characterCount, segmentCount } from '../segments/segments.ts';
import type { NewMessage, Refusal } from './new-message.ts';

/** Twilio's bounds (https://www.twilio.com/docs/messaging/api/message-resource). */
const bodyMaxCharacters = 1600;
const mediaMax = 10;
const minuteMs = 60_000;
const sendAtMinMs = 5 * minuteMs;
const sendAtMaxMs = 35 * 24 * 60 * minuteMs;

const refuse = (code: number, detail: string): Result<never, Refusal> => fail({ code, detail });

/** A number of this edge, as the inventory knows it. */
export type NumberLookup = (e164: string) => PhoneNumber | undefined;

export interface JudgementDeps {
  readonly charges: MessageCharges;
  readonly optOuts: OptOuts;
  readonly guards: Pick<Guards, 'message'>;
  readonly routes: Routes;
  /** Whose a number is. */
  readonly ownerOf: (e164: string) => Owner | undefined;
  readonly clock: Clock;
  readonly newSid: SidFactory;
  readonly limits: { readonly validityMaxMs: number };
}

/** Judges new messages: numbers, sender, content, time, opt-out, guards, route and money. Writes nothing. */
export class Judgement {
  private readonly deps: JudgementDeps;

  constructor(deps: JudgementDeps) {
    this.deps = deps;
  }

  /** The message as it will be written, or why it will not be. */
  of(wanted: NewMessage): Result<Message, Refusal> {
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
      senderType: this.deps.ownerOf(from.value)?.type ?? 'alphanumeric',
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
    const owned = this.deps.ownerOf(e164);
    if (owned?.accountSid !== account.sid) {
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
