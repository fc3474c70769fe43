/** How many may knock, and how often they may fail. */
export interface DoorLimits {
  readonly connectionsMax: number;
  readonly connectionsPerAddressMax: number;
  /** Failed binds from one address within `failureWindowMs` before it is turned away unheard. */
  readonly failuresMax: number;
  readonly failureWindowMs: number;
}

export const defaultDoorLimits: DoorLimits = {
  connectionsMax: 1_000,
  connectionsPerAddressMax: 50,
  failuresMax: 10,
  failureWindowMs: 60_000,
};

/** Addresses whose failures are remembered at once; beyond it the oldest is forgotten. */
const rememberedMax = 10_000;

interface Failures {
  count: number;
  readonly untilMs: number;
}

export type Admission = 'admitted' | 'connections' | 'address' | 'failures';

/** Counts connections and failed binds by remote address, in bounded memory. Times are monotonic. */
export class Doorkeeper {
  private readonly limits: DoorLimits;
  private total = 0;
  private readonly open = new Map<string, number>();
  private readonly failures = new Map<string, Failures>();

  constructor(limits: DoorLimits) {
    this.limits = limits;
  }

  /** Whether a connection from `address` may go on; if it is admitted, `left` must be called when it ends. */
  enter(address: string, nowMs: number): Admission {
    if (this.total >= this.limits.connectionsMax) return 'connections';
    const open = this.open.get(address) ?? 0;
    if (open >= this.limits.connectionsPerAddressMax) return 'address';
    const failed = this.failures.get(address);
    if (failed !== undefined && nowMs < failed.untilMs && failed.count >= this.limits.failuresMax)
      return 'failures';
    this.total++;
    this.open.set(address, open + 1);
    return 'admitted';
  }

  left(address: string): void {
    this.total--;
    const open = (this.open.get(address) ?? 1) - 1;
    if (open === 0) this.open.delete(address);
    else this.open.set(address, open);
  }

  failed(address: string, nowMs: number): void {
    const before = this.failures.get(address);
    if (before !== undefined && nowMs < before.untilMs) {
      before.count++;
      return;
    }
    this.failures.delete(address);
    this.failures.set(address, { count: 1, untilMs: nowMs + this.limits.failureWindowMs });
    if (this.failures.size <= rememberedMax) return;
    for (const oldest of this.failures.keys()) {
      this.failures.delete(oldest);
      return;
    }
  }
}
