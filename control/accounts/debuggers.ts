import { isSid, type Sid } from '../base/sid.ts';
import { sidKey } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import type { Table, TableSpec } from '../store/table.ts';
import type { Account } from './account.ts';

/** By account, the URL that its errors are posted to. */
const debuggerTable: TableSpec<Sid, string> = { name: 'debuggers', key: sidKey('AC'), version: 1 };

/**
 * Where accounts want their errors posted (https://www.twilio.com/docs/usage/troubleshooting/debugging-event-webhooks).
 * Twilio's console sets it; here the operator does. A subaccount without one has its parent's.
 */
export class Debuggers {
  private readonly store: Store;
  private readonly urls: Table<Sid, string>;

  constructor(store: Store) {
    this.store = store;
    this.urls = store.table(debuggerTable);
  }

  /** Undefined: nobody wants to hear. */
  urlOf({ sid, ownerSid }: Pick<Account, 'sid' | 'ownerSid'>): string | undefined {
    return this.urls.get(sid) ?? (ownerSid === sid ? undefined : this.urls.get(ownerSid));
  }

  /** Null: none of its own. The account must exist, the URL be one that can be called. */
  async set(accountSid: Sid, url: string | null): Promise<void> {
    if (!isSid(accountSid, 'AC')) throw new Error(`not an account SID: ${accountSid}`);
    await this.store.transact(() => {
      if (url === null) this.urls.remove(accountSid);
      else this.urls.put(accountSid, url);
    });
  }
}
