import type { Clock, Timer } from '../../control/base/clock.ts';

/** The outcome of asking to be let through. */
export type Entry = 'entered' | 'full' | 'late';

export interface GateOptions {
  /** Requests in progress at once, all hosts together. */
  readonly maxConcurrent: number;
  /** Of those, to one origin: its number of connections. */
  readonly perHost: number;
  /** Requests that may wait, all hosts together; one more is `full`. */
  readonly waitingMax: number;
}

interface Waiter {
  readonly enter: (entry: Entry) => void;
  readonly timer: Timer;
}

interface Host {
  active: number;
  readonly waiting: Set<Waiter>;
}

/**
 * Bounds requests in progress, for each host and in all. Hosts whose requests wait take turns, so that one slow host
 * with a long queue does not hold up the others. A host is forgotten when nothing of it is left.
 */
export class Gate {
  private readonly clock: Clock;
  private readonly options: GateOptions;
  private readonly hosts = new Map<string, Host>();
  /** Hosts with requests waiting and room for one more, in the order of their turn. */
  private readonly ready = new Set<Host>();
  private active = 0;
  private waiting = 0;

  constructor(clock: Clock, options: GateOptions) {
    this.clock = clock;
    this.options = options;
  }

  /** Requests in progress and waiting. */
  get load(): { readonly active: number; readonly waiting: number } {
    return { active: this.active, waiting: this.waiting };
  }

  /** Resolves when the request may go (`entered`; then `leave` must follow), at once when too many wait, or after `waitMs`. */
  async enter(origin: string, waitMs: number): Promise<Entry> {
    let host = this.hosts.get(origin);
    if (host === undefined) {
      host = { active: 0, waiting: new Set() };
      this.hosts.set(origin, host);
    }
    if (this.active < this.options.maxConcurrent && host.active < this.options.perHost) {
      this.active++;
      host.active++;
      return 'entered';
    }
    if (this.waiting >= this.options.waitingMax || waitMs <= 0) {
      this.forget(origin, host);
      return waitMs <= 0 ? 'late' : 'full';
    }
    return this.wait(origin, host, waitMs);
  }

  /** A request that had entered is over. */
  leave(origin: string): void {
    const host = this.hosts.get(origin);
    if (host === undefined) throw new Error('left a host that was not entered');
    this.active--;
    host.active--;
    if (host.waiting.size > 0) this.ready.add(host);
    else this.forget(origin, host);
    this.admit();
  }

  private wait(origin: string, host: Host, waitMs: number): Promise<Entry> {
    return new Promise((enter) => {
      const waiter: Waiter = {
        enter,
        timer: this.clock.after(waitMs, () => {
          host.waiting.delete(waiter);
          this.waiting--;
          if (host.waiting.size === 0) this.ready.delete(host);
          this.forget(origin, host);
          enter('late');
        }),
      };
      host.waiting.add(waiter);
      this.waiting++;
      if (host.active < this.options.perHost) this.ready.add(host);
    });
  }

  private admit(): void {
    for (const host of this.ready) {
      if (this.active >= this.options.maxConcurrent) return;
      this.ready.delete(host);
      for (const waiter of host.waiting) {
        host.waiting.delete(waiter);
        waiter.timer.cancel();
        this.waiting--;
        this.active++;
        host.active++;
        // Back to the end of the row; the loop over a Set comes to it again.
        if (host.waiting.size > 0 && host.active < this.options.perHost) this.ready.add(host);
        waiter.enter('entered');
        break;
      }
    }
  }

  private forget(origin: string, host: Host): void {
    if (host.active === 0 && host.waiting.size === 0) this.hosts.delete(origin);
  }
}
