import type { Account } from '../../control/accounts/account.ts';
import { pricedAs, type CallQuery } from '../../control/billing/tariff.ts';
import type { CategoryName } from '../../control/billing/categories.ts';
import type { Meter } from '../../control/billing/meter.ts';
import type { Guards } from '../../control/guards/guards.ts';
import type { PhoneNumber } from '../../control/inventory/number.ts';
import { billedSeconds, callCharge, type CallPrice } from '../../control/prices/price.ts';
import { durationSeconds, type Call, type CallBill } from './call.ts';

/** A leg that is to be, as far as its price goes. */
export type NewLeg = Pick<Call, 'direction' | 'from' | 'to'>;

export interface ChargesDeps {
  readonly meter: Meter;
  readonly guards: Pick<Guards, 'spent'>;
  readonly lookup: (e164: string) => PhoneNumber | undefined;
}

/** Money is held for so many seconds of a call at a time: a minute, or one increment that is longer. */
export const stretchSeconds = ({ incrementSeconds, minimumSeconds }: CallPrice): number =>
  Math.ceil(Math.max(60, minimumSeconds) / incrementSeconds) * incrementSeconds;

/** What one says to whom a call is refused for lack of money. */
export const noMoney = 'The account has no money left for this call. Ask the operator to top it up.';

/**
 * Lets calls hold, spend and release money. Whoever calls writes the call's row in the same stretch of code, so that both
 * commit together.
 */
export class CallCharges {
  private readonly deps: ChargesDeps;

  constructor(deps: ChargesDeps) {
    this.deps = deps;
  }

  /** What a leg costs, and what is to be held for its first minute. */
  billFor(account: Account, leg: NewLeg): CallBill {
    const { category, query } = this.rated(leg);
    const price = this.deps.meter.callPrice(account, query);
    return { category, price, heldMicros: callCharge(price, stretchSeconds(price)), priceMicros: null };
  }

  /** Whether the account can pay for the first minute. */
  affords(account: Account, leg: NewLeg): boolean {
    return this.deps.meter.wallet.affords(account, this.billFor(account, leg).heldMicros);
  }

  /** A call came to be. */
  hold(account: Account, { bill }: Call): void {
    this.deps.meter.wallet.hold(account.ownerSid, bill.heldMicros);
  }

  /** Holds what the call costs up to so many seconds; undefined if the account cannot pay for them. */
  extended(account: Account, { bill }: Call, seconds: number): CallBill | undefined {
    const { wallet } = this.deps.meter;
    const heldMicros = callCharge(bill.price, seconds);
    if (!wallet.affords(account, heldMicros - bill.heldMicros)) return undefined;
    wallet.hold(account.ownerSid, heldMicros - bill.heldMicros);
    return { ...bill, heldMicros };
  }

  /**
   * The call has ended: what was held is released, and what an answered one costs is entered. A prepaid account never
   * pays more than was held, however late an end was noticed.
   */
  settled(account: Account, call: Call): CallBill {
    const { meter, guards } = this.deps;
    const { bill, answeredMs, endedMs } = call;
    meter.wallet.release(account.ownerSid, bill.heldMicros);
    if (answeredMs === 0) return { ...bill, heldMicros: 0 };
    const seconds = Math.max(1, durationSeconds(call) ?? 0);
    const charge = callCharge(bill.price, seconds);
    const priceMicros = meter.wallet.isPrepaid(account) ? Math.min(charge, bill.heldMicros) : charge;
    meter.record({
      atMs: endedMs,
      accountSid: account.sid,
      ownerSid: account.ownerSid,
      resourceSid: call.sid,
      part: 0,
      category: bill.category,
      count: 1,
      usage: Math.ceil(billedSeconds(bill.price, seconds) / 60),
      priceMicros,
      from: call.from,
      to: call.to,
      carrier: call.carrier,
      carrierId: '',
      seconds,
    });
    if (call.direction !== 'inbound') guards.spent(account, call.to, priceMicros);
    return { ...bill, heldMicros: 0, priceMicros };
  }

  /** What a leg is counted as, and what its price is asked by. */
  private rated({ direction: towards, from, to }: NewLeg): {
    readonly category: CategoryName;
    readonly query: Omit<CallQuery, 'plan'>;
  } {
    const direction = towards === 'inbound' ? 'inbound' : 'outbound';
    if (/^sips?:/i.test(to))
      return { category: `calls-sip-${direction}`, query: { direction, number: '+', senderType: 'sip' } };
    if (/^client:/.test(direction === 'inbound' ? from : to))
      return { category: 'calls-client', query: { direction, number: '+', senderType: 'client' } };
    const own = this.deps.lookup(direction === 'inbound' ? to : from);
    const senderType = own?.type ?? null;
    if (direction === 'outbound')
      return { category: 'calls-outbound', query: { direction, number: to, senderType } };
    const number = own === undefined ? to : pricedAs(own);
    return { category: inboundCategory(own), query: { direction, number, senderType } };
  }
}

function inboundCategory(own: PhoneNumber | undefined): CategoryName {
  switch (own?.type) {
    case 'local':
    case 'mobile':
    case 'tollfree':
      return `calls-inbound-${own.type}`;
    default:
      return 'calls-inbound';
  }
}
