import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  timingSafeEqual,
  type KeyObject,
} from 'node:crypto';
import type { Random } from '../base/random.ts';
import { hmacSha256 } from './hmac.ts';
import { loadSealKey } from './seal-key.ts';

const version = 1;
const keyIdBytes = 4;
const nonceBytes = 12;
const tagBytes = 16;
const headBytes = 1 + keyIdBytes + nonceBytes;

/**
 * Keeps secrets at rest. What must be read again (auth tokens sign webhooks) is sealed with AES-256-GCM; what is
 * only ever compared (API key secrets) is hashed.
 *
 * An envelope is: version (1 byte), key id (4), nonce (12, random), ciphertext, tag (16). The key id lets a later
 * key take over while old envelopes are still read.
 */
export class Vault {
  private readonly sealKey: KeyObject;
  private readonly peppered: (message: string) => Buffer;
  private readonly keyId: Buffer;
  private readonly random: Random;

  /** `sealKey` is 32 bytes; `Vault.open` reads it from its file. */
  constructor(sealKey: Buffer, random: Random) {
    const derive = (purpose: string, length: number): Buffer =>
      Buffer.from(hkdfSync('sha256', sealKey, '', purpose, length));
    this.sealKey = createSecretKey(derive('strowger seal', 32));
    this.peppered = hmacSha256(derive('strowger pepper', 32));
    this.keyId = derive('strowger key id', keyIdBytes);
    this.random = random;
  }

  /** The vault of a data directory; makes its key on first use. */
  static open(dataDirectory: string, random: Random): Vault {
    return new Vault(loadSealKey(dataDirectory, random), random);
  }

  /** Seals `secret`. Only the same `context` (what the secret belongs to) opens it again, so rows cannot be swapped. */
  seal(secret: string, context: string): Buffer {
    const nonce = this.random.bytes(nonceBytes);
    const head = Buffer.concat([Buffer.of(version), this.keyId, nonce]);
    const cipher = createCipheriv('aes-256-gcm', this.sealKey, nonce);
    cipher.setAAD(Buffer.concat([head, Buffer.from(context, 'utf8')]));
    return Buffer.concat([head, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  }

  /** Opens an envelope of our own store. Throws if it was made with another key or context, or was altered. */
  unseal(envelope: Buffer, context: string): string {
    if (envelope.length < headBytes + tagBytes || envelope[0] !== version) {
      throw new Error('vault: not an envelope');
    }
    if (!envelope.subarray(1, 1 + keyIdBytes).equals(this.keyId)) {
      throw new Error('vault: sealed with another key; is keys/seal.key the one of this store?');
    }
    const head = envelope.subarray(0, headBytes);
    const decipher = createDecipheriv('aes-256-gcm', this.sealKey, head.subarray(1 + keyIdBytes), {
      authTagLength: tagBytes,
    });
    decipher.setAAD(Buffer.concat([head, Buffer.from(context, 'utf8')]));
    decipher.setAuthTag(envelope.subarray(-tagBytes));
    return (
      decipher.update(envelope.subarray(headBytes, -tagBytes), undefined, 'utf8') + decipher.final('utf8')
    );
  }

  /**
   * A hash to recognise `secret` by: HMAC-SHA-256 under a key derived from the seal key. A slow password hash would
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
}
