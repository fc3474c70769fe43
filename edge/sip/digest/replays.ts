interface Used {
  readonly issuedMs: number;
  count: number;
}

/**
 * Which counts of which nonces have been used. Memory is bounded: where there are too many nonces, the one used first
 * is forgotten, and with it all that were issued no later may be used no more.
 */
export class Replays {
  private readonly max: number;
  private readonly used = new Map<string, Used>();
  /** Nonces issued at this time or earlier are not accepted: what was used of them is no longer known. */
  private horizonMs = 0;

  constructor(max: number) {
    this.max = max;
  }

  get size(): number {
    return this.used.size;
  }

  /** Whether the count is the highest yet of this nonce; if so it is used from now on. */
  use(nonce: string, issuedMs: number, count: number): boolean {
    const known = this.used.get(nonce);
    if (known !== undefined) {
      if (count <= known.count) return false;
      known.count = count;
      return true;
    }
    if (issuedMs <= this.horizonMs) return false;
    if (this.used.size >= this.max) this.forgetOldest();
    this.used.set(nonce, { issuedMs, count });
    return true;
  }

  /** Forgets nonces issued at `timeMs` or earlier, which their age alone excludes from now on. */
  expire(timeMs: number): void {
    this.horizonMs = Math.max(this.horizonMs, timeMs);
    for (const [nonce, { issuedMs }] of this.used) {
      if (issuedMs > timeMs) break;
      this.used.delete(nonce);
    }
  }

  private forgetOldest(): void {
    const oldest = this.used.entries().next();
    if (oldest.done === true) return;
    const [nonce, { issuedMs }] = oldest.value;
    this.horizonMs = Math.max(this.horizonMs, issuedMs);
    this.used.delete(nonce);
  }
}
