/** How many requests of each account are in progress, with a bound. Accounts at rest cost nothing. */
export class InFlight {
  private readonly counts = new Map<string, number>();
  private readonly maxOf: (accountSid: string) => number;

  constructor(maxOf: (accountSid: string) => number) {
    this.maxOf = maxOf;
  }

  /** Counts one more request of the account, unless it already has as many as it may; then false. */
  enter(accountSid: string): boolean {
    const count = this.counts.get(accountSid) ?? 0;
    if (count >= this.maxOf(accountSid)) return false;
    this.counts.set(accountSid, count + 1);
    return true;
  }

  /** Takes back one `enter` that was true. */
  leave(accountSid: string): void {
    const count = this.counts.get(accountSid) ?? 0;
    if (count > 1) this.counts.set(accountSid, count - 1);
    else this.counts.delete(accountSid);
  }

  /** Requests in progress of this account. */
  of(accountSid: string): number {
    return this.counts.get(accountSid) ?? 0;
  }
}
