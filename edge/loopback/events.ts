import type { MessageState } from '../smpp/message-state.ts';
import type { Role } from '../smpp/session-state.ts';
import type { PhoneText } from './phones.ts';

interface SessionFacts {
  readonly atMs: number;
  readonly systemId: string;
  readonly role: Role;
}

/** A client bound. */
export interface Bound extends SessionFacts {
  readonly type: 'bound';
}

/** A client's session ended. */
export interface Unbound extends SessionFacts {
  readonly type: 'unbound';
}

/** A submit_sm came. `status` is the command_status that answers it, `messageId` '' unless that is ESME_ROK. */
export interface Submitted {
  readonly type: 'submitted';
  readonly atMs: number;
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly sequence: number;
  readonly total: number;
  readonly status: number;
  readonly messageId: string;
}

/** A phone has a message, all its parts. */
export interface Received extends PhoneText {
  readonly type: 'received';
  readonly atMs: number;
}

/** What became of a deliver_sm; `dropped`: too many waited. */
export type Handover = 'accepted' | 'refused' | 'lost' | 'dropped';

/** A receipt was handed over, or could not be. */
export interface Reported {
  readonly type: 'reported';
  readonly atMs: number;
  readonly messageId: string;
  readonly state: MessageState;
  readonly outcome: Handover;
}

/** A phone's message was handed over, or could not be: the worst of what became of its parts. */
export interface Texted extends PhoneText {
  readonly type: 'texted';
  readonly atMs: number;
  readonly outcome: Handover;
}

/** What happens at the simulated carrier. Times are Unix milliseconds. */
export type CarrierEvent = Bound | Unbound | Submitted | Received | Reported | Texted;

/** Since the carrier began. */
export interface CarrierCounts {
  readonly boundNow: number;
  readonly binds: number;
  readonly submits: number;
  readonly accepted: number;
  readonly throttled: number;
  readonly refused: number;
  /** Messages that phones have, and those that ended otherwise; parts count. */
  readonly delivered: number;
  readonly undelivered: number;
  readonly receipts: number;
  /** Messages from phones, whole ones. */
  readonly texts: number;
  /** deliver_sm that the client refused or that were given up. */
  readonly notTaken: number;
}

/** CarrierCounts while they are counted. */
export type RunningCounts = { -readonly [Name in keyof CarrierCounts]: number };

export const zeroCounts = (): RunningCounts => ({
  boundNow: 0,
  binds: 0,
  submits: 0,
  accepted: 0,
  throttled: 0,
  refused: 0,
  delivered: 0,
  undelivered: 0,
  receipts: 0,
  texts: 0,
  notTaken: 0,
});
