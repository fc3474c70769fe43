import { systemClock, type Clock, type Timer } from '../../control/base/clock.ts';
import type { Environment } from '../../control/config/environment.ts';
import { notifyBy, type Notify } from '../../control/systemd/notify.ts';

/** What the service manager that started this process hears of it (sd_notify(3)). `status`: one line for people. */
export interface ServiceManager {
  /**
   * Every listener is bound, and this process is the one to watch, whichever was before. From here on the watchdog is
   * fed, if there is one. Resolves when the manager has been told. Ends `reloading`, too.
   */
  ready(status: string): Promise<void>;
  /** The process has begun to hand over to a successor, which will be ready; or this one is again. */
  reloading(status: string): Promise<void>;
  /** The process has begun to end, and may take as long as its unit's `TimeoutStopSec` says. */
  stopping(status: string): void;
  /** Nothing is told any more. */
  end(): void;
}

interface Around {
  readonly clock: Clock;
  /** CLOCK_MONOTONIC, in microseconds: by it the manager tells which reload is meant. */
  readonly monotonicUs: () => bigint;
  readonly notifyBy: (socket: string, clock: Clock) => Notify;
}

const thisMachine: Around = {
  clock: systemClock,
  monotonicUs: () => process.hrtime.bigint() / 1000n,
  notifyBy,
};

/**
 * systemd, where NOTIFY_SOCKET names its socket; else nobody. A successor speaks before it is the main process: the unit
 * needs `NotifyAccess=all`. With WATCHDOG_USEC the manager hears of us twice in each such time for as long as the main
 * thread turns: one that hangs is killed and started anew.
 */
export function serviceManager(environment: Environment, around: Around = thisMachine): ServiceManager {
  const socket = environment('NOTIFY_SOCKET');
  if (socket === undefined || socket === '') return nobody;
  const { clock, monotonicUs } = around;
  const notify = around.notifyBy(socket, clock);
  const watchdogMs = Number(environment('WATCHDOG_USEC') ?? 0) / 1000;
  let feeding: Timer | undefined;
  const feed = (): void => {
    feeding = clock.after(watchdogMs / 2, () => {
      feed();
      void notify('WATCHDOG=1');
    });
  };
  return {
    ready: async (status) => {
      if (watchdogMs > 0 && feeding === undefined) feed();
      await notify(`MAINPID=${process.pid}`, 'READY=1', statusLine(status));
    },
    reloading: (status) => notify('RELOADING=1', `MONOTONIC_USEC=${monotonicUs()}`, statusLine(status)),
    stopping: (status) => void notify('STOPPING=1', statusLine(status)),
    end: () => feeding?.cancel(),
  };
}

const nobody: ServiceManager = {
  ready: () => Promise.resolve(),
  reloading: () => Promise.resolve(),
  stopping: () => undefined,
  end: () => undefined,
};

/** A line end would begin another assignment. */
const statusLine = (status: string): string => `STATUS=${status.replaceAll(/\s+/g, ' ')}`;
