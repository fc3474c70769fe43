import type { Result } from '../../control/base/result.ts';
import type { Account } from '../../control/accounts/account.ts';
import type { Principal } from '../api/exchange.ts';

/** What a user name and password were found to be. */
export interface Credential {
  /** The account whose token or key it is, whatever its status. */
  readonly owner: Account;
  readonly credential: Principal['credential'];
}

/** The books of accounts, as the front door needs them; the composition root adapts them. Both answer at once. */
export interface Authority {
  /**
   * Whose credentials these are; the numbered error to answer if nobody's. It compares secrets in constant time, and
   * takes as long for a user it does not know.
   */
  authenticate(user: string, password: string): Result<Credential, number>;
  /** The account of this SID, whatever its status. */
  account(sid: string): Account | undefined;
}
