import type { Random } from '../../control/base/random.ts';

/** Delays that double from `firstMs` to `lastMs`, each drawn from the upper half of its step. */
export class Backoff {
  private readonly firstMs: number;
  private readonly lastMs: number;
  private readonly random: Random;
  private step = 0;

  constructor(firstMs: number, lastMs: number, random: Random) {
    this.firstMs = firstMs;
    this.lastMs = lastMs;
    this.random = random;
  }

  /** The next delay in milliseconds. */
  next(): number {
    const fullMs = Math.min(this.lastMs, this.firstMs * 2 ** this.step);
    if (fullMs < this.lastMs) this.step++;
    return fullMs * (0.5 + 0.5 * this.random.fraction());
  }

  reset(): void {
    this.step = 0;
  }
}
