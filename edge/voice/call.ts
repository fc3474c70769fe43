import { assertNever } from '../../control/base/result.ts';
import type { Sid } from '../../control/base/sid.ts';
import type { CategoryName } from '../../control/billing/categories.ts';
import { freeCall, type CallPrice } from '../../control/prices/price.ts';
import type { AnsweredBy } from '../../media/media.ts';

/**
 * A call's statuses (https://www.twilio.com/docs/voice/api/call-resource). `initiated` is Twilio's name, in callbacks,
 * for a call that has left the queue and has not rung yet; its REST API knows `queued` for both.
 */
export type CallStatus =
  | 'queued'
  | 'initiated'
  | 'ringing'
  | 'in-progress'
  | 'completed'
  | 'busy'
  | 'no-answer'
  | 'canceled'
  | 'failed';

/** `outbound-dial`: a leg that a <Dial> of another call placed. */
export type CallDirection = 'inbound' | 'outbound-api' | 'outbound-dial';

/** The events of a call that an application may be told of. */
export type CallEvent = 'initiated' | 'ringing' | 'answered' | 'completed';
export const callEvents: readonly CallEvent[] = ['initiated', 'ringing', 'answered', 'completed'];

export type HttpMethod = 'GET' | 'POST';

/** A URL that is told of events. */
export interface EventTarget<Event extends string> {
  readonly url: string;
  readonly method: HttpMethod;
  readonly events: readonly Event[];
}

/** What a call costs; amounts are millionths. The price is the one at its beginning. */
export interface CallBill {
  readonly category: CategoryName;
  readonly price: CallPrice;
  /** Held of its account's money while it goes on. */
  readonly heldMicros: number;
  /** Null until it has ended, and of a call that nobody answered. */
  readonly priceMicros: number | null;
}

/** Of a call that was made when calls cost nothing. */
export const unbilled: CallBill = { category: 'calls', price: freeCall, heldMicros: 0, priceMicros: null };

/** One call leg, as it is kept. Times are Unix milliseconds, 0 where they have not come; texts are '' where unset. */
export interface Call {
  /** CA… */
  readonly sid: Sid;
  /** `Account.no` of the tenant. */
  readonly accountNo: number;
  readonly direction: CallDirection;
  /** E.164, a SIP URI, `client:…`, or what the carrier said (`anonymous`). */
  readonly from: string;
  readonly to: string;
  /** The call whose <Dial> placed this one. */
  readonly parentSid: Sid;
  /** PN… of the tenant's number that was called or that called. */
  readonly phoneNumberSid: Sid;
  /** From Diversion or History-Info of the carrier. */
  readonly forwardedFrom: string;
  readonly callerName: string;
  readonly status: CallStatus;
  /** A code of Twilio's table, or 0. */
  readonly errorCode: number;
  /** The final SIP status; 0 before there is one. */
  readonly sipCode: number;
  readonly createdMs: number;
  readonly updatedMs: number;
  /** How long it waited for its turn (`queue_time`). */
  readonly queueTimeMs: number;
  /** When dialling began, or an inbound call came; moved to the moment of answering once answered. */
  readonly startedMs: number;
  readonly answeredMs: number;
  readonly endedMs: number;
  readonly answeredBy: AnsweredBy | '';
  /** The carrier or SIP domain that has it or brought it, by name. */
  readonly carrier: string;
  /** STIR verdict of an inbound call, e.g. `TN-Validation-Passed-A`. */
  readonly stirVerstat: string;
  /** Null if nobody wants to be told. */
  readonly statusCallback: EventTarget<CallEvent> | null;
  readonly bill: CallBill;
  /** SequenceNumber of the next status callback; it orders them on disk, too. */
  readonly nextSequence: number;
}

/** No further change of status is possible. */
export function isFinal(status: CallStatus): boolean {
  switch (status) {
    case 'completed':
    case 'busy':
    case 'no-answer':
    case 'canceled':
    case 'failed':
      return true;
    case 'queued':
    case 'initiated':
    case 'ringing':
    case 'in-progress':
      return false;
    default:
      return assertNever(status);
  }
}

/** The status as the REST API shows it. */
export const restStatus = (status: CallStatus): Exclude<CallStatus, 'initiated'> =>
  status === 'initiated' ? 'queued' : status;

/** Seconds from answer to end, rounded up as they are billed; null while it has not ended or never was answered. */
export function durationSeconds(call: Call): number | null {
  if (call.endedMs === 0) return null;
  return call.answeredMs === 0 ? 0 : Math.max(0, Math.ceil((call.endedMs - call.answeredMs) / 1000));
}
