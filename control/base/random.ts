import { randomBytes } from 'node:crypto';

/** Randomness as everything in this project sees it, so that a test may repeat it. */
export interface Random {
  /** `length` bytes fit for secrets. */
  bytes(length: number): Buffer;
  /** Uniform in [0, 1), for jitter; not fit for secrets. */
  fraction(): number;
}

export const systemRandom: Random = {
  bytes: (length) => randomBytes(length),
  fraction: () => Math.random(),
};
