import { createHash } from 'node:crypto';
import type { Clock, Timer } from '../base/clock.ts';
import { faultOf, readPair, type Pair, type PairFiles } from './pair.ts';

const digest = (pair: Pair | string): string =>
  typeof pair === 'string'
    ? pair
    : createHash('sha256').update(pair.certificate).update('\0').update(pair.key).digest('hex');

const pollMs = 2000;

/** What becomes of a changed pair: `use` puts it to work and says why it could not, `refused` hears what is wrong. */
export interface PairChange {
  use(pair: Pair): string | undefined;
  refused(reason: string): void;
}

/**
 * Watches a pair by its content, so that it does not matter whether it is overwritten, renamed into place or reached
 * through a link. A change counts once two looks in a row agree: certificate and key are seldom written in one breath.
 */
export class CertificateWatch {
  private readonly files: PairFiles;
  private readonly clock: Clock;
  private readonly change: PairChange;
  private timer: Timer;
  /** The content that was last used or refused. */
  private settled: string;
  private candidate: string | undefined;

  constructor(files: PairFiles, clock: Clock, change: PairChange) {
    this.files = files;
    this.clock = clock;
    this.change = change;
    this.settled = digest(readPair(files));
    this.timer = clock.after(pollMs, () => this.look());
  }

  stop(): void {
    this.timer.cancel();
  }

  private look(): void {
    this.timer = this.clock.after(pollMs, () => this.look());
    const pair = readPair(this.files);
    const found = digest(pair);
    if (found === this.settled || found !== this.candidate) {
      this.candidate = found;
      return;
    }
    this.settled = found;
    const reason = typeof pair === 'string' ? pair : (faultOf(pair) ?? this.change.use(pair));
    if (reason !== undefined) this.change.refused(reason);
  }
}
