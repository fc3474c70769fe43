import type { Account } from '../../control/accounts/account.ts';
import type { Accounts } from '../../control/accounts/accounts.ts';
import type { MessagingDeps } from '../messaging/messaging.ts';

/** What the rooms that serve tenants ask of accounts. */
export const tenantBooksOf = (accounts: Accounts): MessagingDeps['books'] => ({
  accountByNo: (no) => accounts.byNo(no),
  authToken: (account: Account) => accounts.authToken(account.sid),
  activeAccount: (sid) => {
    const account = accounts.fetch(sid);
    return account !== undefined && accounts.effectiveStatus(account) === 'active' ? account : undefined;
  },
});
