import type { Clock } from '../../control/base/clock.ts';
import type { EdgeEvent } from '../../control/events/event.ts';
import type { CarrierEvent } from '../loopback/events.ts';
import type { CallEvent } from '../loopback/voice/events.ts';
import type { ApplicationEvent } from './application.ts';

/** Something that happened: at the edge, at the carrier and its phones, or at the application. */
export type Fact = EdgeEvent | CarrierEvent | CallEvent | ApplicationEvent;
export type FactOf<T extends Fact['type']> = Extract<Fact, { type: T }>;

interface Waiting {
  offer(fact: Fact): void;
  fail(error: Error): void;
}

const keptMax = 1_000;

/** What has happened lately, for a story that waits for what must happen next. */
export class Facts {
  private readonly clock: Clock;
  private readonly patienceMs: number;
  private readonly waiting = new Set<Waiting>();
  private kept: Fact[] = [];
  private ended: Error | undefined;

  /** A fact that is waited for must come within `patienceMs`. */
  constructor(clock: Clock, patienceMs: number) {
    this.clock = clock;
    this.patienceMs = patienceMs;
  }

  add(fact: Fact): void {
    this.kept.push(fact);
    if (this.kept.length >= keptMax * 2) this.kept = this.kept.slice(-keptMax);
    for (const one of [...this.waiting]) one.offer(fact);
  }

  /** A new story begins: what was before does not count. */
  forget(): void {
    this.kept = [];
  }

  /** Nobody waits any longer. */
  end(reason: Error): void {
    this.ended = reason;
    for (const one of [...this.waiting]) one.fail(reason);
  }

  /** Every fact of one type that fits, oldest first. */
  all<T extends Fact['type']>(type: T, fits: (fact: FactOf<T>) => boolean): readonly FactOf<T>[] {
    return this.kept.filter((fact): fact is FactOf<T> => isOf(fact, type) && fits(fact));
  }

  /** The first fact that fits, at once or when it comes; rejects, naming `what` was waited for, when it does not. */
  need<T extends Fact['type']>(
    what: string,
    type: T,
    fits: (fact: FactOf<T>) => boolean = () => true,
  ): Promise<FactOf<T>> {
    const [known] = this.all(type, fits);
    if (known !== undefined) return Promise.resolve(known);
    if (this.ended !== undefined) return Promise.reject(this.ended);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        timer.cancel();
        this.waiting.delete(waiting);
      };
      const waiting: Waiting = {
        offer: (fact) => {
          if (!isOf(fact, type) || !fits(fact)) return;
          leave();
          resolve(fact);
        },
        fail: (error) => {
          leave();
          reject(error);
        },
      };
      const timer = this.clock.after(this.patienceMs, () => waiting.fail(this.missing(what)));
      this.waiting.add(waiting);
    });
  }

  /** What did not happen, and the last thing that the edge complained of meanwhile. */
  private missing(what: string): Error {
    const alert = this.all('alert', () => true).at(-1)?.alert;
    const forged = this.all('forged', () => true).at(-1);
    const hints = [
      ...(alert === undefined ? [] : [`alert ${alert.code}: ${alert.detail}`]),
      ...(forged === undefined ? [] : [`the application refused the signature of ${forged.path}`]),
    ];
    const failed = `${what} did not happen within ${this.patienceMs / 1000} s`;
    return new Error(hints.length === 0 ? failed : `${failed} (${hints.join('; ')})`);
  }
}

const isOf = <T extends Fact['type']>(fact: Fact, type: T): fact is FactOf<T> => fact.type === type;
