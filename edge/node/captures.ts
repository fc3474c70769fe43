import type { Clock } from '../../control/base/clock.ts';
import { Overhearing, type Overhear, type PassOn } from '../../control/base/overheard.ts';
import type { Random } from '../../control/base/random.ts';
import { dataLayout } from '../../control/config/layout.ts';
import type { Json } from '../../control/events/protocol.ts';
import type { Log } from '../../control/log/log.ts';
import type { Metrics } from '../../control/metrics/metrics.ts';
import { CaptureProcess, type CaptureObserver } from '../capture/process/capture-process.ts';
import { scopeOf } from '../capture/scope/scope.ts';
import type { Config } from '../config.ts';

/** What `strowger doctor` asks a running edge. */
export const capturesAsk = 'captures';

/** What captures packets on this edge. */
export interface Captures {
  /** The answer to `capturesAsk`. */
  readonly state: () => Json;
  /** Take what passes under TLS: from who speaks on this thread, and from another. Undefined: it is not wanted. */
  readonly overhear: Overhear | undefined;
  readonly overheard: PassOn | undefined;
  stop(): Promise<void>;
}

/** Starts what captures packets, where the configuration wants it. */
export function openCaptures(
  config: Config,
  around: { readonly clock: Clock; readonly random: Random; readonly log: Log; readonly metrics: Metrics },
): Captures {
  const { capture } = config;
  if (capture === null)
    return { state: () => null, overhear: undefined, overheard: undefined, stop: () => Promise.resolve() };
  const { interfaces, rtp, tls, hep, ringMegabytes, ringMinutes } = capture;
  const captures = new CaptureProcess(
    {
      kind: 'start',
      interfaces,
      scope: scopeOf(config, capture),
      rtp,
      hep,
      directory: dataLayout(config.data).captures,
      ringBytes: ringMegabytes * 1_000_000,
      ringMs: ringMinutes * 60_000,
    },
    { ...around, observer: observerOf(around) },
  );
  captures.start();
  const overheard: PassOn = (batch, taken) => captures.overheard(batch, taken);
  return {
    overhear: tls === 'hidden' ? undefined : new Overhearing(around.clock, overheard).overhear,
    overheard: tls === 'hidden' ? undefined : overheard,
    state: () => ({ open: captures.open, troubles: Object.fromEntries(captures.troubles) }),
    stop: () => captures.stop(),
  };
}

function observerOf({ log, metrics }: { readonly log: Log; readonly metrics: Metrics }): CaptureObserver {
  const { instruments } = metrics;
  return {
    report: (added) => {
      instruments.capturePackets('kept').inc(added.seen - added.unwritten);
      instruments.capturePackets('dropped').inc(added.droppedByKernel + added.missed);
      instruments.capturePackets('unwritten').inc(added.unwritten);
      instruments.captureExported().inc(added.exported);
      instruments.captureInterfaces().set(added.open.length);
      instruments.captureRingBytes().set(added.ringBytes);
    },
    trouble: (what, reason) =>
      log.warn({ what, reason }, 'packets are not captured; strowger doctor says what may be missing'),
    died: (reason, againMs) =>
      log.error({ reason, againMs }, 'the capture process has ended and is started anew'),
  };
}
