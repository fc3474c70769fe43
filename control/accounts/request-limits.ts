import type { Clock } from '../base/clock.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { isSid, type Sid } from '../base/sid.ts';
import { textKey } from '../store/keys.ts';
import { Memory } from '../store/memory.ts';
import type { Store } from '../store/store.ts';
import type { Table, TableSpec } from '../store/table.ts';
import { accountTable, apiKeyTable, type ApiKey } from './tables.ts';
import type { Account } from './account.ts';

/** Requests a second where nothing is set for an account or a key; 0 is no limit. */
export interface RequestLimitDefaults {
  readonly requestsPerSecond: number;
  readonly keyRequestsPerSecond: number;
}

interface RequestLimit {
  readonly perSecond: number;
}

/** By the SID of an account or an API key. */
const requestLimitTable: TableSpec<string, RequestLimit> = {
  name: 'request-limits',
  key: textKey,
  version: 1,
};

const perSecondMax = 100_000;

/** How many requests a second an account, or one of its keys, may send: as the operator set it, or by default. */
export class RequestLimits {
  private readonly store: Store;
  private readonly defaults: RequestLimitDefaults;
  private readonly rows: Table<string, RequestLimit>;
  private readonly accounts: Table<Sid, Account>;
  private readonly keys: Table<Sid, ApiKey>;
  private readonly recent: Memory<string, number>;

  constructor(context: { readonly store: Store; readonly clock: Clock }, defaults: RequestLimitDefaults) {
    this.store = context.store;
    this.defaults = defaults;
    this.rows = context.store.table(requestLimitTable);
    this.accounts = context.store.table(accountTable);
    this.keys = context.store.table(apiKeyTable);
    this.recent = new Memory(context.store, context.clock);
  }

  /** Requests a second; 0 is no limit. Asked for by every request, so the last answers are remembered for a moment. */
  perSecond(sid: Sid): number {
    const known = this.recent.find(sid);
    if (known !== undefined) return known;
    const { requestsPerSecond, keyRequestsPerSecond } = this.defaults;
    const perSecond =
      this.rows.get(sid)?.perSecond ?? (sid.startsWith('SK') ? keyRequestsPerSecond : requestsPerSecond);
    this.recent.keep(sid, perSecond);
    return perSecond;
  }

  /** Sets the limit of an account or a key; undefined: the default is good again. */
  set(sid: Sid, perSecond: number | undefined): Promise<Result<null, 'notFound' | 'badRate'>> {
    return this.store.transact(() => {
      const exists = (isSid(sid, 'AC') && this.accounts.has(sid)) || (isSid(sid, 'SK') && this.keys.has(sid));
      if (!exists) return fail('notFound');
      if (perSecond === undefined) this.rows.remove(sid);
      else if (!Number.isInteger(perSecond) || perSecond < 0 || perSecond > perSecondMax)
        return fail('badRate');
      else this.rows.put(sid, { perSecond });
      return ok(null);
    });
  }
}
