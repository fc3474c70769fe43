import type { Account } from '../../control/accounts/account.ts';
import type { Result } from '../../control/base/result.ts';
import type { Principal } from '../api/exchange.ts';

/** Whose a user name and password were found to be. */
export interface Authenticated {
  readonly account: Account;
  readonly credential: Principal['credential'];
}

/** `suspended` and `closed`: the credentials are right, but the account, or its parent, is not active. */
export type AuthFailure = 'wrongCredentials' | 'suspended' | 'closed';

/** The books of accounts, as the front door needs them. Both answer at once. */
export interface Authority {
  /** Compares in constant time, and takes as long for a user it does not know. */
  authenticate(user: string, password: string): Result<Authenticated, AuthFailure>;
  /** The account that a SID in a path means to whoever asks; undefined if there is none, or none of his. */
  canActOn(who: Authenticated, sid: string): Account | undefined;
}
