import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { Sid, SidFactory } from '../base/sid.ts';
import { Memory } from '../store/memory.ts';
import type { Store } from '../store/store.ts';
import type { Table } from '../store/table.ts';
import type { SealedTable } from '../vault/sealed.ts';
import type { Vault } from '../vault/vault.ts';
import type { Account } from './account.ts';
import {
  loginTable,
  sealedTokenTable,
  secondaryLogin,
  type Login,
  type LoginKind,
  type SealedTokens,
} from './tables.ts';

/** A new account's secrets. Tokens are 32 lower-case hex digits. */
export interface AccountSecrets {
  readonly authToken: string;
  /** Main accounts only: requests with these answer as documented and touch no carrier. */
  readonly test: { readonly sid: Sid; readonly token: string } | null;
}

export interface TokensContext {
  readonly store: Store;
  readonly clock: Clock;
  readonly vault: Vault;
  readonly random: Random;
  readonly sids: SidFactory;
}

/** Each of an account's tokens. */
export const sealedTokens: SealedTable<Sid, SealedTokens> = {
  spec: sealedTokenTable,
  reseal: ({ token, test, secondary }, reseal, sid) => ({
    token: reseal(token, sid),
    test: test && { ...test, token: reseal(test.token, test.sid) },
    secondary: secondary && { ...secondary, token: reseal(secondary.token, sid) },
  }),
};

/** Auth tokens: sealed, because they sign webhooks, and hashed under their user name, to log in with. */
export class Tokens {
  private readonly context: TokensContext;
  private readonly sealed: Table<Sid, SealedTokens>;
  private readonly logins: Table<string, Login>;
  private readonly recent: Memory<Sid, string>;

  constructor(context: TokensContext) {
    this.context = context;
    this.recent = new Memory(context.store, context.clock);
    this.sealed = context.store.table(sealedTokenTable);
    this.logins = context.store.table(loginTable);
  }

  /** Makes an account's tokens; part of the transaction that makes the account. */
  issue(account: Account): AccountSecrets {
    const { random, sids, vault } = this.context;
    const authToken = random.bytes(16).toString('hex');
    const test =
      account.ownerSid === account.sid ? { sid: sids('AC'), token: random.bytes(16).toString('hex') } : null;
    this.admit('token', account.sid, account.sid, authToken);
    if (test !== null) this.admit('testToken', test.sid, account.sid, test.token);
    this.sealed.put(account.sid, {
      token: vault.seal(authToken, account.sid),
      test: test === null ? null : { sid: test.sid, token: vault.seal(test.token, test.sid) },
      secondary: null,
    });
    return { authToken, test };
  }

  /** Asked for by every webhook, so the last ones stay unsealed for a moment. */
  authToken(sid: Sid): string | undefined {
    const known = this.recent.find(sid);
    if (known !== undefined) return known;
    const row = this.sealed.get(sid);
    if (row === undefined) return undefined;
    const token = this.context.vault.unseal(row.token, sid);
    this.recent.keep(sid, token);
    return token;
  }

  test(sid: Sid): { readonly sid: Sid; readonly token: string } | undefined {
    const test = this.sealed.get(sid)?.test ?? undefined;
    return test && { sid: test.sid, token: this.context.vault.unseal(test.token, test.sid) };
  }

  /** The secondary token, if the account has one. */
  secondary(sid: Sid): { readonly token: string; readonly createdMs: number } | undefined {
    const secondary = this.sealed.get(sid)?.secondary ?? undefined;
    return secondary && { ...secondary, token: this.context.vault.unseal(secondary.token, sid) };
  }

  /** Makes a secondary token; like the two below, part of a transaction, on an account that has tokens. */
  issueSecondary(sid: Sid, nowMs: number): string {
    const { random, vault } = this.context;
    const token = random.bytes(16).toString('hex');
    const secondary = { token: vault.seal(token, sid), createdMs: nowMs };
    this.sealed.put(sid, { ...this.row(sid), secondary });
    this.logins.put(secondaryLogin(sid), {
      kind: 'token',
      accountSid: sid,
      secretHash: vault.hash(token, sid),
    });
    return token;
  }

  /** Puts the secondary token in the primary's place. */
  promote(sid: Sid): void {
    const row = this.row(sid);
    const login = this.logins.get(secondaryLogin(sid));
    if (row.secondary === null || login === undefined) throw new Error(`${sid} has no secondary token`);
    this.sealed.put(sid, { ...row, token: row.secondary.token, secondary: null });
    this.logins.put(sid, login);
    this.logins.remove(secondaryLogin(sid));
  }

  removeSecondary(sid: Sid): void {
    this.sealed.put(sid, { ...this.row(sid), secondary: null });
    this.logins.remove(secondaryLogin(sid));
  }

  private row(sid: Sid): SealedTokens {
    const row = this.sealed.get(sid);
    if (row === undefined) throw new Error(`${sid} has no tokens`);
    return row;
  }

  private admit(kind: LoginKind, user: string, accountSid: Sid, secret: string): void {
    this.logins.put(user, { kind, accountSid, secretHash: this.context.vault.hash(secret, user) });
  }
}
