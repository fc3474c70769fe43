import type { Account } from '../../control/accounts/account.ts';
import type { Accounts } from '../../control/accounts/accounts.ts';
import type { PageRequest, Viewer } from './page.ts';

type Books = Pick<Accounts, 'fetch'>;

/** The account of a SID, if the viewer may see it: an operator any, a tenant his own and his subaccounts. */
export function visible(viewer: Viewer, accounts: Books, sid: string): Account | undefined {
  const found = accounts.fetch(sid);
  if (found === undefined || viewer.kind === 'operator') return found;
  const own = viewer.account.sid;
  return found.sid === own || found.ownerSid === own ? found : undefined;
}

/**
 * Whose things a page shows, by the `account` of its query; without one a tenant's own, and for an operator null:
 * everybody's. Undefined: there is no such account for this viewer, and the answer is `notFound`.
 */
export function chosen(request: PageRequest, accounts: Books): Account | null | undefined {
  const { viewer, query } = request;
  const sid = query.get('account') ?? '';
  if (sid !== '') return visible(viewer, accounts, sid);
  return viewer.kind === 'operator' ? null : viewer.account;
}
