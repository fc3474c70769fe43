import { fail, ok, type Result } from '../base/result.ts';
import { isSid, type Sid } from '../base/sid.ts';
import type { Clock } from '../base/clock.ts';
import { Memory } from '../store/memory.ts';
import type { Store } from '../store/store.ts';
import type { Table } from '../store/table.ts';
import type { Vault } from '../vault/vault.ts';
import type { Account } from './account.ts';
import type { Accounts } from './accounts.ts';
import { apiKeyTable, loginTable, secondaryLogin, type ApiKey, type Login } from './tables.ts';

/** What was proven with. */
export type Credential =
  | { readonly kind: 'token' }
  /** `sid` is the test account's, which stands for the main account in the paths of its requests. */
  | { readonly kind: 'testToken'; readonly sid: Sid }
  /** `allow`: what a restricted key may; null for the others. */
  | {
      readonly kind: 'key';
      readonly sid: Sid;
      readonly main: boolean;
      readonly allow: readonly string[] | null;
    };

export interface Authenticated {
  /** The account whose credentials were used; for test credentials, the main account they belong to. */
  readonly account: Account;
  readonly credential: Credential;
}

/** `wrongCredentials` covers unknown users, too: which of both it was is nobody's business. */
export type AuthFailure = 'wrongCredentials' | 'suspended' | 'closed';

/** No secret of ours is longer; hashing more would be work for nothing. */
const passwordMax = 128;
const unknownUser = 'nobody';

/** Proves who asks, by HTTP Basic's (or an SMPP bind's) user name and password. */
export class Authenticator {
  private readonly accounts: Accounts;
  private readonly vault: Vault;
  private readonly logins: Table<string, Login>;
  private readonly keys: Table<Sid, ApiKey>;
  private readonly decoy: Buffer;
  private readonly proven: Memory<string, Authenticated>;

  constructor(
    accounts: Accounts,
    context: { readonly store: Store; readonly vault: Vault; readonly clock: Clock },
  ) {
    this.accounts = accounts;
    this.vault = context.vault;
    this.logins = context.store.table(loginTable);
    this.keys = context.store.table(apiKeyTable);
    this.decoy = context.vault.hash('', unknownUser);
    this.proven = new Memory(context.store, context.clock);
  }

  /**
   * `user` is an account SID with its auth token or secondary token, a test account SID with its test token, or an API key SID with its
   * secret. An unknown user takes as long to refuse as a wrong password.
   */
  authenticate(user: string, password: string): Result<Authenticated, AuthFailure> {
    if (password.length > passwordMax) return fail('wrongCredentials');
    const pair = `${user}:${password}`;
    const proven = this.proven.find(pair);
    if (proven !== undefined) return ok(proven);
    const login = isSid(user, 'AC') || isSid(user, 'SK') ? this.logins.get(user) : undefined;
    const matches = this.vault.matches(password, user, login?.secretHash ?? this.decoy);
    if (login === undefined || !(matches || this.isSecondary(user, password)))
      return fail('wrongCredentials');
    const account = this.accounts.fetch(login.accountSid);
    if (account === undefined) return fail('wrongCredentials');
    const status = this.accounts.effectiveStatus(account);
    if (status !== 'active') return fail(status);
    const authenticated = { account, credential: this.credentialOf(user, login) };
    this.proven.keep(pair, authenticated);
    return ok(authenticated);
  }

  /** What the secret that just opened `user` is remembered by, for `standing`. */
  stampOf(user: string, password: string): Buffer | undefined {
    return this.hashesOf(user).find((hash) => this.vault.matches(password, user, hash));
  }

  /** Who `user` is, as long as the secret that `stampOf` gave this stamp of still opens his account. */
  standing(user: string, stamp: Buffer): Authenticated | undefined {
    const login = this.logins.get(user);
    if (login === undefined || !this.hashesOf(user).some((hash) => hash.equals(stamp))) return undefined;
    const account = this.accounts.fetch(login.accountSid);
    if (account === undefined || this.accounts.effectiveStatus(account) !== 'active') return undefined;
    return { account, credential: this.credentialOf(user, login) };
  }

  private hashesOf(user: string): readonly Buffer[] {
    const keys = isSid(user, 'AC') ? [user, secondaryLogin(user)] : [user];
    return keys.flatMap((key) => this.logins.get(key)?.secretHash ?? []);
  }

  private isSecondary(user: string, password: string): boolean {
    const login = isSid(user, 'AC') ? this.logins.get(secondaryLogin(user)) : undefined;
    return this.vault.matches(password, user, login?.secretHash ?? this.decoy);
  }

  /**
   * The account that `targetSid` in a path means to whoever asks: his own, or a subaccount of his, in whatever
   * status it is (see `Accounts.effectiveStatus`). Undefined if it does not exist or is none of his. Test
   * credentials reach their test SID only, which means the main account.
   */
  canActOn(who: Authenticated, targetSid: Sid): Account | undefined {
    const { account, credential } = who;
    if (credential.kind === 'testToken') return targetSid === credential.sid ? account : undefined;
    if (targetSid === account.sid) return account;
    const target = this.accounts.fetch(targetSid);
    return target?.ownerSid === account.sid ? target : undefined;
  }

  private credentialOf(user: Sid, login: Login): Credential {
    switch (login.kind) {
      case 'token':
        return { kind: 'token' };
      case 'testToken':
        return { kind: 'testToken', sid: user };
      case 'standardKey':
        return { kind: 'key', sid: user, main: false, allow: null };
      case 'mainKey':
        return { kind: 'key', sid: user, main: true, allow: null };
      case 'restrictedKey':
        return { kind: 'key', sid: user, main: false, allow: this.keys.get(user)?.allow ?? [] };
    }
  }
}
