import type { Clock, Timer } from '../../control/base/clock.ts';
import { Shares } from '../../control/base/shares.ts';

/** The outcome of asking to be let through. */
export type Entry = 'entered' | 'full' | 'late';

export interface GateOptions {
  /** Requests in progress at once, of all accounts. */
  readonly maxConcurrent: number;
  /** Of those, to one origin: its number of connections. */
  readonly perHost: number;
  /** Requests that may wait, of all accounts; one more is `full`. */
  readonly waitingMax: number;
}

interface Waiter {
  readonly settle: (entry: Entry) => void;
  /** Set while it waits. */
  timer?: Timer;
}

/**
 * Bounds requests in progress and waiting: for each host, and for all together, of which each account gets its share
 * (`Shares`). So one slow host with a long queue does not hold up the others, nor a tenant whose application hangs the
 * other tenants.
 */
export class Gate {
  private readonly clock: Clock;
  private readonly shares: Shares<Waiter>;

  constructor(clock: Clock, { maxConcurrent, perHost, waitingMax }: GateOptions) {
    this.clock = clock;
    this.shares = new Shares({ slots: maxConcurrent, perLane: perHost, waitingMax });
  }

  /** Requests in progress and waiting. */
  get load(): { readonly active: number; readonly waiting: number } {
    return this.shares.load;
  }

  /**
   * Resolves when the account's request may go (`entered`; then `leave` must follow), at once when too many wait, or
   * after `waitMs`.
   */
  enter(account: string, origin: string, waitMs: number): Promise<Entry> {
    return new Promise((settle) => {
      const waiter: Waiter = { settle };
      const asked = this.shares.enter(account, origin, waiter);
      if (asked !== 'waiting') {
        settle(asked);
        return;
      }
      const late = (): void => {
        this.shares.withdraw(account, origin, waiter);
        settle('late');
      };
      if (waitMs <= 0) late();
      else waiter.timer = this.clock.after(waitMs, late);
    });
  }

  /** A request that had entered is over. */
  leave(account: string, origin: string): void {
    for (const waiter of this.shares.leave(account, origin)) {
      waiter.timer?.cancel();
      waiter.settle('entered');
    }
  }
}
