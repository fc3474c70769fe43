import type { Account } from '../../control/accounts/account.ts';
import type { Clock, Timer } from '../../control/base/clock.ts';
import type { ServerSession } from '../smpp/server-session.ts';

export type TenantSession = Pick<ServerSession<Account>, 'peer' | 'drain' | 'close'>;

/** A suspension is felt by those who are bound within this, whichever process has written it. */
const pauseMs = 1_000;

/**
 * Unbinds the tenants whose account, or whose parent, is no longer active: what is under way ends first, but after
 * another pause the connection is cut.
 */
export class TenantWatch {
  private readonly clock: Clock;
  private readonly isActive: (account: Account) => boolean;
  private readonly sessions = new Map<TenantSession, 'bound' | 'draining'>();
  private timer: Timer | undefined;

  constructor(clock: Clock, isActive: (account: Account) => boolean) {
    this.clock = clock;
    this.isActive = isActive;
  }

  add(session: TenantSession): void {
    this.sessions.set(session, 'bound');
    this.timer ??= this.clock.after(pauseMs, () => this.look());
  }

  remove(session: TenantSession): void {
    this.sessions.delete(session);
    if (this.sessions.size === 0) this.stop();
  }

  stop(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }

  private look(): void {
    this.timer = this.clock.after(pauseMs, () => this.look());
    for (const [session, state] of [...this.sessions]) {
      if (state === 'draining') session.close();
      else if (!this.isActive(session.peer)) {
        this.sessions.set(session, 'draining');
        session.drain();
      }
    }
  }
}
