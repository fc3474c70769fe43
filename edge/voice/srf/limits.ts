/**
 * What a trunk may carry: calls a second, and calls at a time. A bucket of one second's calls, so that a burst after a
 * pause is let through as carriers do. Pure: it is told the time.
 */
export class TrunkLimits {
  private readonly cps: number;
  private readonly channels: number;
  private tokens: number;
  private lastMs: number;
  private busy = 0;

  constructor(cps: number, channels: number, nowMs: number) {
    this.cps = cps;
    this.channels = channels;
    this.tokens = Math.max(1, cps);
    this.lastMs = nowMs;
  }

  /** Calls on it now. */
  get inUse(): number {
    return this.busy;
  }

  /** Takes a channel for a new call; false if there is none, or calls come too fast. */
  take(nowMs: number): boolean {
    const most = Math.max(1, this.cps);
    this.tokens = Math.min(most, this.tokens + ((nowMs - this.lastMs) / 1000) * this.cps);
    this.lastMs = nowMs;
    if (this.busy >= this.channels || this.tokens < 1) return false;
    this.tokens -= 1;
    this.busy++;
    return true;
  }

  /** Gives the channel of a call back that has ended. */
  give(): void {
    this.busy--;
  }
}
