import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../../control/base/clock.ts';
import type { Random } from '../../../control/base/random.ts';

const timeBytes = 6;
const saltBytes = 8;
const macBytes = 16;

/**
 * Nonces that need no memory: time of issue, salt, and a MAC of both and the realm, in base64url. Whoever holds the
 * key can tell its own from others' and how old they are; a restart makes a new key, so that old nonces are foreign.
 */
export class Nonces {
  private readonly clock: Clock;
  private readonly random: Random;
  private readonly key: Buffer;

  constructor(clock: Clock, random: Random) {
    this.clock = clock;
    this.random = random;
    this.key = random.bytes(32);
  }

  issue(realm: string): string {
    const bytes = Buffer.alloc(timeBytes + saltBytes + macBytes);
    bytes.writeUIntBE(this.clock.now(), 0, timeBytes);
    this.random.bytes(saltBytes).copy(bytes, timeBytes);
    this.mac(bytes, realm).copy(bytes, timeBytes + saltBytes);
    return bytes.toString('base64url');
  }

  /** When the nonce was issued, in Unix milliseconds; undefined if it is not one of ours for this realm. */
  issuedMs(nonce: string, realm: string): number | undefined {
    const bytes = Buffer.from(nonce, 'base64url');
    // One nonce has one spelling, so that it cannot come back under another.
    if (bytes.length !== timeBytes + saltBytes + macBytes || bytes.toString('base64url') !== nonce)
      return undefined;
    const right = timingSafeEqual(bytes.subarray(timeBytes + saltBytes), this.mac(bytes, realm));
    return right ? bytes.readUIntBE(0, timeBytes) : undefined;
  }

  private mac(bytes: Buffer, realm: string): Buffer {
    return createHmac('sha256', this.key)
      .update(bytes.subarray(0, timeBytes + saltBytes))
      .update(realm)
      .digest()
      .subarray(0, macBytes);
  }
}
