import { randomBytes } from 'node:crypto';

/** Randomness as everything in this project sees it, so that a test may repeat it. */
export interface Random {
  /** `length` bytes fit for secrets. */
  bytes(length: number): Buffer;
  /** Uniform in [0, 1), for jitter; not fit for secrets. */
  fraction(): number;
}

/** To ask the kernel costs more than a few bytes are worth: it is asked for so many at a time. */
const poolBytes = 4_096;
let pool = Buffer.alloc(0);
let used = 0;

export const systemRandom: Random = {
  bytes: (length) => {
    if (length > poolBytes / 4) return randomBytes(length);
    if (used + length > pool.length) {
      pool = randomBytes(poolBytes);
      used = 0;
    }
    // A copy, and nothing left behind: bytes that become a secret are to be found in one place.
    const bytes = Buffer.from(pool.subarray(used, used + length));
    pool.fill(0, used, used + length);
    used += length;
    return bytes;
  },
  fraction: () => Math.random(),
};
