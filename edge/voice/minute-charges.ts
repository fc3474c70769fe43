import type { Account } from '../../control/accounts/account.ts';
import type { Sid } from '../../control/base/sid.ts';
import type { CategoryName } from '../../control/billing/categories.ts';
import type { Meter } from '../../control/billing/meter.ts';
import type { Micros } from '../../control/prices/amount.ts';
import { billedSeconds, callCharge, freeCall, type UnitName } from '../../control/prices/price.ts';

/** What was made of a call's sound, and costs by its begun minutes. */
export interface Made {
  /** RE…, TR… */
  readonly sid: Sid;
  readonly unit: UnitName;
  readonly category: CategoryName;
  readonly durationMs: number;
  readonly atMs: number;
}

/**
 * Enters something made, and gives its price in millionths. Whoever calls writes the thing's row, as one that is over, in
 * the same stretch of code: both commit together, so nothing is charged twice. It is charged even where prepaid money
 * does not suffice, for it is done: the balance falls below its floor, and nothing else can be called or sent.
 */
export function chargeMinutes(meter: Meter, account: Account, made: Made): Micros {
  const { sid, unit, category, durationMs, atMs } = made;
  const price = { ...freeCall, perMinuteMicros: meter.unitMicros(account, unit) };
  const seconds = Math.ceil(durationMs / 1000);
  const priceMicros = callCharge(price, seconds);
  meter.record({
    atMs,
    accountSid: account.sid,
    ownerSid: account.ownerSid,
    resourceSid: sid,
    part: 0,
    category,
    count: 1,
    usage: billedSeconds(price, seconds) / 60,
    priceMicros,
    from: '',
    to: '',
    carrier: '',
    carrierId: '',
    seconds,
  });
  return priceMicros;
}
