import type { Random } from '../../../control/base/random.ts';
import { branchCookie } from '../message/via.ts';

const poolBytes = 4_096;

/** Names that nobody can guess: branches, tags, Call-IDs (RFC 3261 §19.3 asks for 32 bits of randomness at least). */
export class SipIds {
  private readonly random: Random;
  private pool: string;
  private used = 0;

  constructor(random: Random) {
    this.random = random;
    this.pool = random.bytes(poolBytes).toString('hex');
  }

  /** A branch of a new transaction (RFC 3261 §8.1.1.7). */
  branch(): string {
    return branchCookie + this.hex(20);
  }

  tag(): string {
    return this.hex(16);
  }

  callId(): string {
    return this.hex(32);
  }

  /** `digits` hex digits. */
  hex(digits: number): string {
    if (this.used + digits > this.pool.length) {
      this.pool = this.random.bytes(poolBytes).toString('hex');
      this.used = 0;
    }
    const text = this.pool.slice(this.used, this.used + digits);
    this.used += digits;
    return text;
  }
}
