import type { Account } from '../../control/accounts/account.ts';
import type { Result } from '../../control/base/result.ts';

/** A message that a call's <Sms> or <Message> sends. */
export interface CallText {
  readonly account: Account;
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly mediaUrls: readonly string[];
  readonly statusCallback: string;
}

/** The border to the life of messages, which voice does not know. */
export interface Texting {
  /** The message's SID and status, or one of Twilio's codes. */
  send(
    text: CallText,
  ): Promise<Result<{ readonly sid: string; readonly status: string }, { code: number; detail: string }>>;
}
