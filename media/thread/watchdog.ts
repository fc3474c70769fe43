import type { Clock, Timer } from '../../control/base/clock.ts';

export interface WatchdogOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** What has come so far; rejects when there is nobody left to ask. */
  readonly receivedBytes: () => Promise<number>;
  /** Whether anything should come at present: not on hold. */
  readonly expected: () => boolean;
  readonly expired: () => void;
}

/** Looks four times in each time-out whether a peer still sends. */
export class Watchdog {
  private readonly options: WatchdogOptions;
  private timer: Timer | undefined;
  private lastBytes = -1;
  private heardMs = 0;

  constructor(options: WatchdogOptions) {
    this.options = options;
  }

  /** From now on, as if something had just come. */
  start(): void {
    this.heardMs = this.options.clock.monotonic();
    this.arm();
  }

  stop(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }

  private arm(): void {
    this.stop();
    const { clock, timeoutMs } = this.options;
    const timer = clock.after(Math.max(100, timeoutMs / 4), () => {
      this.look().then(
        (alive) => {
          // It may have been stopped, or started anew, while the answer was under way.
          if (this.timer !== timer) return;
          if (alive) this.arm();
          else this.options.expired();
        },
        () => undefined,
      );
    });
    this.timer = timer;
  }

  private async look(): Promise<boolean> {
    const bytes = await this.options.receivedBytes();
    const nowMs = this.options.clock.monotonic();
    if (bytes !== this.lastBytes || !this.options.expected()) this.heardMs = nowMs;
    this.lastBytes = bytes;
    return nowMs - this.heardMs < this.options.timeoutMs;
  }
}
