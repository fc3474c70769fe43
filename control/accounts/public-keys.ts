import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { Sid, SidFactory } from '../base/sid.ts';
import type { Page, PageQuery } from '../store/facets.ts';
import { sidKey } from '../store/keys.ts';
import { Memory } from '../store/memory.ts';
import { OwnedRows } from '../store/owned-rows.ts';
import type { Store } from '../store/store.ts';
import type { Table } from '../store/table.ts';

/** A key that an account signs requests with (https://www.twilio.com/docs/iam/credentials/api). */
export interface PublicKey {
  /** CR… */
  readonly sid: Sid;
  readonly accountSid: Sid;
  readonly friendlyName: string;
  /** SubjectPublicKeyInfo in PEM. */
  readonly publicKey: string;
  readonly createdMs: number;
  readonly updatedMs: number;
}

/** Documented with errors 70101 to 70104: RSA of 2048 bits with the exponent 65537, and nothing else. */
export type PublicKeyFault = 'notRsa' | 'badLength' | 'badExponent' | 'notKey' | 'badName' | 'tooMany';

const nameMax = 64;
const keysMax = 100;
const pemMax = 4_096;

/** The public keys of accounts, and which accounts take signed requests alone. */
export class PublicKeys {
  private readonly context: { readonly store: Store; readonly clock: Clock; readonly sids: SidFactory };
  private readonly rows: OwnedRows<PublicKey>;
  private readonly demands: Table<Sid, true>;
  private readonly recentKeys: Memory<Sid, { readonly accountSid: Sid; readonly key: KeyObject }>;
  private readonly recentDemands: Memory<Sid, boolean>;

  constructor(context: { readonly store: Store; readonly clock: Clock; readonly sids: SidFactory }) {
    const { store, clock } = context;
    this.context = context;
    this.rows = new OwnedRows<PublicKey>(store, 'public-keys', 'CR', ({ accountSid }) => [[accountSid]]);
    this.demands = store.table({ name: 'validation-demands', key: sidKey('AC'), version: 1 });
    this.recentKeys = new Memory(store, clock);
    this.recentDemands = new Memory(store, clock);
  }

  async create(
    accountSid: Sid,
    friendlyName: string,
    publicKey: string,
  ): Promise<Result<PublicKey, PublicKeyFault>> {
    if (friendlyName.length > nameMax) return fail('badName');
    const key = readKey(publicKey);
    if (!key.ok) return key;
    const { clock, sids, store } = this.context;
    return store.transact(() => {
      if (this.rows.reaches([accountSid], keysMax)) return fail('tooMany');
      const nowMs = clock.now();
      const pem = key.value.export({ type: 'spki', format: 'pem' }).toString();
      const times = { createdMs: nowMs, updatedMs: nowMs };
      return ok(this.rows.keep({ sid: sids('CR'), accountSid, friendlyName, publicKey: pem, ...times }));
    });
  }

  fetch(accountSid: Sid, sid: string): PublicKey | undefined {
    return this.rows.of(accountSid, sid);
  }

  /** Newest first. */
  list(accountSid: Sid, page: PageQuery<Sid>): Page<PublicKey, Sid> {
    return this.rows.list([accountSid], page);
  }

  async rename(
    accountSid: Sid,
    sid: string,
    friendlyName: string,
  ): Promise<Result<PublicKey, 'notFound' | 'badName'>> {
    if (friendlyName.length > nameMax) return fail('badName');
    return this.context.store.transact(() => {
      const before = this.fetch(accountSid, sid);
      if (before === undefined) return fail('notFound');
      return ok(this.rows.keep({ ...before, friendlyName, updatedMs: this.context.clock.now() }, before));
    });
  }

  /** Gives false if the account has no such key. Once it resolves, nothing signed with it is taken. */
  async remove(accountSid: Sid, sid: string): Promise<boolean> {
    return this.context.store.transact(() => {
      const row = this.fetch(accountSid, sid);
      if (row !== undefined) this.rows.remove(row);
      return row !== undefined;
    });
  }

  /** The key itself, for requests that follow one another; undefined if the account has none of this SID. */
  keyOf(accountSid: Sid, sid: string): KeyObject | undefined {
    const known = this.recentKeys.find(sid);
    if (known !== undefined) return known.accountSid === accountSid ? known.key : undefined;
    const row = this.fetch(accountSid, sid);
    if (row === undefined) return undefined;
    const key = createPublicKey(row.publicKey);
    this.recentKeys.keep(sid, { accountSid, key });
    return key;
  }

  /** Whether an account's requests must be signed. Asked for by every request. */
  isDemanded(accountSid: Sid): boolean {
    const known = this.recentDemands.find(accountSid);
    if (known !== undefined) return known;
    const demanded = this.demands.has(accountSid);
    this.recentDemands.keep(accountSid, demanded);
    return demanded;
  }

  /** The account must exist. */
  async demand(accountSid: Sid, demanded: boolean): Promise<void> {
    await this.context.store.transact(() => {
      if (demanded) this.demands.put(accountSid, true);
      else this.demands.remove(accountSid);
    });
  }
}

function readKey(pem: string): Result<KeyObject, PublicKeyFault> {
  // A private key would do, too; whoever sends it here has made a mistake that should not be kept.
  if (pem.length > pemMax || !pem.includes('-----BEGIN PUBLIC KEY-----')) return fail('notKey');
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch {
    return fail('notKey');
  }
  if (key.asymmetricKeyType !== 'rsa') return fail('notRsa');
  const { modulusLength, publicExponent } = key.asymmetricKeyDetails ?? {};
  if (modulusLength !== 2048) return fail('badLength');
  return publicExponent === 65537n ? ok(key) : fail('badExponent');
}
