import { bytesKey, sidKey, textKey } from '../store/keys.ts';
import type { TableSpec } from '../store/table.ts';
import type { Sid } from '../base/sid.ts';
import type { Account, AccountStatus } from './account.ts';

type PackedAccount = [
  no: number,
  owner: Sid,
  name: string,
  status: AccountStatus,
  type: Account['type'],
  createdMs: number,
  updatedMs: number,
];

export const accountTable: TableSpec<Sid, Account> = {
  name: 'accounts',
  key: sidKey('AC'),
  version: 1,
  pack: (row): PackedAccount => [
    row.no,
    row.ownerSid,
    row.friendlyName,
    row.status,
    row.type,
    row.createdMs,
    row.updatedMs,
  ],
  unpack(packed, sid) {
    const [no, ownerSid, friendlyName, status, type, createdMs, updatedMs] = packed as PackedAccount;
    return { sid, no, ownerSid, friendlyName, status, type, createdMs, updatedMs };
  },
};

/** `Account.no`, as 4 bytes, to the account's SID. */
export const accountNoTable: TableSpec<Buffer, Sid> = { name: 'account-nos', key: bytesKey, version: 1 };

/** The last `Account.no` given out, under 'account'. */
export const counterTable: TableSpec<string, number> = { name: 'account-counters', key: textKey, version: 1 };

/** Which secret a login proves: the account's token, its test token, or an API key. */
export type LoginKind = 'token' | 'testToken' | 'standardKey' | 'mainKey' | 'restrictedKey';

/** What a user name of HTTP Basic (or an SMPP system_id) leads to. */
export interface Login {
  readonly kind: LoginKind;
  readonly accountSid: Sid;
  /** `Vault.hash` of the secret, with the user name as context. */
  readonly secretHash: Buffer;
}

type PackedLogin = [LoginKind, Sid, Buffer];

/** The key of the login that an account's secondary token proves; no user name has this form. */
export const secondaryLogin = (accountSid: Sid): string => `${accountSid}/secondary`;

/** By user name, AC… (live or test) or SK…, and by `secondaryLogin`. */
export const loginTable: TableSpec<string, Login> = {
  name: 'logins',
  key: textKey,
  version: 1,
  pack: (row): PackedLogin => [row.kind, row.accountSid, row.secretHash],
  unpack(packed) {
    const [kind, accountSid, secretHash] = packed as PackedLogin;
    return { kind, accountSid, secretHash };
  },
};

/** What a short system_id leads to; see `SmppLogins`. */
export interface SmppLogin {
  readonly accountSid: Sid;
  /** `Vault.hash` of the password, with the system_id as context. */
  readonly secretHash: Buffer;
}

type PackedSmppLogin = [Sid, Buffer];

/** By system_id. */
export const smppLoginTable: TableSpec<string, SmppLogin> = {
  name: 'smpp-logins',
  key: textKey,
  version: 1,
  pack: (row): PackedSmppLogin => [row.accountSid, row.secretHash],
  unpack(packed) {
    const [accountSid, secretHash] = packed as PackedSmppLogin;
    return { accountSid, secretHash };
  },
};

/** An account's tokens, sealed; main accounts have test credentials, too. */
export interface SealedTokens {
  readonly token: Buffer;
  readonly test: { readonly sid: Sid; readonly token: Buffer } | null;
  /** The token that is to take the primary's place; see `TokenRotation`. */
  readonly secondary: { readonly token: Buffer; readonly createdMs: number } | null;
}

export const sealedTokenTable: TableSpec<Sid, SealedTokens> = {
  name: 'account-tokens',
  key: sidKey('AC'),
  version: 2,
  upgrades: { 1: (packed) => ({ ...(packed as object), secondary: null }) },
};

/** An API key as everybody may see it; its secret is shown once, when it is made. */
export interface ApiKey {
  readonly sid: Sid;
  readonly accountSid: Sid;
  readonly friendlyName: string;
  /** Main keys may also manage accounts and keys; standard ones may not. */
  readonly main: boolean;
  /** What a restricted key may, e.g. `/twilio/messaging/messages/create`; null for the others. */
  readonly allow: readonly string[] | null;
  readonly createdMs: number;
  readonly updatedMs: number;
}

export const apiKeyTable: TableSpec<Sid, ApiKey> = {
  name: 'api-keys',
  key: sidKey('SK'),
  version: 2,
  upgrades: { 1: (packed) => ({ ...(packed as object), allow: null }) },
};
