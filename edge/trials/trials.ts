import type { Clock } from '../../control/base/clock.ts';
import type { PhoneNumber } from '../../control/inventory/number.ts';
import type { Check, Verdict } from '../../control/inventory/verdicts.ts';
import type { DeliverSm } from '../smpp/message.ts';
import type { CallProbe } from './call-probe.ts';
import type { MessageProbe } from './message-probe.ts';
import { undone } from './waiting.ts';

export interface TrialsDeps {
  readonly messages: MessageProbe;
  /** Null: this edge takes no calls, or does not yet. */
  readonly calls: () => CallProbe | null;
  readonly lookup: (e164: string) => PhoneNumber | undefined;
  readonly judge: (e164: string, verdict: Verdict) => Promise<unknown>;
  readonly clock: Clock;
  readonly patienceMs: number;
  /** Whom tests come from; undefined: each number tests itself. */
  readonly from: string | undefined;
}

/** Numbers under test at a time. */
const atOnce = 8;

const notTried: Check = { kind: 'notTried' };

/**
 * Tests numbers: texts and calls each through the carrier that brought it, and sees both come back. Neither reaches a
 * tenant, and neither is counted or charged.
 */
export class Trials {
  private readonly deps: TrialsDeps;
  private readonly queue: (() => void)[] = [];
  private running = 0;
  private stopped = false;

  constructor(deps: TrialsDeps) {
    this.deps = deps;
  }

  /** What the test of a number found, once it is kept; undefined for one that is not in the inventory. */
  async test(e164: string): Promise<Verdict | undefined> {
    if (this.running >= atOnce) await new Promise<void>((resolve) => this.queue.push(resolve));
    this.running++;
    try {
      return await this.testNow(e164);
    } finally {
      this.running--;
      this.queue.shift()?.();
    }
  }

  /** Whether a carrier brings a text of ours. */
  claimsMessage(carrier: string, sm: DeliverSm): boolean {
    return this.deps.messages.claims(carrier, sm);
  }

  /** Ends what is under way, without a verdict. */
  stop(): void {
    this.stopped = true;
    this.deps.messages.stop();
    this.deps.calls()?.stop();
  }

  private async testNow(e164: string): Promise<Verdict | undefined> {
    const { lookup, judge, clock, messages, calls, from, patienceMs } = this.deps;
    const number = lookup(e164);
    if (number === undefined) return undefined;
    const { carrier, capabilities, state } = number;
    const cannot = this.stopped
      ? 'cut short'
      : state === 'portedout'
        ? 'ported out'
        : carrier === ''
          ? 'of an unknown carrier'
          : undefined;
    const trial = { e164, carrier, from: from ?? e164, patienceMs };
    const check = async (has: boolean, probe: () => Promise<Check>): Promise<Check> =>
      !has ? notTried : cannot === undefined ? probe() : undone(cannot);
    const [message, call] = await Promise.all([
      check(capabilities.sms, () => messages.probe(trial)),
      check(capabilities.voice, () => calls()?.probe(trial) ?? Promise.resolve(undone('has no SIP here'))),
    ]);
    const verdict: Verdict = { atMs: clock.now(), message, call };
    // What a stop has cut short is no verdict.
    if (!this.hasStopped()) await judge(e164, verdict);
    return verdict;
  }

  /** A function, because it changes while a test goes on. */
  private hasStopped(): boolean {
    return this.stopped;
  }
}
