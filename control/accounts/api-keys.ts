import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { isSid, sidBytes, type Sid, type SidFactory } from '../base/sid.ts';
import { FacetIndex, type Page, type PageQuery } from '../store/facets.ts';
import type { Store } from '../store/store.ts';
import type { Table } from '../store/table.ts';
import type { Vault } from '../vault/vault.ts';
import { apiKeyTable, loginTable, type ApiKey, type Login } from './tables.ts';

export interface ApiKeysContext {
  readonly store: Store;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly random: Random;
  readonly sids: SidFactory;
}

const nameMax = 64;

/**
 * API keys (https://www.twilio.com/docs/iam/api-keys). SigningKeys are the same rows under an older name. Every
 * operation names the account, and sees that account's keys only.
 */
export class ApiKeys {
  private readonly context: ApiKeysContext;
  private readonly rows: Table<Sid, ApiKey>;
  private readonly logins: Table<string, Login>;
  private readonly index: FacetIndex;

  constructor(context: ApiKeysContext) {
    this.context = context;
    this.rows = context.store.table(apiKeyTable);
    this.logins = context.store.table(loginTable);
    this.index = new FacetIndex(context.store, 'api-keys-index');
  }

  /** Makes a key: with `allow` a restricted one. The secret, 32 letters and digits, is not kept and cannot be shown again. */
  async create(
    accountSid: Sid,
    wanted: { readonly friendlyName?: string; readonly main?: boolean; readonly allow?: readonly string[] },
  ): Promise<Result<{ key: ApiKey; secret: string }, 'badName'>> {
    const { clock, random, sids, store, vault } = this.context;
    const friendlyName = wanted.friendlyName ?? '';
    if (friendlyName.length > nameMax) return fail('badName');
    const nowMs = clock.now();
    const secret = secretText(random);
    const key: ApiKey = {
      sid: sids('SK'),
      accountSid,
      friendlyName,
      main: wanted.main ?? false,
      allow: wanted.allow ?? null,
      createdMs: nowMs,
      updatedMs: nowMs,
    };
    this.rows.put(key.sid, key);
    this.index.move([], [[accountSid]], sidBytes(key.sid));
    this.logins.put(key.sid, {
      kind: key.allow !== null ? 'restrictedKey' : key.main ? 'mainKey' : 'standardKey',
      accountSid,
      secretHash: vault.hash(secret, key.sid),
    });
    await store.durable();
    return ok({ key, secret });
  }

  /** Whoever's it is; `sid` may be any text. */
  get(sid: string): ApiKey | undefined {
    return isSid(sid, 'SK') ? this.rows.get(sid) : undefined;
  }

  fetch(accountSid: Sid, sid: Sid): ApiKey | undefined {
    const key = this.get(sid);
    return key?.accountSid === accountSid ? key : undefined;
  }

  /** Newest first. */
  list(accountSid: Sid, page: PageQuery<Sid>): Page<ApiKey, Sid> {
    return this.index.newestSids([accountSid], 'SK', page, (sid) => this.rows.get(sid));
  }

  async update(
    accountSid: Sid,
    sid: Sid,
    change: { readonly friendlyName?: string; readonly allow?: readonly string[] },
  ): Promise<Result<ApiKey, 'notFound' | 'badName' | 'notRestricted'>> {
    if ((change.friendlyName?.length ?? 0) > nameMax) return fail('badName');
    return this.context.store.transact(() => {
      const before = this.fetch(accountSid, sid);
      if (before === undefined) return fail('notFound');
      if (change.allow !== undefined && before.allow === null) return fail('notRestricted');
      const after: ApiKey = {
        ...before,
        friendlyName: change.friendlyName ?? before.friendlyName,
        allow: change.allow ?? before.allow,
        updatedMs: this.context.clock.now(),
      };
      this.rows.put(sid, after);
      return ok(after);
    });
  }

  /** Gives false if the account has no such key. Once it resolves, the key opens nothing. */
  async remove(accountSid: Sid, sid: Sid): Promise<boolean> {
    return this.context.store.transact(() => {
      if (this.fetch(accountSid, sid) === undefined) return false;
      this.rows.remove(sid);
      this.logins.remove(sid);
      this.index.move([[accountSid]], [], sidBytes(sid));
      return true;
    });
  }
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** 32 characters of 62, without bias: bytes from 248 up, where 62 no longer divides evenly, are thrown away. */
function secretText(random: Random): string {
  let text = '';
  while (text.length < 32) {
    for (const byte of random.bytes(40)) {
      if (byte < 248 && text.length < 32) text += alphabet.charAt(byte % 62);
    }
  }
  return text;
}
