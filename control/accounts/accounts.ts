import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { isSid, sidBytes, type Sid, type SidFactory } from '../base/sid.ts';
import { FacetIndex, type Facet, type Page, type PageQuery } from '../store/facets.ts';
import type { Store } from '../store/store.ts';
import type { Table } from '../store/table.ts';
import type { Vault } from '../vault/vault.ts';
import type { Account, AccountStatus } from './account.ts';
import { accountNoTable, accountTable, counterTable } from './tables.ts';
import { Tokens, type AccountSecrets } from './tokens.ts';

/** What the repositories of this room work with. */
export interface AccountsContext {
  readonly store: Store;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly random: Random;
  readonly sids: SidFactory;
}

export interface NewAccount {
  /** At most 64 characters; default as Twilio's: `SubAccount Created at 2026-01-31 04:05 pm`. */
  readonly friendlyName?: string;
  /** A main account makes a subaccount; without it, a main account is made. */
  readonly parentSid?: Sid;
  readonly type?: Account['type'];
}

export type CreateFault = 'badName' | 'noSuchParent' | 'parentIsSubaccount' | 'parentNotActive';
export type UpdateFault = 'notFound' | 'badName' | 'closed';

export interface AccountChange {
  readonly friendlyName?: string;
  readonly status?: AccountStatus;
}

export interface AccountFilter {
  /** Exactly this name. */
  readonly friendlyName?: string;
  /** The account's own status; see `Accounts.effectiveStatus`. */
  readonly status?: AccountStatus;
}

const nameMax = 64;
const everyAccount: Facet = ['all'];

/** The tenants: main accounts and their subaccounts (https://www.twilio.com/docs/iam/api/account). */
export class Accounts {
  private readonly context: AccountsContext;
  private readonly rows: Table<Sid, Account>;
  private readonly nos: Table<Buffer, Sid>;
  private readonly counters: Table<string, number>;
  private readonly index: FacetIndex;
  private readonly tokens: Tokens;

  constructor(context: AccountsContext) {
    this.context = context;
    this.rows = context.store.table(accountTable);
    this.nos = context.store.table(accountNoTable);
    this.counters = context.store.table(counterTable);
    this.index = new FacetIndex(context.store, 'accounts-index');
    this.tokens = new Tokens(context);
  }

  /** Makes an account with its secrets; main accounts get test credentials, too. */
  async create(
    wanted: NewAccount,
  ): Promise<Result<{ account: Account; secrets: AccountSecrets }, CreateFault>> {
    const { clock, sids, store } = this.context;
    const nowMs = clock.now();
    const friendlyName = wanted.friendlyName ?? defaultName(nowMs, wanted.parentSid !== undefined);
    if (!isName(friendlyName)) return fail('badName');
    const sid = sids('AC');
    return store.transact(() => {
      const parent = wanted.parentSid === undefined ? undefined : this.fetch(wanted.parentSid);
      if (wanted.parentSid !== undefined) {
        if (parent === undefined) return fail('noSuchParent');
        if (parent.ownerSid !== parent.sid) return fail('parentIsSubaccount');
        if (parent.status !== 'active') return fail('parentNotActive');
      }
      const account: Account = {
        sid,
        no: this.nextNo(),
        ownerSid: parent?.sid ?? sid,
        friendlyName,
        status: 'active',
        type: wanted.type ?? parent?.type ?? 'Full',
        createdMs: nowMs,
        updatedMs: nowMs,
      };
      this.rows.put(sid, account);
      this.nos.put(noKey(account.no), sid);
      this.index.move([], facetsOf(account), sidBytes(sid));
      return ok({ account, secrets: this.tokens.issue(account) });
    });
  }

  fetch(sid: Sid): Account | undefined {
    return isSid(sid, 'AC') ? this.rows.get(sid) : undefined;
  }

  /** The account that `Account.no` stands for. */
  byNo(no: number): Account | undefined {
    const sid = this.nos.get(noKey(no));
    return sid === undefined ? undefined : this.rows.get(sid);
  }

  /** A main account and its subaccounts, newest first. */
  list(ownerSid: Sid, filter: AccountFilter, page: PageQuery<Sid>): Page<Account, Sid> {
    return this.page(facetFor(ownerSid, filter), page);
  }

  /** Every account of the node, newest first. */
  listAll(page: PageQuery<Sid>): Page<Account, Sid> {
    return this.page(everyAccount, page);
  }

  /** Closed is final: nothing of a closed account changes any more. */
  async update(sid: Sid, change: AccountChange): Promise<Result<Account, UpdateFault>> {
    if (change.friendlyName !== undefined && !isName(change.friendlyName)) return fail('badName');
    return this.context.store.transact(() => {
      const before = this.fetch(sid);
      if (before === undefined) return fail('notFound');
      if (before.status === 'closed') return fail('closed');
      const after: Account = {
        ...before,
        friendlyName: change.friendlyName ?? before.friendlyName,
        status: change.status ?? before.status,
        updatedMs: this.context.clock.now(),
      };
      this.index.move(facetsOf(before), facetsOf(after), sidBytes(sid));
      this.rows.put(sid, after);
      return ok(after);
    });
  }

  /** A subaccount is never better off than its parent: a suspended or closed parent suspends or closes it. */
  effectiveStatus(account: Account): AccountStatus {
    if (account.ownerSid === account.sid || account.status === 'closed') return account.status;
    const owner = this.rows.get(account.ownerSid)?.status ?? 'closed';
    return owner === 'active' ? account.status : owner;
  }

  /** The auth token, which signs this account's webhooks. Undefined for an account that does not exist. */
  authToken(sid: Sid): string | undefined {
    return isSid(sid, 'AC') ? this.tokens.authToken(sid) : undefined;
  }

  /** The test credentials of a main account. */
  testCredentials(sid: Sid): { readonly sid: Sid; readonly token: string } | undefined {
    return isSid(sid, 'AC') ? this.tokens.test(sid) : undefined;
  }

  private page(facet: Facet, page: PageQuery<Sid>): Page<Account, Sid> {
    return this.index.newestSids(facet, 'AC', page, (sid) => this.rows.get(sid));
  }

  private nextNo(): number {
    const no = (this.counters.get('account') ?? 0) + 1;
    this.counters.put('account', no);
    return no;
  }
}

const noKey = (no: number): Buffer => {
  const key = Buffer.allocUnsafe(4);
  key.writeUInt32BE(no);
  return key;
};

const isName = (name: string): boolean => name.length > 0 && name.length <= nameMax;

const facetFor = (owner: Sid, { friendlyName, status }: AccountFilter): Facet => [
  owner,
  friendlyName === undefined ? '' : `=${friendlyName}`,
  status ?? '',
];

const facetsOf = (account: Account): readonly Facet[] => {
  const { ownerSid, friendlyName, status } = account;
  return [
    everyAccount,
    facetFor(ownerSid, {}),
    facetFor(ownerSid, { status }),
    facetFor(ownerSid, { friendlyName }),
    facetFor(ownerSid, { friendlyName, status }),
  ];
};

/** Twilio's default name, e.g. `SubAccount Created at 2026-01-31 04:05 pm` (UTC). */
function defaultName(nowMs: number, subaccount: boolean): string {
  const date = new Date(nowMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const hour = date.getUTCHours();
  const time = `${two(hour % 12 === 0 ? 12 : hour % 12)}:${two(date.getUTCMinutes())} ${hour < 12 ? 'am' : 'pm'}`;
  return `${subaccount ? 'SubAccount' : 'Account'} Created at ${date.toISOString().slice(0, 10)} ${time}`;
}
