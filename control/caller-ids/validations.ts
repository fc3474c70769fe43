import type { Account } from '../accounts/account.ts';
import type { Random } from '../base/random.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { Sid } from '../base/sid.ts';
import type { HttpMethod } from '../inventory/number.ts';
import { friendlyNumber } from '../inventory/e164.ts';
import type { CallerIds } from './caller-ids.ts';

/** What a tenant wants verified (https://www.twilio.com/docs/voice/api/outgoing-caller-ids#add-an-outgoing-caller-id). */
export interface ValidationWish {
  readonly account: Account;
  /** E.164. */
  readonly phoneNumber: string;
  /** A number of the account, which the call shows; '' if it has none. */
  readonly from: string;
  /** '' for the number as people write it. */
  readonly friendlyName: string;
  readonly delayMs: number;
  /** Digits dialled once the call is answered; '' for none. */
  readonly extension: string;
  readonly statusCallback: { readonly url: string; readonly method: HttpMethod } | null;
}

/** A call that asks whoever answers for a code. */
export interface ValidationCall extends ValidationWish {
  /** Six digits. */
  readonly code: string;
  /**
   * The callee has entered the code: the number is the account's to show. Gives the SID that the status callback
   * names as OutgoingCallerIdSid, beside VerificationStatus=success; one that failed has VerificationStatus=failed.
   */
  readonly verified: () => Promise<Sid>;
}

/** Why such a call cannot be placed: one of Twilio's codes, and words that say what to do. */
export interface ValidationRefusal {
  readonly code: number;
  readonly detail: string;
}

/** Who places the calls. */
export interface ValidationCalls {
  /** Queues a call; resolves when it is on disk. */
  place(call: ValidationCall): Promise<Result<{ readonly callSid: Sid }, ValidationRefusal>>;
}

/** A verification under way, as it is answered: the code is shown here and nowhere else. */
export interface Validation {
  readonly callSid: Sid;
  readonly code: string;
  readonly friendlyName: string;
}

/** Verifies caller IDs by calling them. */
export class Validations {
  private readonly callerIds: CallerIds;
  private readonly calls: ValidationCalls;
  private readonly random: Random;

  constructor(callerIds: CallerIds, calls: ValidationCalls, random: Random) {
    this.callerIds = callerIds;
    this.calls = calls;
    this.random = random;
  }

  async begin(wish: ValidationWish): Promise<Result<Validation, 'alreadyVerified' | ValidationRefusal>> {
    const { account, phoneNumber } = wish;
    if (this.callerIds.isVerified(account.sid, phoneNumber)) return fail('alreadyVerified');
    const code = sixDigits(this.random);
    const friendlyName = wish.friendlyName === '' ? friendlyNumber(phoneNumber) : wish.friendlyName;
    const placed = await this.calls.place({
      ...wish,
      friendlyName,
      code,
      verified: async () => (await this.callerIds.add(account.sid, phoneNumber, friendlyName)).sid,
    });
    return placed.ok ? ok({ callSid: placed.value.callSid, code, friendlyName }) : placed;
  }
}

/** 100000 to 999999, without bias: numbers beyond the last whole multiple are thrown away. */
function sixDigits(random: Random): string {
  const count = 900_000;
  const limit = Math.floor(2 ** 32 / count) * count;
  for (;;) {
    const number = random.bytes(4).readUInt32BE(0);
    if (number < limit) return String(100_000 + (number % count));
  }
}
