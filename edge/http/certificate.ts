import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { Clock, Timer } from '../../control/base/clock.ts';

/** The files of a certificate chain and its key, both PEM. */
export interface PairFiles {
  readonly certificate: string;
  readonly key: string;
}

interface Pair {
  readonly certificate: Buffer;
  readonly key: Buffer;
}

/** Why the pair cannot be used, in words; undefined if it can. */
export function pairFault(files: PairFiles): string | undefined {
  const pair = read(files);
  return typeof pair === 'string' ? pair : fault(pair);
}

function read(files: PairFiles): Pair | string {
  try {
    return { certificate: readFileSync(files.certificate), key: readFileSync(files.key) };
  } catch (error) {
    return error instanceof Error ? error.message : 'cannot be read';
  }
}

function fault(pair: Pair): string | undefined {
  try {
    createSecureContext({ cert: pair.certificate, key: pair.key });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : 'not a certificate and its key';
  }
}

const digest = (pair: Pair | string): string =>
  typeof pair === 'string'
    ? pair
    : createHash('sha256').update(pair.certificate).update('\0').update(pair.key).digest('hex');

const pollMs = 2000;

/** What becomes of a changed pair: `use` puts it to work and says why it could not, `refused` hears what is wrong. */
export interface PairChange {
  use(): string | undefined;
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
    this.settled = digest(read(files));
    this.timer = clock.after(pollMs, () => this.look());
  }

  stop(): void {
    this.timer.cancel();
  }

  private look(): void {
    this.timer = this.clock.after(pollMs, () => this.look());
    const pair = read(this.files);
    const found = digest(pair);
    if (found === this.settled || found !== this.candidate) {
      this.candidate = found;
      return;
    }
    this.settled = found;
    const reason = typeof pair === 'string' ? pair : (fault(pair) ?? this.change.use());
    if (reason !== undefined) this.change.refused(reason);
  }
}
