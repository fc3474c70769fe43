import type { Account } from '../../control/accounts/account.ts';
import type { Accounts } from '../../control/accounts/accounts.ts';
import type { Clock, Timer } from '../../control/base/clock.ts';
import type { Voice } from '../voice/voice.ts';

const pauseMs = 1_000;

/** Ends the calls in progress of accounts that are closed, whichever process has closed them, within a second. */
export class ClosedAccounts {
  private readonly voice: Pick<Voice, 'endCallsOf'>;
  private readonly accounts: Pick<Accounts, 'fetch' | 'effectiveStatus'>;
  private readonly clock: Clock;
  private timer: Timer | undefined;

  constructor(
    voice: Pick<Voice, 'endCallsOf'>,
    accounts: Pick<Accounts, 'fetch' | 'effectiveStatus'>,
    clock: Clock,
  ) {
    this.voice = voice;
    this.accounts = accounts;
    this.clock = clock;
  }

  start(): void {
    this.timer = this.clock.after(pauseMs, () => {
      this.look();
      this.start();
    });
  }

  stop(): void {
    this.timer?.cancel();
  }

  private look(): void {
    // Each account is read once, however many calls it has.
    const known = new Map<string, boolean>();
    this.voice.endCallsOf(({ sid }: Account) => {
      let closed = known.get(sid);
      if (closed === undefined) {
        const account = this.accounts.fetch(sid);
        closed = account !== undefined && this.accounts.effectiveStatus(account) === 'closed';
        known.set(sid, closed);
      }
      return closed;
    });
  }
}
