import type { Account } from '../../control/accounts/account.ts';
import type { WebhookAlert } from '../webhook/alert.ts';
import type { Message, Status } from './message.ts';

/** What messaging tells the rest of the house: for metrics, events and the trace. Nothing here may throw. */
export interface MessagingObserver {
  /** A message came to be (`before` undefined) or changed its status. */
  changed(message: Message, before: Status | undefined): void;
  /** A submit_sm was answered after this many milliseconds. */
  submitted(carrier: string, outcome: 'accepted' | 'throttled' | 'refused' | 'lost', latencyMs: number): void;
  /** A carrier has taken a segment, and its final receipt is to come. */
  receiptAwaited(carrier: string): void;
  /** The final receipt of a segment has come. */
  receiptMatched(carrier: string): void;
  /** A carrier's receipt fits no message of ours. */
  strayReceipt(carrier: string): void;
  /** An inbound message was not taken. */
  inboundRefused(
    carrier: string,
    reason: 'unknownNumber' | 'unreadable' | 'overload' | 'unfunded' | 'blocked',
    to: string,
  ): void;
  /** Something that the tenant should hear of: one of Twilio's error codes about a message. */
  alert(account: Account, alert: WebhookAlert): void;
}
