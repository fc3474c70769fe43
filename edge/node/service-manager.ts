import { execFile } from 'node:child_process';
import type { Environment } from '../../control/config/environment.ts';

/** What the service manager that started this process hears of it (sd_notify(3)). */
export interface ServiceManager {
  /**
   * Every listener is bound, and this process is the one to watch, whichever was before. From here on the watchdog is
   * fed, if there is one. Resolves when the manager has heard it.
   */
  ready(): Promise<void>;
  /** The process has begun to end, and may take as long as its unit's `TimeoutStopSec` says. */
  stopping(): void;
  /** Nothing is told any more. */
  end(): void;
}

/** Hands messages to the service manager; failures are the manager's to notice. Resolves when it has them. */
export type Notify = (...messages: readonly string[]) => Promise<void>;

/**
 * systemd, where NOTIFY_SOCKET names its socket; else nobody. Node cannot write to a Unix datagram socket, so
 * systemd-notify(1) does; the unit needs `NotifyAccess=all`. With WATCHDOG_USEC the manager hears of us twice in each
 * such time for as long as the main thread turns: one that hangs is killed and started anew.
 */
export function serviceManager(environment: Environment, notify: Notify = bySystemd): ServiceManager {
  if (environment('NOTIFY_SOCKET') === undefined) return nobody;
  const watchdogMs = Number(environment('WATCHDOG_USEC') ?? 0) / 1000;
  let feeding: NodeJS.Timeout | undefined;
  return {
    ready: async () => {
      if (watchdogMs > 0) feeding = setInterval(() => void notify('WATCHDOG=1'), watchdogMs / 2);
      await notify(`MAINPID=${process.pid}`, 'READY=1');
    },
    stopping: () => void notify('STOPPING=1'),
    end: () => clearInterval(feeding),
  };
}

const nobody: ServiceManager = {
  ready: () => Promise.resolve(),
  stopping: () => undefined,
  end: () => undefined,
};

function bySystemd(...messages: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    execFile('systemd-notify', messages, () => resolve());
  });
}
