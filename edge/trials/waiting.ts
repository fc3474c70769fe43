import type { Clock, Timer } from '../../control/base/clock.ts';
import type { Check } from '../../control/inventory/verdicts.ts';

/** What became of something that was sent: it came back through a carrier, its time is over, or nobody waits any more. */
export type Returned =
  | { readonly kind: 'back'; readonly carrier: string }
  | { readonly kind: 'never' }
  | { readonly kind: 'stopped' };

export const failed = (why: string): Check => ({ kind: 'failed', why });
export const undone = (why: string): Check => ({ kind: 'undone', why });

/** What it says of a number; the carrier through which it was sent alone may bring it back. */
export function verdictOn(returned: Returned, carrier: string, patienceMs: number): Check {
  switch (returned.kind) {
    case 'back':
      return returned.carrier === carrier ? { kind: 'passed' } : failed(`back through ${returned.carrier}`);
    case 'never':
      return failed(`not back in ${patienceMs / 1000} s`);
    case 'stopped':
      return undone('cut short');
  }
}

interface Awaited {
  readonly e164: string;
  readonly returned: (returned: Returned) => void;
}

/** What comes later than anybody waits for it is still known for so long, so that no tenant gets it. */
const rememberedMs = 3_600_000;
const rememberedMax = 10_000;

/** What has been sent to our own numbers and must come back, by its token. */
export class Waiting {
  private readonly clock: Clock;
  private readonly awaited = new Map<string, Awaited>();
  private readonly timers = new Set<Timer>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Whether anything may still come back. */
  get any(): boolean {
    return this.awaited.size > 0;
  }

  /** Resolves when what bears the token is back, or `patienceMs` are over. */
  expect(token: string, e164: string, patienceMs: number): Promise<Returned> {
    return new Promise((resolve) => {
      const timer = this.after(patienceMs, () => resolve({ kind: 'never' }));
      const returned = (found: Returned): void => {
        this.timers.delete(timer);
        timer.cancel();
        resolve(found);
      };
      this.awaited.set(token, { e164, returned });
      for (const oldest of this.awaited.keys()) {
        if (this.awaited.size <= rememberedMax) break;
        this.awaited.delete(oldest);
      }
      this.after(patienceMs + rememberedMs, () => this.awaited.delete(token));
    });
  }

  /** Something with this token has come for a number. Whether it is ours. */
  take(token: string, e164: string, carrier: string): boolean {
    const found = this.awaited.get(token);
    if (found?.e164 !== e164) return false;
    found.returned({ kind: 'back', carrier });
    return true;
  }

  /** The token of what a number waits for; of the newest, if there are several. */
  tokenFor(e164: string): string | undefined {
    let token: string | undefined;
    for (const [each, awaited] of this.awaited) if (awaited.e164 === e164) token = each;
    return token;
  }

  stop(): void {
    for (const timer of this.timers) timer.cancel();
    this.timers.clear();
    for (const { returned } of this.awaited.values()) returned({ kind: 'stopped' });
    this.awaited.clear();
  }

  private after(delayMs: number, act: () => void): Timer {
    const timer = this.clock.after(delayMs, () => {
      this.timers.delete(timer);
      act();
    });
    this.timers.add(timer);
    return timer;
  }
}
