import type { Account } from '../accounts/account.ts';
import type { Clock } from '../base/clock.ts';
import type { Sid } from '../base/sid.ts';
import { sidKey } from '../store/keys.ts';
import { Memory } from '../store/memory.ts';
import type { Store } from '../store/store.ts';
import type { Table, TableSpec } from '../store/table.ts';
import { includes, type GuardsConfig } from './config.ts';
import type { Limit } from './limit.ts';
import type { Risk } from './risk.ts';

/** Which calls to a country an account may place. */
export type CallPermission = Readonly<Record<Risk, boolean>>;

/** What is set for one account. Whatever is not set is as the configuration says. */
export interface Rules {
  /** By country: whether messages may go there. null: a subaccount's are its parent's. */
  readonly messages: Readonly<Record<string, boolean>> | null;
  readonly calls: {
    /** Subaccounts only: its parent's hold, whatever is set here. */
    readonly inherits: boolean;
    readonly countries: Readonly<Record<string, CallPermission>>;
  };
  readonly limits: readonly Limit[];
}

const noRules: Rules = { messages: null, calls: { inherits: true, countries: {} }, limits: [] };

const ruleTable: TableSpec<Sid, Rules> = { name: 'guard-rules', key: sidKey('AC'), version: 1 };

/** Limits that one account may have of its own. */
export const limitsMax = 100;

/** A limit, and the names of its counters. */
export interface CountedLimit extends Limit {
  readonly messageKey: string;
  readonly callKey: string;
  readonly spendKey: string;
}

/** All that holds for an account: its own rules, its parent's and the configuration's. */
export interface Holding {
  messagesTo(country: string): boolean;
  callsTo(country: string): CallPermission;
  readonly limits: readonly CountedLimit[];
}

/** The rules of accounts, as REST and the `strowger` command set them. */
export class AccountRules {
  private readonly store: Store;
  private readonly rows: Table<Sid, Rules>;
  private readonly recent: Memory<Sid, Holding>;
  private readonly config: GuardsConfig;

  constructor(store: Store, clock: Clock, config: GuardsConfig) {
    this.store = store;
    this.config = config;
    this.rows = store.table(ruleTable);
    this.recent = new Memory(store, clock);
  }

  /** What is set for an account itself. */
  own(sid: Sid): Rules {
    return this.rows.get(sid) ?? noRules;
  }

  /** Whether a subaccount's calls go by its parent's permissions. A main account's never do. */
  callsInherited({ sid, ownerSid }: Account): boolean {
    return sid !== ownerSid && this.own(sid).calls.inherits;
  }

  /** Read at most once a second for an account: it is on the path of every message. */
  holding(account: Account): Holding {
    const known = this.recent.find(account.sid);
    if (known !== undefined) return known;
    const holding = this.compile(account);
    this.recent.keep(account.sid, holding);
    return holding;
  }

  /** Changes what is set for an account. Resolves once on disk. */
  change(sid: Sid, change: (rules: Rules) => Rules): Promise<Rules> {
    return this.store.transact(() => {
      const rules = change(this.own(sid));
      this.rows.put(sid, rules);
      return rules;
    });
  }

  /** Sets a subaccount's own permissions for messages, beginning with its parent's; null: its parent's again. */
  allowMessages(account: Account, changes: Readonly<Record<string, boolean>> | null): Promise<Rules> {
    return this.change(account.sid, (rules) => {
      const before = rules.messages ?? this.own(account.ownerSid).messages ?? {};
      return { ...rules, messages: changes === null ? null : { ...before, ...changes } };
    });
  }

  allowCalls(sid: Sid, changes: Readonly<Record<string, CallPermission>>): Promise<Rules> {
    return this.change(sid, (rules) => ({
      ...rules,
      calls: { ...rules.calls, countries: { ...rules.calls.countries, ...changes } },
    }));
  }

  inheritCalls(sid: Sid, inherits: boolean): Promise<Rules> {
    return this.change(sid, (rules) => ({ ...rules, calls: { ...rules.calls, inherits } }));
  }

  private compile(account: Account): Holding {
    const { messages, calls, limits } = this.config;
    const own = this.own(account.sid);
    const owners = account.ownerSid === account.sid ? own : this.own(account.ownerSid);
    const messageRules = own.messages ?? owners.messages ?? {};
    const callRules = (own.calls.inherits ? owners : own).calls.countries;
    const ownersPrefixes = new Set(owners.limits.map(({ prefix }) => prefix));
    const ofOwner = [...owners.limits, ...limits.filter(({ prefix }) => !ownersPrefixes.has(prefix))];
    return {
      messagesTo: (country) => messageRules[country] ?? includes(messages.countries, country),
      callsTo: (country) => callRules[country] ?? defaultPermission(calls, country),
      // A main account's limits hold for it and its subaccounts together: else it could make more of them.
      limits: [
        ...ofOwner.map((limit) => counted(account.ownerSid, limit)),
        ...(own === owners ? [] : own.limits.map((limit) => counted(account.sid, limit))),
      ],
    };
  }
}

const defaultPermission = (calls: GuardsConfig['calls'], country: string): CallPermission => {
  const risky = includes(calls.highRisk, country);
  return { low: includes(calls.countries, country), special: risky, tollFraud: risky };
};

const counted = (sid: Sid, limit: Limit): CountedLimit => ({
  ...limit,
  messageKey: `${sid} messages ${limit.prefix}`,
  callKey: `${sid} calls ${limit.prefix}`,
  spendKey: `${sid} spend ${limit.prefix}`,
});
