import type { Clock, Timer } from '../base/clock.ts';
import type { AuditLog } from './audit-log.ts';

export interface RetentionConfig {
  readonly keptDays: number;
  readonly keptPerAccount: number;
}

const pauseMs = 60_000;
/** Between two batches of old events, of which there may be many after a long rest. */
const batchPauseMs = 1_000;

/** Keeps the audit log within its bounds while the edge runs. */
export class AuditRetention {
  private readonly log: Pick<AuditLog, 'removeOld' | 'cutTo'>;
  private readonly config: RetentionConfig;
  private readonly clock: Clock;
  private timer: Timer | undefined;

  constructor(log: Pick<AuditLog, 'removeOld' | 'cutTo'>, config: RetentionConfig, clock: Clock) {
    this.log = log;
    this.config = config;
    this.clock = clock;
  }

  start(): void {
    this.next(batchPauseMs);
  }

  stop(): void {
    this.timer?.cancel();
  }

  private next(afterMs: number): void {
    this.timer = this.clock.after(afterMs, () => {
      this.log.cutTo(this.config.keptPerAccount);
      this.next(this.log.removeOld(this.config.keptDays) ? batchPauseMs : pauseMs);
    });
  }
}
