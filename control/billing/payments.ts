import type { Clock } from '../base/clock.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { Sid, SidFactory } from '../base/sid.ts';
import { below } from '../store/keys.ts';
import { Memory } from '../store/memory.ts';
import type { Store } from '../store/store.ts';
import type { Table } from '../store/table.ts';
import { creditTable, termsTable, type Credit, type Terms } from './tables.ts';

export const standardPlan = 'standard';

const initial: Terms = { floorMicros: null, plan: standardPlan, creditMicros: 0 };

export type PaymentFault = 'tooLarge' | 'badReason';

const reasonMax = 200;

/** What main accounts have paid in and on which terms: the operator's side of their money. */
export class Payments {
  private readonly store: Store;
  private readonly clock: Clock;
  private readonly sids: SidFactory;
  private readonly terms: Table<Sid, Terms>;
  private readonly credits: Table<readonly string[], Credit>;
  private readonly recent: Memory<Sid, Terms>;

  constructor(context: { readonly store: Store; readonly clock: Clock; readonly sids: SidFactory }) {
    this.store = context.store;
    this.clock = context.clock;
    this.sids = context.sids;
    this.terms = context.store.table(termsTable);
    this.credits = context.store.table(creditTable);
    this.recent = new Memory(context.store, context.clock);
  }

  termsOf(ownerSid: Sid): Terms {
    return this.terms.get(ownerSid) ?? initial;
  }

  /** The same, remembered for a second: asked for each message. */
  recentTerms(ownerSid: Sid): Terms {
    const known = this.recent.find(ownerSid);
    if (known !== undefined) return known;
    const terms = this.termsOf(ownerSid);
    this.recent.keep(ownerSid, terms);
    return terms;
  }

  /** Enters a payment, or with a negative amount a correction; gives the sum of all. */
  credit(ownerSid: Sid, micros: number, reason: string): Promise<Result<number, PaymentFault>> {
    return this.store.transact(() => {
      const terms = this.termsOf(ownerSid);
      const creditMicros = terms.creditMicros + micros;
      if (!Number.isSafeInteger(creditMicros)) return fail('tooLarge');
      if (reason.length > reasonMax) return fail('badReason');
      this.terms.put(ownerSid, { ...terms, creditMicros });
      this.credits.put([ownerSid, this.sids('CR')], { micros, reason, atMs: this.clock.now() });
      return ok(creditMicros);
    });
  }

  change(ownerSid: Sid, wanted: Partial<Pick<Terms, 'floorMicros' | 'plan'>>): Promise<Terms> {
    return this.store.transact(() => {
      const terms = { ...this.termsOf(ownerSid), ...wanted };
      this.terms.put(ownerSid, terms);
      return terms;
    });
  }

  /** Every payment of an account, oldest first. */
  *paid(ownerSid: Sid): IterableIterator<Credit> {
    for (const [, credit] of this.credits.entries(below(ownerSid))) yield credit;
  }
}
