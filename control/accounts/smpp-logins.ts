import type { Random } from '../base/random.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { isSid, type Sid } from '../base/sid.ts';
import type { Store } from '../store/store.ts';
import type { Table } from '../store/table.ts';
import type { Vault } from '../vault/vault.ts';
import type { Account } from './account.ts';
import type { Accounts } from './accounts.ts';
import type { AuthFailure } from './authenticator.ts';
import { smppLoginTable, type SmppLogin } from './tables.ts';

/** What a tenant's SMPP client shows instead of a SID and its secret. */
export interface SmppCredentials {
  /** 15 characters: `sm` and 13 lower-case letters and digits. */
  readonly systemId: string;
  /** 8 letters and digits. */
  readonly password: string;
}

export type SmppLoginFault = 'notFound' | 'closed';

/** What SMPP 3.4 lets a client send, without the NUL: system_id (section 5.2.1) and password (section 5.2.2). */
const systemIdPrefix = 'sm';
const systemIdTail = 13;
const passwordLength = 8;

/**
 * Short credentials for SMPP clients that keep to the sizes of SMPP 3.4. Neither a SID nor an auth token fits those,
 * and such clients cut both: what is left of a token would be a 32-bit secret. So a pair is made for the purpose; it
 * opens SMPP alone, and an account has one at a time.
 *
 * Of the 15 characters of system_id 13 are random (67 bits), of the password all 8 (47 bits): both have to be guessed,
 * and the listener holds back its answer to each failed bind.
 */
export class SmppLogins {
  private readonly context: { readonly store: Store; readonly vault: Vault; readonly random: Random };
  private readonly accounts: Accounts;
  private readonly logins: Table<string, SmppLogin>;
  private readonly decoy: Buffer;

  constructor(
    accounts: Accounts,
    context: { readonly store: Store; readonly vault: Vault; readonly random: Random },
  ) {
    this.accounts = accounts;
    this.context = context;
    this.logins = context.store.table(smppLoginTable);
    this.decoy = context.vault.hash('', 'nobody');
  }

  /** Makes a pair for an account. What it had before opens nothing from now on. */
  async issue(accountSid: Sid): Promise<Result<SmppCredentials, SmppLoginFault>> {
    const account = isSid(accountSid, 'AC') ? this.accounts.fetch(accountSid) : undefined;
    if (account === undefined) return fail('notFound');
    if (account.status === 'closed') return fail('closed');
    const { random, store, vault } = this.context;
    const systemId = systemIdPrefix + textOf(random, lowerCase, systemIdTail);
    const password = textOf(random, mixedCase, passwordLength);
    return store.transact(() => {
      for (const [known, login] of this.logins.entries()) {
        if (login.accountSid === accountSid) this.logins.remove(known);
      }
      this.logins.put(systemId, { accountSid, secretHash: vault.hash(password, systemId) });
      return ok({ systemId, password });
    });
  }

  /** The account of a pair. An unknown system_id takes as long to refuse as a wrong password. */
  authenticate(systemId: string, password: string): Result<Account, AuthFailure> {
    const login = isSystemId(systemId) ? this.logins.get(systemId) : undefined;
    const matches = this.context.vault.matches(password, systemId, login?.secretHash ?? this.decoy);
    if (login === undefined || !matches) return fail('wrongCredentials');
    const account = this.accounts.fetch(login.accountSid);
    if (account === undefined) return fail('wrongCredentials');
    const status = this.accounts.effectiveStatus(account);
    return status === 'active' ? ok(account) : fail(status);
  }
}

const isSystemId = (text: string): boolean => /^sm[a-z0-9]{13}$/.test(text);

const lowerCase = 'abcdefghijklmnopqrstuvwxyz0123456789';
const mixedCase = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** `length` characters of `alphabet`, without bias: bytes above its last whole multiple are thrown away. */
function textOf(random: Random, alphabet: string, length: number): string {
  const usable = 256 - (256 % alphabet.length);
  let text = '';
  while (text.length < length) {
    for (const byte of random.bytes(32)) {
      if (byte < usable && text.length < length) text += alphabet.charAt(byte % alphabet.length);
    }
  }
  return text;
}
