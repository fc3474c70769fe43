import type { Clock } from '../base/clock.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { isSid, type Sid } from '../base/sid.ts';
import { textKey } from '../store/keys.ts';
import { Memory } from '../store/memory.ts';
import type { Store } from '../store/store.ts';
import type { Table, TableSpec } from '../store/table.ts';
import { accountTable, apiKeyTable, type ApiKey } from './tables.ts';
import type { Account } from './account.ts';

/** What an account or one of its API keys may do; 0 is no limit. */
export interface Limits {
  /** Of the REST API. */
  readonly requestsPerSecond: number;
  /** Messages that are accepted, by REST and SMPP. */
  readonly messagesPerSecond: number;
  /** Outbound calls that begin; the rest waits. Of accounts alone. */
  readonly callsPerSecond: number;
  /** Requests in progress at once. Of accounts alone. */
  readonly concurrentRequests: number;
}

export const noLimits: Limits = {
  requestsPerSecond: 0,
  messagesPerSecond: 0,
  callsPerSecond: 0,
  concurrentRequests: 0,
};

export type LimitName = keyof Limits;

/** What may be set: the least and the most, and what has it. */
export const limitBounds: Readonly<
  Record<LimitName, { readonly min: number; readonly max: number; readonly ofKeys: boolean }>
> = {
  requestsPerSecond: { min: 0, max: 100_000, ofKeys: true },
  messagesPerSecond: { min: 0, max: 100_000, ofKeys: true },
  callsPerSecond: { min: 1, max: 10_000, ofKeys: false },
  concurrentRequests: { min: 1, max: 10_000, ofKeys: false },
};

export const limitNames = Object.keys(limitBounds) as readonly LimitName[];

/** What holds where nothing is set. */
export interface LimitDefaults {
  readonly account: (sid: Sid) => Limits;
  readonly key: Limits;
}

/** By the SID of an account or an API key; what is not in a row is as the configuration says. */
export const limitTable: TableSpec<string, Partial<Limits>> = {
  name: 'request-limits',
  key: textKey,
  version: 2,
  upgrades: { 1: (packed) => ({ requestsPerSecond: (packed as { readonly perSecond: number }).perSecond }) },
};

export type LimitFault = 'notFound' | 'badValue' | 'notOfKeys';

/** The limits of accounts and their keys: as the operator has set them, or by default. */
export class AccountLimits {
  private readonly store: Store;
  private readonly defaults: LimitDefaults;
  private readonly rows: Table<string, Partial<Limits>>;
  private readonly accounts: Table<Sid, Account>;
  private readonly keys: Table<Sid, ApiKey>;
  private readonly recent: Memory<string, Limits>;

  constructor(context: { readonly store: Store; readonly clock: Clock }, defaults: LimitDefaults) {
    this.store = context.store;
    this.defaults = defaults;
    this.rows = context.store.table(limitTable);
    this.accounts = context.store.table(accountTable);
    this.keys = context.store.table(apiKeyTable);
    this.recent = new Memory(context.store, context.clock);
  }

  /** Asked for by every request and message, so the last answers are remembered for a moment. */
  of(sid: Sid): Limits {
    const known = this.recent.find(sid);
    if (known !== undefined) return known;
    const { account, key } = this.defaults;
    const limits = { ...(sid.startsWith('SK') ? key : account(sid)), ...this.rows.get(sid) };
    this.recent.keep(sid, limits);
    return limits;
  }

  /** What is set for an account or a key itself. */
  own(sid: Sid): Partial<Limits> {
    return this.rows.get(sid) ?? {};
  }

  /** Changes what is set; null: the default is good again. */
  set(
    sid: Sid,
    wanted: Partial<Readonly<Record<LimitName, number | null>>>,
  ): Promise<Result<Partial<Limits>, LimitFault>> {
    return this.store.transact(() => {
      const isKey = isSid(sid, 'SK') && this.keys.has(sid);
      if (!isKey && !(isSid(sid, 'AC') && this.accounts.has(sid))) return fail('notFound');
      const limits = new Map(Object.entries(this.own(sid)));
      for (const name of limitNames) {
        const value = wanted[name];
        const { min, max, ofKeys } = limitBounds[name];
        if (value === undefined) continue;
        if (isKey && !ofKeys) return fail('notOfKeys');
        if (value === null) limits.delete(name);
        else if (!Number.isInteger(value) || value < min || value > max) return fail('badValue');
        else limits.set(name, value);
      }
      const kept: Partial<Limits> = Object.fromEntries(limits);
      if (limits.size === 0) this.rows.remove(sid);
      else this.rows.put(sid, kept);
      return ok(kept);
    });
  }
}
