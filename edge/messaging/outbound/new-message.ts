import type { Account } from '../../../control/accounts/account.ts';
import type { Direction, RawPayload, ReceiptWish } from '../message.ts';

/** A message that a tenant wants sent, its parameters well-formed but not yet judged. */
export interface NewMessage {
  readonly account: Account;
  readonly direction: Exclude<Direction, 'inbound'>;
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly mediaUrls: readonly string[];
  readonly statusCallback: string;
  /** null: the longest. */
  readonly validityMs: number | null;
  /** null: at once. */
  readonly sendAtMs: number | null;
  /** null: as its Messaging Service says, else false. */
  readonly smartEncoding: boolean | null;
  readonly provideFeedback: boolean;
  readonly raw: RawPayload | null;
  readonly receipt: ReceiptWish | null;
  /** The Messaging Service that picks the sender, or has the one that is given in its pool. */
  readonly messagingServiceSid?: string;
}

/** Why a message was not accepted: one of Twilio's codes, and words that say what to do. */
export interface Refusal {
  readonly code: number;
  readonly detail: string;
}
