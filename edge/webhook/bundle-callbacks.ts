import type { Clock, Timer } from '../../control/base/clock.ts';
import { BundleNotices } from '../../control/regulatory/notices.ts';
import type { Store } from '../../control/store/store.ts';
import { Callbacks, callbackTable } from './callbacks.ts';
import type { TellDeps } from './tenants.ts';

/** How often it is looked whether the command has left a notice. */
const lookMs = 2_000;
const noticesMax = 100;
const concurrency = 8;

/** Tells applications what the operator made of their bundles, which the command has left in the store. */
export class BundleCallbacks {
  private readonly clock: Clock;
  private readonly notices: BundleNotices;
  private readonly callbacks: Callbacks;
  private timer: Timer | undefined;

  constructor(deps: TellDeps & { readonly store: Store; readonly clock: Clock }) {
    this.clock = deps.clock;
    this.notices = new BundleNotices(deps.store);
    this.callbacks = new Callbacks({ ...deps, table: callbackTable('regulatory-callbacks'), concurrency });
  }

  start(): void {
    this.callbacks.start();
    this.look();
  }

  stop(): void {
    this.timer?.cancel();
    this.callbacks.stop();
  }

  /** A notice becomes a callback in one commit. */
  private look(): void {
    for (const { sid, accountNo, accountSid, status, failureReason, url, atMs } of this.notices.waiting(
      noticesMax,
    )) {
      this.notices.remove(sid);
      this.callbacks.leave(sid, Math.floor(atMs / 1000), {
        accountNo,
        url,
        method: 'POST',
        params: [
          ['BundleSid', sid],
          ['AccountSid', accountSid],
          ['Status', status],
          ...(failureReason === '' ? [] : [['FailureReason', failureReason] as const]),
        ],
      });
    }
    this.timer = this.clock.after(lookMs, () => this.look());
  }
}
