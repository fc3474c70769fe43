import type { Account } from '../accounts/account.ts';
import type { Accounts, UpdateFault } from '../accounts/accounts.ts';
import { ok, type Result } from '../base/result.ts';
import type { Sid } from '../base/sid.ts';
import type { Inventory } from './inventory.ts';

export interface ClosingBooks {
  readonly accounts: Pick<Accounts, 'fetch' | 'list' | 'update'>;
  readonly inventory: Pick<Inventory, 'list' | 'release'>;
}

const atOnce = 100;

/**
 * Closes an account for good, and its subaccounts with it: from the first moment all its credentials are refused, then
 * its numbers are given up (https://www.twilio.com/docs/iam/api/subaccounts#closing-subaccounts). What runs at the edge
 * (calls, binds, queued messages) ends by itself. Doing it again finishes what an interruption left.
 */
export async function closeAccount(books: ClosingBooks, sid: Sid): Promise<Result<Account, UpdateFault>> {
  const closed = await close(books, sid);
  if (!closed.ok) return closed;
  for (let after: Sid | undefined, more = closed.value.ownerSid === sid; more;) {
    const page = books.accounts.list(sid, {}, { limit: atOnce, ...(after === undefined ? {} : { after }) });
    for (const subaccount of page.rows) if (subaccount.sid !== sid) await close(books, subaccount.sid);
    more = page.next !== null;
    after = page.next ?? undefined;
  }
  return closed;
}

async function close(books: ClosingBooks, sid: Sid): Promise<Result<Account, UpdateFault>> {
  const before = books.accounts.fetch(sid);
  const closed =
    before?.status === 'closed' ? ok(before) : await books.accounts.update(sid, { status: 'closed' });
  if (closed.ok) await releaseNumbers(books, sid);
  return closed;
}

async function releaseNumbers({ inventory }: ClosingBooks, sid: Sid): Promise<void> {
  for (const filter of [{}, { type: 'shortcode' }] as const) {
    for (let released = true; released;) {
      released = false;
      for (const { e164 } of inventory.list(sid, filter, { limit: atOnce }).rows)
        if ((await inventory.release(e164, sid)).ok) released = true;
    }
  }
}
