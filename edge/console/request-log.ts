import type { Clock } from '../../control/base/clock.ts';
import type { Sid } from '../../control/base/sid.ts';

/** A request of a tenant's to the API, or one of ours to its application. */
export interface LoggedRequest {
  readonly atMs: number;
  readonly kind: 'api' | 'webhook' | 'media';
  readonly method: string;
  /** Without its query, where secrets may be: a path of ours, or a URL of the application's. */
  readonly target: string;
  /** HTTP status; 0: no answer came. */
  readonly status: number;
  /** A code of Twilio's table, or 0. */
  readonly errorCode: number;
  readonly durationMs: number;
  /** Twilio-Request-Id; '' of webhooks. */
  readonly requestId: string;
}

export interface RequestLogOptions {
  readonly clock: Pick<Clock, 'now'>;
  /** Requests kept for each account. Default 200. */
  readonly keep?: number;
  /** Accounts whose requests are kept: those that asked last. Default 500. */
  readonly accountsMax?: number;
}

/** Requests of one account; when it is full, a new one takes the place of the oldest. */
interface Ring {
  readonly kept: LoggedRequest[];
  next: number;
}

const targetMaxCharacters = 256;

/** The last requests of each account, in memory alone and bounded: what a tenant looks at when something fails. */
export class RequestLog {
  /** Since when requests are kept, Unix milliseconds. */
  readonly sinceMs: number;
  private readonly clock: Pick<Clock, 'now'>;
  private readonly keep: number;
  private readonly accountsMax: number;
  /** The account that was quiet for longest comes first. */
  private readonly rings = new Map<Sid, Ring>();

  constructor({ clock, keep = 200, accountsMax = 500 }: RequestLogOptions) {
    this.clock = clock;
    this.sinceMs = clock.now();
    this.keep = keep;
    this.accountsMax = accountsMax;
  }

  note(account: Sid, request: Omit<LoggedRequest, 'atMs'>): void {
    const ring = this.ringOf(account);
    const { target } = request;
    const cut = target.length > targetMaxCharacters ? target.slice(0, targetMaxCharacters) : target;
    ring.kept[ring.next] = { ...request, target: cut, atMs: this.clock.now() };
    ring.next = (ring.next + 1) % this.keep;
  }

  /** An account's, the newest first. */
  of(account: Sid): readonly LoggedRequest[] {
    const ring = this.rings.get(account);
    if (ring === undefined) return [];
    return [...ring.kept.slice(ring.next), ...ring.kept.slice(0, ring.next)].reverse();
  }

  private ringOf(account: Sid): Ring {
    let ring = this.rings.get(account);
    if (ring !== undefined && this.rings.size < this.accountsMax) return ring;
    // Only where some must go does it matter who came last.
    if (ring === undefined) ring = { kept: [], next: 0 };
    else this.rings.delete(account);
    this.rings.set(account, ring);
    if (this.rings.size > this.accountsMax) {
      const [quietest] = this.rings.keys();
      if (quietest !== undefined) this.rings.delete(quietest);
    }
    return ring;
  }
}
