import type { Clock, Timer } from '../../../control/base/clock.ts';
import { deferred } from '../deferred.ts';
import { ended } from '../live/interrupt.ts';
import type { Digits } from '../live/digits.ts';

/** Collects a code of so many digits from a call: also digits that come before they are asked for. */
export class CodeEntry {
  private readonly clock: Clock;
  private readonly length: number;
  private readonly digitTimeoutMs: number;
  private readonly release: () => void;
  private digits = '';
  private first = deferred<undefined>();
  private full = deferred<undefined>();
  private timer: Timer | undefined;

  constructor(digits: Digits, clock: Clock, length: number, digitTimeoutMs: number) {
    this.clock = clock;
    this.length = length;
    this.digitTimeoutMs = digitTimeoutMs;
    this.release = digits.listen((digit) => this.press(digit));
  }

  /** Forgets what was entered. */
  clear(): void {
    this.digits = '';
    this.first = deferred<undefined>();
    this.full = deferred<undefined>();
  }

  /** Resolves with the first digit after `clear`. */
  get begun(): Promise<undefined> {
    return this.first.promise;
  }

  /** The code once it is there; what there is of it when no digit comes for too long, or the signal ends. */
  async read(signal: AbortSignal): Promise<string> {
    if (this.digits.length < this.length) {
      this.wait();
      await Promise.race([this.full.promise, ended(signal)]);
      this.stopWaiting();
    }
    return this.digits;
  }

  close(): void {
    this.stopWaiting();
    this.release();
  }

  private press(digit: string): void {
    if (!/^\d$/.test(digit) || this.digits.length === this.length) return;
    this.digits += digit;
    this.first.resolve(undefined);
    if (this.digits.length === this.length) this.full.resolve(undefined);
    else if (this.timer !== undefined) this.wait();
  }

  private stopWaiting(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }

  private wait(): void {
    this.timer?.cancel();
    this.timer = this.clock.after(this.digitTimeoutMs, () => this.full.resolve(undefined));
  }
}
