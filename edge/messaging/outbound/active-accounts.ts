import type { Account } from '../../../control/accounts/account.ts';
import type { Clock } from '../../../control/base/clock.ts';

/** A suspension is felt after this. */
const rememberedMs = 1000;
const rememberedMax = 20_000;

/** Which accounts may send, asked for each message and so remembered for a second. */
export class ActiveAccounts {
  private readonly known = new Map<number, { readonly active: boolean; readonly untilMs: number }>();
  private readonly byNo: (no: number) => Account | undefined;
  private readonly clock: Clock;

  constructor(byNo: (no: number) => Account | undefined, clock: Clock) {
    this.byNo = byNo;
    this.clock = clock;
  }

  has(no: number): boolean {
    const nowMs = this.clock.now();
    const found = this.known.get(no);
    if (found !== undefined && found.untilMs > nowMs) return found.active;
    const active = this.byNo(no)?.status === 'active';
    if (this.known.size >= rememberedMax) this.known.clear();
    this.known.set(no, { active, untilMs: nowMs + rememberedMs });
    return active;
  }
}
