import { createHash } from 'node:crypto';
import type { Clock, Timer } from '../base/clock.ts';
import { faultOf, type Material } from './material.ts';

const digest = (found: Material | string): string =>
  typeof found === 'string'
    ? found
    : createHash('sha256')
        .update(JSON.stringify([found.certificate, found.key, found.authorities]))
        .digest('hex');

const pollMs = 2000;

/** What becomes of changed files: `use` puts them to work and says why it could not, `refused` hears what is wrong. */
export interface CertificateChange<T extends Material> {
  use(material: T): string | undefined;
  refused(reason: string): void;
}

/**
 * Watches certificates and keys by their content, so that it does not matter whether a file is overwritten, renamed into
 * place or reached through a link. A change counts once two looks in a row agree: certificate and key are seldom written
 * in one breath.
 */
export class CertificateWatch<T extends Material> {
  private readonly read: () => T | string;
  private readonly clock: Clock;
  private readonly change: CertificateChange<T>;
  private timer: Timer;
  /** The content that was last used or refused. */
  private settled: string;
  private candidate: string | undefined;

  /** `read` gives what is in the files now, or why that cannot be read. */
  constructor(read: () => T | string, clock: Clock, change: CertificateChange<T>) {
    this.read = read;
    this.clock = clock;
    this.change = change;
    this.settled = digest(read());
    this.timer = clock.after(pollMs, () => this.look());
  }

  stop(): void {
    this.timer.cancel();
  }

  private look(): void {
    this.timer = this.clock.after(pollMs, () => this.look());
    const material = this.read();
    const found = digest(material);
    if (found === this.settled || found !== this.candidate) {
      this.candidate = found;
      return;
    }
    this.settled = found;
    const reason = typeof material === 'string' ? material : (faultOf(material) ?? this.change.use(material));
    if (reason !== undefined) this.change.refused(reason);
  }
}
