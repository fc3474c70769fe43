import type { Clock, Timer } from '../../control/base/clock.ts';
import type { PhoneNumber } from '../../control/inventory/number.ts';
import type { Verdict } from '../../control/inventory/verdicts.ts';
import type { NumberQuery } from '../../control/inventory/walk.ts';

export interface ScheduleDeps {
  readonly numbers: {
    walk(query: NumberQuery): Iterable<PhoneNumber>;
    readonly verdicts: { of(e164: string): Verdict | undefined };
  };
  readonly test: (e164: string) => Promise<unknown>;
  readonly clock: Clock;
  /** 0: nothing is tested by itself. */
  readonly everyDays: number;
  readonly perHour: number;
  readonly failed: (error: unknown) => void;
}

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const tickMinMs = 1_000;
/** Numbers looked at in one go; those that need no test cost some microseconds each. */
const lookedMax = 1_000;

/** Goes over all numbers again and again, and tests those whose last test is too long ago. */
export class TrialSchedule {
  private readonly deps: ScheduleDeps;
  private readonly tickMs: number;
  private readonly perTick: number;
  /** A round over few numbers is shorter than a test. */
  private readonly underTest = new Set<string>();
  private after: string | undefined;
  private timer: Timer | undefined;

  constructor(deps: ScheduleDeps) {
    this.deps = deps;
    this.tickMs = Math.max(tickMinMs, Math.floor(hourMs / deps.perHour));
    this.perTick = Math.max(1, Math.round((deps.perHour * this.tickMs) / hourMs));
  }

  start(): void {
    if (this.deps.everyDays === 0) return;
    const again = (): void => {
      this.tick();
      this.timer = this.deps.clock.after(this.tickMs, again);
    };
    this.timer = this.deps.clock.after(this.tickMs, again);
  }

  stop(): void {
    this.timer?.cancel();
  }

  private tick(): void {
    const { numbers, test, failed } = this.deps;
    let looked = 0;
    let tested = 0;
    for (const number of numbers.walk(this.after === undefined ? {} : { after: this.after })) {
      this.after = number.e164;
      if (this.isDue(number)) {
        tested++;
        this.underTest.add(number.e164);
        const over = (): void => void this.underTest.delete(number.e164);
        test(number.e164).catch(failed).finally(over);
      }
      if (++looked >= lookedMax || tested >= this.perTick) return;
    }
    this.after = undefined;
  }

  private isDue(number: PhoneNumber): boolean {
    const { numbers, clock, everyDays } = this.deps;
    if (number.carrier === '' || !isTested(number) || this.underTest.has(number.e164)) return false;
    const last = numbers.verdicts.of(number.e164);
    return last === undefined || last.atMs + everyDays * dayMs <= clock.now();
  }
}

/** What the operator holds back, what rests and what is gone is left alone. */
function isTested({ state, withheld }: PhoneNumber): boolean {
  switch (state) {
    case 'testing':
    case 'available':
    case 'assigned':
      return true;
    case 'held':
      return withheld?.by === 'test';
    case 'quarantine':
    case 'portedout':
      return false;
  }
}
