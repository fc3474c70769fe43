import type { Clock, Timer } from '../base/clock.ts';
import type { Store } from '../store/store.ts';
import type { Bequest, Bequests } from './bequests.ts';
import type { Meter } from './meter.ts';

const lookMs = 1_000;

/** Enters what another process, which has given its work over to this one, leaves; also what one left that has died. */
export class Heir {
  private readonly store: Pick<Store, 'durable'>;
  private readonly bequests: Bequests;
  private readonly meter: Meter;
  private readonly clock: Clock;
  private timer: Timer | undefined;
  private stopped = false;

  constructor(store: Pick<Store, 'durable'>, bequests: Bequests, meter: Meter, clock: Clock) {
    this.store = store;
    this.bequests = bequests;
    this.meter = meter;
    this.clock = clock;
  }

  start(): void {
    this.look();
  }

  stop(): void {
    this.stopped = true;
    this.timer?.cancel();
  }

  private look(): void {
    if (this.stopped) return;
    const taken = this.bequests.take((bequest) => this.enter(bequest));
    const again = (): void => {
      this.timer = this.clock.after(lookMs, () => this.look());
    };
    if (taken === 0) again();
    // Until then the rows are there still.
    else this.store.durable().then(again, again);
  }

  private enter(bequest: Bequest): void {
    if (bequest.kind === 'held') this.meter.wallet.hold(bequest.ownerSid, bequest.micros);
    else this.meter.record(bequest.detail);
  }
}
