import type { Clock } from '../../control/base/clock.ts';

interface Entry {
  count: number;
  /** Monotonic. */
  readonly startedMs: number;
}

export interface FailedLoginLimits {
  /** Wrong credentials that one address may send within the window. */
  readonly attemptsMax: number;
  readonly windowMs: number;
  /** Addresses remembered at once; the oldest is forgotten first. */
  readonly addressesMax: number;
}

export const defaultFailedLoginLimits: FailedLoginLimits = {
  attemptsMax: 60,
  windowMs: 60_000,
  addressesMax: 10_000,
};

/** Counts wrong credentials for each remote address, so that guessing costs the guesser and not the edge. */
export class FailedLogins {
  private readonly entries = new Map<string, Entry>();
  private readonly clock: Clock;
  private readonly limits: FailedLoginLimits;

  constructor(clock: Clock, limits: FailedLoginLimits = defaultFailedLoginLimits) {
    this.clock = clock;
    this.limits = limits;
  }

  /** Whether nobody has failed of late; then there is no need to know a request's address. */
  get quiet(): boolean {
    return this.entries.size === 0;
  }

  /** Notes one failure of the address. */
  failed(address: string): void {
    const entry = this.current(address);
    if (entry !== undefined) {
      entry.count++;
      return;
    }
    if (this.entries.size >= this.limits.addressesMax) {
      const oldest = this.entries.keys().next();
      if (oldest.done !== true) this.entries.delete(oldest.value);
    }
    this.entries.set(address, { count: 1, startedMs: this.clock.monotonic() });
  }

  /** Milliseconds until the address may try again; 0 if it may now. */
  blockedMs(address: string): number {
    const entry = this.current(address);
    if (entry === undefined || entry.count < this.limits.attemptsMax) return 0;
    return entry.startedMs + this.limits.windowMs - this.clock.monotonic();
  }

  private current(address: string): Entry | undefined {
    const entry = this.entries.get(address);
    if (entry === undefined) return undefined;
    if (this.clock.monotonic() - entry.startedMs < this.limits.windowMs) return entry;
    this.entries.delete(address);
    return undefined;
  }
}
