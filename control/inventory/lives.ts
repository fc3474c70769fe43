import type { Clock } from '../base/clock.ts';
import { ok, type Result } from '../base/result.ts';
import type { Store } from '../store/store.ts';
import type { Inventory } from './inventory.ts';
import { hold, portIn, portOut, releaseNow, simplestLife, tested, unhold, type LifeRules } from './life.ts';
import type { PhoneNumber } from './number.ts';
import { Quarantine } from './quarantine.ts';
import { Stock } from './stock.ts';
import { Stories, type Turn } from './story.ts';
import { faultOf, outcomeOf, Verdicts, type Verdict } from './verdicts.ts';
import { walkNumbers, type NumberQuery } from './walk.ts';

type Turned<Fault> = Promise<Result<PhoneNumber, Fault | 'unknown'>>;

/** What the operator, tests and time make of numbers; what accounts do is `Inventory`'s. */
export class NumberLives {
  /** What tests have found. */
  readonly verdicts: Verdicts;
  private readonly inventory: Inventory;
  private readonly clock: Clock;
  private readonly rules: LifeRules;
  private readonly stock: Stock;
  private readonly quarantine: Quarantine;
  private readonly stories: Stories;

  constructor(
    inventory: Inventory,
    { store, clock, rules }: { readonly store: Store; readonly clock: Clock; readonly rules?: LifeRules },
  ) {
    this.inventory = inventory;
    this.clock = clock;
    this.rules = rules ?? simplestLife;
    this.verdicts = new Verdicts(store);
    this.stock = new Stock(store);
    this.quarantine = new Quarantine(store);
    this.stories = new Stories(store);
  }

  /** Takes a number back without a quarantine, or ends that which it is in. */
  releaseNow(e164: string): Turned<'notAssigned'> {
    return this.inventory.turn(e164, releaseNow);
  }

  /** Keeps a number that nobody has from sale, for a reason in the operator's words. */
  hold(e164: string, reason: string): Turned<'taken' | 'portedout'> {
    return this.inventory.turn(e164, (life, nowMs) => hold(life, 'operator', reason, nowMs));
  }

  unhold(e164: string): Turned<'notHeld'> {
    return this.inventory.turn(e164, unhold);
  }

  /** Another network has the number, whoever had it here: its holder loses it. */
  portOut(e164: string): Turned<'portedout'> {
    return this.inventory.turn(e164, portOut);
  }

  /** A number that was ported out is back. */
  portIn(e164: string): Turned<'notPortedOut'> {
    return this.inventory.turn(e164, (life) => portIn(life, this.rules));
  }

  /** Keeps what a test has found: a number that nobody has is held back when it fails, and let go when it passes. */
  judge(e164: string, verdict: Verdict): Turned<never> {
    return this.inventory.turn(e164, (life, nowMs) => {
      this.verdicts.put(e164, verdict);
      return ok(outcomeOf(verdict) === 'undone' ? life : tested(life, faultOf(verdict), nowMs));
    });
  }

  /** Puts numbers on sale whose quarantine is over, some at a time. How many there were. */
  async endQuarantines(): Promise<number> {
    const over = this.quarantine.over(this.clock.now());
    for (const e164 of over) await this.inventory.turn(e164, ok);
    return over.length;
  }

  /** Every number that fits, in the order of their digits. */
  walk(query: NumberQuery): IterableIterator<PhoneNumber> {
    return walkNumbers(this.stock, (e164) => this.inventory.number(e164), query);
  }

  /** The turns of a number's life since its import, the oldest first. */
  story(e164: string): readonly Turn[] {
    return this.stories.of(e164);
  }
}
