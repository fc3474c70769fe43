import type { Account } from '../../../control/accounts/account.ts';
import type { Clock } from '../../../control/base/clock.ts';
import { Memory } from '../../../control/store/memory.ts';
import type { Store } from '../../../control/store/store.ts';

/** Which accounts may send, asked for each message and so remembered for a moment. */
export class ActiveAccounts {
  private readonly known: Memory<number, boolean>;
  private readonly byNo: (no: number) => Account | undefined;

  constructor(byNo: (no: number) => Account | undefined, store: Store, clock: Clock) {
    this.byNo = byNo;
    this.known = new Memory(store, clock);
  }

  has(no: number): boolean {
    const known = this.known.find(no);
    if (known !== undefined) return known;
    const active = this.byNo(no)?.status === 'active';
    this.known.keep(no, active);
    return active;
  }
}
