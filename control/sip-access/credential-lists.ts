import { fail, ok, type Result } from '../base/result.ts';
import type { Sid } from '../base/sid.ts';
import type { Page, PageQuery } from '../store/facets.ts';
import { textsKey } from '../store/keys.ts';
import { OwnedRows, ownedTable } from '../store/owned-rows.ts';
import type { Table } from '../store/table.ts';
import type { SealedTable } from '../vault/sealed.ts';
import { realmOf, type SipAccessContext } from './context.ts';
import { digestSecrets, sealSecrets, unsealSecrets, type DigestSecrets } from './digest.ts';
import { GuardLists, type GuardList } from './guard-lists.ts';
import type { Mappings } from './mappings.ts';

/** A user name of a CredentialList (https://www.twilio.com/docs/voice/sip/api/sip-credential-resource). */
export interface Credential {
  /** CR… */
  readonly sid: Sid;
  readonly accountSid: Sid;
  readonly listSid: Sid;
  readonly username: string;
  /** The realm that `sealed` is for. */
  readonly realm: string;
  /** `sealSecrets`. */
  readonly sealed: Buffer;
  readonly createdMs: number;
  readonly updatedMs: number;
}

export type CredentialFault = 'badUsername' | 'badPassword' | 'taken' | 'tooMany' | 'notFound';

const table = 'sip-credentials';

/** `Credential.sealed`. */
export const sealedCredentials: SealedTable<Sid, Credential> = {
  spec: ownedTable(table, 'CR'),
  reseal: (row, reseal) => ({ ...row, sealed: reseal(row.sealed, row.sid) }),
};

const credentialsMax = 1_000;
const usernameMax = 32;
const passwordMin = 12;
const passwordMax = 256;

/** What a user name may hold: nothing that would end it in a header (RFC 7616 §3.4) or in H(A1). */
const isUsername = (text: string): boolean => text.length <= usernameMax && /^[^\s:"\\\p{Cc}]+$/u.test(text);

/** Documented: 12 characters or more, with a digit, a small letter and a capital. */
export const isPassword = (text: string): boolean =>
  text.length >= passwordMin &&
  text.length <= passwordMax &&
  /\d/.test(text) &&
  /\p{Ll}/u.test(text) &&
  /\p{Lu}/u.test(text) &&
  !/\p{Cc}/u.test(text);

/** CredentialLists and the Credentials in them. Passwords are kept as digest authentication needs them, sealed. */
export class CredentialLists extends GuardLists {
  private readonly credentials: OwnedRows<Credential>;
  /** By list and user name. */
  private readonly usernames: Table<readonly string[], Sid>;
  private readonly realm: string;

  constructor(context: SipAccessContext, mappings: Mappings) {
    super(context, mappings, { table: 'sip-credential-lists', prefix: 'CL', nameMax: 64 });
    this.credentials = new OwnedRows<Credential>(context.store, table, 'CR', ({ listSid }) => [[listSid]]);
    this.usernames = context.store.table({ name: 'sip-usernames', key: textsKey, version: 1 });
    this.realm = realmOf(context.domain);
  }

  async add(
    list: GuardList,
    username: string,
    password: string,
  ): Promise<Result<Credential, CredentialFault>> {
    if (!isUsername(username)) return fail('badUsername');
    if (!isPassword(password)) return fail('badPassword');
    const { clock, sids, store, vault } = this.context;
    return store.transact(() => {
      if (this.fetch(list.accountSid, list.sid) === undefined) return fail('notFound');
      if (this.usernames.has([list.sid, username])) return fail('taken');
      if (this.credentials.reaches([list.sid], credentialsMax)) return fail('tooMany');
      const nowMs = clock.now();
      const sid = sids('CR');
      const row: Credential = {
        sid,
        accountSid: list.accountSid,
        listSid: list.sid,
        username,
        realm: this.realm,
        sealed: sealSecrets(vault, digestSecrets(username, this.realm, password), sid),
        createdMs: nowMs,
        updatedMs: nowMs,
      };
      this.usernames.put([list.sid, username], sid);
      return ok(this.credentials.keep(row));
    });
  }

  credential(list: GuardList, sid: string): Credential | undefined {
    const row = this.credentials.of(list.accountSid, sid);
    return row?.listSid === list.sid ? row : undefined;
  }

  credentialsOf(list: GuardList, page: PageQuery<Sid>): Page<Credential, Sid> {
    return this.credentials.list([list.sid], page);
  }

  async setPassword(
    list: GuardList,
    sid: string,
    password: string,
  ): Promise<Result<Credential, 'badPassword' | 'notFound'>> {
    if (!isPassword(password)) return fail('badPassword');
    const { clock, store, vault } = this.context;
    return store.transact(() => {
      const before = this.credential(list, sid);
      if (before === undefined) return fail('notFound');
      const sealed = sealSecrets(vault, digestSecrets(before.username, this.realm, password), before.sid);
      return ok(
        this.credentials.keep({ ...before, realm: this.realm, sealed, updatedMs: clock.now() }, before),
      );
    });
  }

  async removeCredential(list: GuardList, sid: string): Promise<boolean> {
    return this.context.store.transact(() => {
      const row = this.credential(list, sid);
      if (row !== undefined) this.drop(row);
      return row !== undefined;
    });
  }

  /** What a user of a list authenticates with; undefined if the list has none, or it is for another realm. */
  secrets(listSid: Sid, username: string): DigestSecrets | undefined {
    if (!isUsername(username)) return undefined;
    const sid = this.usernames.get([listSid, username]);
    const row = sid === undefined ? undefined : this.credentials.get(sid);
    if (row?.realm !== this.realm) return undefined;
    return unsealSecrets(this.context.vault, row.sealed, row.sid);
  }

  protected override empty(list: GuardList): void {
    const { rows } = this.credentialsOf(list, { limit: credentialsMax });
    for (const row of rows) this.drop(row);
  }

  private drop(row: Credential): void {
    this.credentials.remove(row);
    this.usernames.remove([row.listSid, row.username]);
  }
}
