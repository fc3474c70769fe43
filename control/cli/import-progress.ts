import type { Clock } from '../base/clock.ts';
import type { ImportProgress } from '../inventory/import.ts';
import type { Io } from './io.ts';

const barCharacters = 24;
const terminalEveryMs = 200;
const plainEveryMs = 10_000;

type Told = Pick<Io, 'err' | 'errIsTerminal'>;

/** Tells standard error how far an import is: on a terminal a bar that moves, else a line now and then. */
export class ImportMeter {
  private readonly io: Told;
  private readonly clock: Pick<Clock, 'monotonic'>;
  private readonly totalBytes: number;
  private readonly begunMs: number;
  private first: ImportProgress | undefined;
  private shownMs: number;

  constructor(io: Told, clock: Pick<Clock, 'monotonic'>, totalBytes: number) {
    this.io = io;
    this.clock = clock;
    this.totalBytes = totalBytes;
    this.begunMs = clock.monotonic();
    this.shownMs = this.begunMs;
  }

  show(progress: ImportProgress): void {
    // An import that goes on where it was interrupted has come further than it has worked.
    this.first ??= progress;
    const nowMs = this.clock.monotonic();
    if (nowMs - this.shownMs < (this.io.errIsTerminal ? terminalEveryMs : plainEveryMs)) return;
    this.shownMs = nowMs;
    const share = Math.min(1, progress.bytes / Math.max(1, this.totalBytes));
    const seconds = (nowMs - this.begunMs) / 1000;
    const perSecond = Math.round((progress.imported - this.first.imported) / seconds);
    const bytesPerSecond = (progress.bytes - this.first.bytes) / seconds;
    const leftSeconds = Math.ceil((this.totalBytes - progress.bytes) / Math.max(1, bytesPerSecond));
    const words =
      `${Math.floor(share * 100)} %  ${progress.imported.toLocaleString('en-US')} numbers  ` +
      `${perSecond.toLocaleString('en-US')} a second  ${durationText(leftSeconds)} left`;
    const full = Math.round(share * barCharacters);
    const bar = `[${'#'.repeat(full)}${' '.repeat(barCharacters - full)}]`;
    this.io.err(this.io.errIsTerminal ? `\r\u001b[K${bar} ${words}` : `importing: ${words}\n`);
  }

  end(): void {
    if (this.io.errIsTerminal) this.io.err('\r\u001b[K');
  }
}

const durationText = (seconds: number): string =>
  seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
