import type { ReceiptForm } from './smsc-receipt.ts';

/** How the SMSC behaves. All of it can be changed while it runs, except where it listens. */
export interface SmscBehaviour {
  /** Refuses binds with another password; undefined: every bind is accepted. */
  readonly password?: string;
  /** Answers each submit_sm so much later. 0: at once. */
  readonly latencyMs: number;
  /** ESME_RTHROTTLED for every n-th submit_sm. 0: never. */
  readonly throttleEvery: number;
  /** ESME_RTHROTTLED for what exceeds this many submit_sm in a second. 0: no limit. */
  readonly throttleAbovePerSecond: number;
  /** command_status for destinations with this suffix; the first that fits. */
  readonly statuses: readonly { readonly suffix: string; readonly status: number }[];
  /** Receipts for messages that asked for one; null: none. */
  readonly receipts: ReceiptBehaviour | null;
  /** deliver_sm without a response at one time, for each session. */
  readonly deliverWindow: number;
  /** message_id in the response is hexadecimal, and decimal in the receipt, as some SMSCs do. */
  readonly hexIds: boolean;
  /** Keeps every submit_sm for `record`. */
  readonly keep: boolean;
}

export interface ReceiptBehaviour {
  readonly delayMs: number;
  /** Where the receipt names the message: in its text, in receipted_message_id, or both. */
  readonly form: ReceiptForm;
  /** Final states by destination suffix; DELIVRD where none fits. */
  readonly states: readonly { readonly suffix: string; readonly state: string }[];
}

export const plainBehaviour: SmscBehaviour = {
  latencyMs: 0,
  throttleEvery: 0,
  throttleAbovePerSecond: 0,
  statuses: [],
  receipts: null,
  deliverWindow: 100,
  hexIds: false,
  keep: false,
};

/** What the SMSC has counted since it began or was last reset. Times are Unix ms, 0 before the first. */
export interface SmscCounts {
  readonly boundNow: number;
  readonly binds: number;
  readonly submits: number;
  readonly accepted: number;
  readonly throttled: number;
  readonly refused: number;
  /** deliver_sm sent (receipts and inbound messages), and their responses. */
  readonly delivered: number;
  readonly deliverResponses: number;
  readonly deliverRefused: number;
  readonly malformed: number;
  readonly firstSubmitMs: number;
  readonly lastSubmitMs: number;
}

/** One inbound message, or many that differ in the number at the end of their body (`… #000000123`). */
export interface InboundLoad {
  readonly count: number;
  readonly source: string;
  readonly destination: string;
  readonly body: string;
}

/** SmscCounts while they are counted. */
export type RunningCounts = { -readonly [Name in keyof Omit<SmscCounts, 'boundNow'>]: number };

export const zero = (): RunningCounts => ({
  binds: 0,
  submits: 0,
  accepted: 0,
  throttled: 0,
  refused: 0,
  delivered: 0,
  deliverResponses: 0,
  deliverRefused: 0,
  malformed: 0,
  firstSubmitMs: 0,
  lastSubmitMs: 0,
});
