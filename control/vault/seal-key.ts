import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import type { Random } from '../base/random.ts';

const version = 1;
const keyIdBytes = 4;
const nonceBytes = 12;
const tagBytes = 16;
const headBytes = 1 + keyIdBytes + nonceBytes;

/** Bytes of a seal key. */
export const bytesOfKey = 32;

/** The id of the key that an envelope was sealed with; undefined if it is no envelope. */
export const keyIdOf = (envelope: Buffer): string | undefined =>
  envelope.length < headBytes + tagBytes || envelope[0] !== version
    ? undefined
    : envelope.toString('hex', 1, 1 + keyIdBytes);

/**
 * One 256-bit key that seals, by AES-256-GCM. An envelope is: version (1 byte), key id (4), nonce (12, random),
 * ciphertext, tag (16).
 */
export class SealKey {
  /** 8 hex digits, which tell nothing of the key. */
  readonly id: string;
  /** What hashes are peppered with where a store has known no key but this one. */
  readonly pepper: Buffer;
  private readonly material: KeyObject;
  private readonly cipherKey: KeyObject;
  private readonly random: Random;

  constructor(bytes: Buffer, random: Random) {
    const derive = (purpose: string, length: number): Buffer =>
      Buffer.from(hkdfSync('sha256', bytes, '', purpose, length));
    this.id = derive('strowger key id', keyIdBytes).toString('hex');
    this.pepper = derive('strowger pepper', 32);
    this.material = createSecretKey(bytes);
    this.cipherKey = createSecretKey(derive('strowger seal', 32));
    this.random = random;
  }

  /** The key itself, 32 bytes. */
  export(): Buffer {
    return this.material.export();
  }

  /** Seals `secret`. Only the same `context` (what the secret belongs to) opens it again, so rows cannot be swapped. */
  seal(secret: string, context: string): Buffer {
    const nonce = this.random.bytes(nonceBytes);
    const head = Buffer.concat([Buffer.of(version), Buffer.from(this.id, 'hex'), nonce]);
    const cipher = createCipheriv('aes-256-gcm', this.cipherKey, nonce);
    cipher.setAAD(Buffer.concat([head, Buffer.from(context, 'utf8')]));
    return Buffer.concat([head, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  }

  /** Opens an envelope that bears this key's id. Throws if it was made in another context, or was altered. */
  unseal(envelope: Buffer, context: string): string {
    const head = envelope.subarray(0, headBytes);
    const decipher = createDecipheriv('aes-256-gcm', this.cipherKey, head.subarray(1 + keyIdBytes), {
      authTagLength: tagBytes,
    });
    decipher.setAAD(Buffer.concat([head, Buffer.from(context, 'utf8')]));
    decipher.setAuthTag(envelope.subarray(-tagBytes));
    return (
      decipher.update(envelope.subarray(headBytes, -tagBytes), undefined, 'utf8') + decipher.final('utf8')
    );
  }
}
