import { assertNever } from '../../control/base/result.ts';
import type { CallStatus } from './call.ts';
import type { OutgoingEnd } from './signalling.ts';

/** What became of a call that was not answered. */
export interface Outcome {
  readonly status: Extract<CallStatus, 'busy' | 'no-answer' | 'failed' | 'canceled'>;
  /** One of Twilio's codes, or 0. */
  readonly errorCode: number;
  /** The SIP status that the call's record shows; 0 if there was none. */
  readonly sipCode: number;
}

type Row = readonly [from: number, to: number, status: Outcome['status'], errorCode: number];

/**
 * Final SIP statuses → what Twilio calls them (https://www.twilio.com/docs/voice/api/call-resource#call-status-values:
 * busy is a busy signal, no-answer a phone that rang out or is unavailable, failed everything that could not be
 * placed as dialled). The first row that holds the status counts.
 */
const table: readonly Row[] = [
  [401, 401, 'failed', 32202],
  [403, 403, 'failed', 32200],
  [404, 404, 'failed', 0],
  [407, 407, 'failed', 32202],
  [408, 408, 'no-answer', 0],
  [480, 480, 'no-answer', 0],
  [483, 483, 'failed', 32006],
  [486, 486, 'busy', 0],
  [487, 487, 'no-answer', 0],
  [488, 488, 'failed', 32102],
  [600, 600, 'busy', 0],
  // Section 21.6.2 of RFC 3261: the callee was asked and does not want to talk.
  [603, 603, 'busy', 0],
  [300, 699, 'failed', 0],
];

/** The outcome of a refused INVITE. */
export function outcomeOf(sipStatus: number): Outcome {
  const row = table.find(([from, to]) => sipStatus >= from && sipStatus <= to);
  return { status: row?.[2] ?? 'failed', errorCode: row?.[3] ?? 0, sipCode: sipStatus };
}

/** Nobody answered in the time that the application gave it. 487 is what our CANCEL brings back. */
export const rangOut: Outcome = { status: 'no-answer', errorCode: 0, sipCode: 487 };
export const canceled: Outcome = { status: 'canceled', errorCode: 0, sipCode: 487 };
/** No route, no ports, or an answer whose sound cannot be used. */
export const unplaceable: Outcome = { status: 'failed', errorCode: 0, sipCode: 0 };

/** The outcome of an attempt at one carrier. */
export function outcomeAt(end: Exclude<OutgoingEnd, { kind: 'answered' }>): Outcome {
  switch (end.kind) {
    case 'refused':
      return outcomeOf(end.status);
    case 'canceled':
      return canceled;
    case 'unreachable':
      switch (end.why) {
        case 'timeout':
          return { status: 'failed', errorCode: 32016, sipCode: 408 };
        case 'over-limit':
        case 'transport':
          return { status: 'failed', errorCode: 0, sipCode: 503 };
        case 'not-registered':
          return { status: 'failed', errorCode: 32009, sipCode: 480 };
        case 'forbidden':
          return { status: 'failed', errorCode: 32203, sipCode: 403 };
      }
  }
}

/** What became of an INVITE by a trunk, for statistics. */
export type AttemptOutcome =
  | 'answered'
  | 'busy'
  | 'no-answer'
  | 'declined'
  | 'canceled'
  | 'redirected'
  | 'refused-4xx'
  | 'refused-5xx'
  | 'refused-6xx'
  | Extract<OutgoingEnd, { kind: 'unreachable' }>['why'];

/**
 * A small set, by which an operator tells whose fault it was. The answer-seizure ratio (ITU-T E.411) is `answered` of all;
 * the network effectiveness ratio (E.425), and RFC 6076's session establishment effectiveness ratio (section 4.7), add
 * `busy`, `no-answer` and `declined`: the network did what it should.
 */
export function attemptOutcome(end: OutgoingEnd): AttemptOutcome {
  switch (end.kind) {
    case 'answered':
    case 'canceled':
      return end.kind;
    case 'unreachable':
      return end.why;
    case 'refused':
      return refusalOutcome(end.status);
    default:
      return assertNever(end);
  }
}

function refusalOutcome(status: number): AttemptOutcome {
  if (status === 486 || status === 600) return 'busy';
  if (status === 408 || status === 480 || status === 487) return 'no-answer';
  if (status === 603) return 'declined';
  if (status < 400) return 'redirected';
  if (status < 500) return 'refused-4xx';
  return status < 600 ? 'refused-5xx' : 'refused-6xx';
}

/** Whether the next carrier may do better: this one failed (5xx), or gave no answer at all. */
export function isRetryable(end: Exclude<OutgoingEnd, { kind: 'answered' }>): boolean {
  switch (end.kind) {
    case 'refused':
      return end.status >= 500 && end.status < 600;
    case 'unreachable':
      return end.why !== 'not-registered' && end.why !== 'forbidden';
    case 'canceled':
      return false;
  }
}
