import { standardPlan } from '../billing/payments.ts';
import type { Tariff } from '../billing/tariff.ts';
import type { Micros } from './amount.ts';
import { freeCall, type CallPrice, type PriceDirection, type SenderType, type UnitName } from './price.ts';
import type { PriceQuestion, PriceRow, PriceTable } from './price-table.ts';

/** What a price depends on besides the service. */
export interface PriceQuery {
  readonly plan: string;
  readonly direction: PriceDirection;
  /** Outbound the other party's; inbound our own. */
  readonly number: string;
  /** Of the sender or caller; inbound, of our own number. null: a line for this very type does not apply. */
  readonly senderType: SenderType | null;
}

/** The price plans of the edge, in memory. */
export class Prices implements Tariff {
  private readonly plans = new Map<string, PriceTable>();

  /** Puts a plan in place of what it was; undefined takes it away. */
  replace(plan: string, table: PriceTable | undefined): void {
    if (table === undefined) this.plans.delete(plan);
    else this.plans.set(plan, table);
  }

  /** The plan's own prices, then the standard ones. */
  tables(plan: string): readonly PriceTable[] {
    const standard = this.plans.get(standardPlan);
    const own = plan === standardPlan ? undefined : this.plans.get(plan);
    return [own, standard].filter((table) => table !== undefined);
  }

  /** A segment of a message, with what its carrier takes on top; 0 if nothing prices it. */
  message({ kind, ...query }: PriceQuery & { readonly kind: 'sms' | 'mms' }): Micros {
    const found = this.find(query.plan, { service: kind, ...query });
    return found === undefined ? 0 : found.table.segmentMicros(found.row);
  }

  /** A call; a free one if nothing prices it. */
  call(query: PriceQuery): CallPrice {
    const found = this.find(query.plan, { service: 'voice', ...query });
    return found === undefined ? freeCall : found.table.call(found.row);
  }

  /** A month of a number; 0 if nothing prices it. `country` is ISO 3166-1 alpha-2. */
  number({
    plan,
    country,
    type,
  }: {
    readonly plan: string;
    readonly country: string;
    readonly type: string;
  }): Micros {
    for (const { numbers } of this.tables(plan)) {
      const micros = numbers[`${country}/${type}`];
      if (micros !== undefined) return micros;
    }
    return 0;
  }

  /** One use; 0 if nothing prices it. */
  unit({ plan, category }: { readonly plan: string; readonly category: UnitName }): Micros {
    for (const { units } of this.tables(plan)) {
      const micros = units[category];
      if (micros !== undefined) return micros;
    }
    return 0;
  }

  /** The line that prices this, of the plan or of the standard one. */
  rowOf(plan: string, question: PriceQuestion): Omit<PriceRow, 'prefix'> | undefined {
    const found = this.find(plan, question);
    return found?.table.row(found.row);
  }

  private find(
    plan: string,
    question: PriceQuestion,
  ): { readonly table: PriceTable; readonly row: number } | undefined {
    for (const table of this.tables(plan)) {
      const row = table.find(question);
      if (row >= 0) return { table, row };
    }
    return undefined;
  }
}
