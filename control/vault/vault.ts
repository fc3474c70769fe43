import { timingSafeEqual } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { Store } from '../store/store.ts';
import { hmacSha256 } from './hmac.ts';
import { openKeyFile } from './key-file.ts';
import { handoverContext, KeyRows, pepperContext, type KeyRow } from './key-row.ts';
import type { KeySource } from './key-source.ts';
import { bytesOfKey, keyIdOf, SealKey } from './seal-key.ts';

/** A new key is learnt of within this time, also where nothing is sealed or unsealed. */
const followMs = 1_000;

/**
 * Keeps secrets at rest. What must be read again (auth tokens sign webhooks) is sealed with AES-256-GCM; what is
 * only ever compared (API key secrets) is hashed.
 *
 * The store says which key seals (`KeyRow`). While keys change, every process that has the store open finds the new key
 * there, sealed with the old, and opens what is sealed with either.
 */
export class Vault {
  private readonly keys = new Map<string, SealKey>();
  private readonly peppered: (message: string) => Buffer;
  private readonly random: Random;
  private readonly rows: KeyRows | undefined;
  private readonly source: KeySource | undefined;
  private newest: SealKey;

  /**
   * A vault of one key, 32 bytes, that never changes; `Vault.open` makes that of a store. `others`: keys that it may
   * need besides.
   */
  constructor(
    key: Buffer,
    random: Random,
    kept?: { readonly source: KeySource; readonly rows: KeyRows },
    others: readonly Buffer[] = [],
  ) {
    this.random = random;
    for (const other of others) this.know(other);
    this.newest = this.know(key);
    this.source = kept?.source;
    this.rows = kept?.rows;
    const row = this.rows?.get();
    this.peppered = hmacSha256(row === undefined ? this.newest.pepper : this.pepperOf(row));
  }

  /**
   * The vault of a store. Makes the key on first use. Throws, with what to do next, if the key is missing or another than
   * the store is sealed with. `bequeathed`: what the process before this one has told (`bequest`); the key is not read then.
   */
  static open(source: KeySource, store: Store, random: Random, bequeathed: readonly Buffer[] = []): Vault {
    const rows = new KeyRows(store);
    const row = rows.get();
    if (row === undefined) {
      const key = openKeyFile(source.file, random, () => random.bytes(bytesOfKey));
      const first = new SealKey(key, random);
      const pepper = first.seal(first.pepper.toString('hex'), pepperContext);
      rows.put({ sealsWith: first.id, pepper, handover: null });
      return new Vault(key, random, { source, rows });
    }
    const [key = source.read(), ...others] = bequeathed;
    if (key === undefined) {
      throw new Error(`the secrets are sealed with the key ${row.sealsWith}: put it at ${source.file}`);
    }
    return new Vault(key, random, { source, rows }, others);
  }

  /**
   * What opens the store as it is now, and whatever becomes of it in a moment: for a process that succeeds this one, and
   * finds the key where it was when the service manager started the first of them.
   */
  bequest(): readonly Buffer[] {
    try {
      this.sealing();
    } catch {
      // What is known must do; `follow` tells of it.
    }
    const { newest } = this;
    const before = this.keys.get(this.rows?.get()?.handover?.from ?? newest.id) ?? newest;
    return Array.from(new Set([newest, before]), (key) => key.export());
  }

  /** Id of the key that seals now. */
  get keyId(): string {
    return this.sealing().id;
  }

  /** Seals `secret`. Only the same `context` (what the secret belongs to) opens it again, so rows cannot be swapped. */
  seal(secret: string, context: string): Buffer {
    return this.sealing().seal(secret, context);
  }

  /** Opens an envelope of our own store. Throws if it was made with another key or context, or was altered. */
  unseal(envelope: Buffer, context: string): string {
    const id = keyIdOf(envelope);
    if (id === undefined) throw new Error('vault: not an envelope');
    if (!this.keys.has(id)) this.sealing();
    const key = this.keys.get(id);
    if (key === undefined) throw new Error(`vault: sealed with another key (${id})`);
    return key.unseal(envelope, context);
  }

  /** The envelope as the newest key seals it; the same one where it does so already. */
  reseal(envelope: Buffer, context: string): Buffer {
    return keyIdOf(envelope) === this.sealing().id
      ? envelope
      : this.seal(this.unseal(envelope, context), context);
  }

  /** Looks for a new key each second until what it returns is called. `failed` hears why one cannot be had. */
  follow(clock: Clock, failed: (reason: string) => void): () => void {
    let said = '';
    const look = (): void => {
      timer = clock.after(followMs, look);
      try {
        this.sealing();
        said = '';
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        if (reason !== said) failed(reason);
        said = reason;
      }
    };
    let timer = clock.after(followMs, look);
    return () => timer.cancel();
  }

  /**
   * A hash to recognise `secret` by: HMAC-SHA-256 under a pepper. A slow password hash would
   * add nothing: our secrets are 128 random bits or more, so they cannot be guessed even from the bare hash, and
   * every REST request checks one.
   */
  hash(secret: string, context: string): Buffer {
    return this.peppered(`${context}\0${secret}`);
  }

  /** Whether `secret` is the one that `expected` is the hash of. Takes as long for a near miss as for any other. */
  matches(secret: string, context: string, expected: Buffer): boolean {
    const actual = this.hash(secret, context);
    return actual.length === expected.length && timingSafeEqual(actual, expected);
  }

  /** The key that seals now, learnt of first if it is new. */
  private sealing(): SealKey {
    const row = this.rows?.get();
    if (row === undefined || row.sealsWith === this.newest.id) return this.newest;
    return (this.newest = this.keys.get(row.sealsWith) ?? this.learn(row));
  }

  /** The store's new key, from the store itself or, where that hands it over no more, from where keys are kept. */
  private learn({ sealsWith, handover }: KeyRow): SealKey {
    const old = handover === null ? undefined : this.keys.get(handover.from);
    const bytes =
      old === undefined || handover === null
        ? this.source?.read()
        : Buffer.from(old.unseal(handover.sealedKey, handoverContext), 'hex');
    const key = bytes === undefined ? undefined : this.know(bytes);
    if (key?.id === sealsWith) return key;
    throw new Error(
      `the secrets are sealed with the key ${sealsWith}, and ${this.source?.file ?? ''} holds ` +
        `${key?.id ?? 'none'}: put the right one there`,
    );
  }

  private know(bytes: Buffer): SealKey {
    const key = new SealKey(bytes, this.random);
    this.keys.set(key.id, key);
    return key;
  }

  private pepperOf({ pepper }: KeyRow): Buffer {
    return Buffer.from(this.unseal(pepper, pepperContext), 'hex');
  }
}
