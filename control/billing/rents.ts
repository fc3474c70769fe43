import type { Account } from '../accounts/account.ts';
import type { Clock, Timer } from '../base/clock.ts';
import type { Sid } from '../base/sid.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { NumberLives } from '../inventory/lives.ts';
import type { NumberType, PhoneNumber } from '../inventory/number.ts';
import { textKey } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import type { Table, TableSpec } from '../store/table.ts';
import type { CategoryName } from './categories.ts';
import type { Meter } from './meter.ts';
import { monthsAfter } from './periods.ts';

/** For how many months a number has been charged, of its assignment's. */
interface Rent {
  readonly months: number;
}

/** By the SID that a number has while one account has it. */
const rentTable: TableSpec<Sid, Rent> = {
  name: 'number-rents',
  key: textKey,
  version: 1,
  readsOwnWrites: true,
};

const roundMs = 3_600_000;
/** Numbers looked at in one turn. */
const batchRows = 500;

/** A number's usage category (https://www.twilio.com/docs/usage/api/usage-record#usage-categories). */
function categoryOfType(type: NumberType): CategoryName {
  switch (type) {
    case 'local':
    case 'mobile':
    case 'tollfree':
      return `phonenumbers-${type}`;
    case 'shortcode':
      return 'shortcodes';
    default:
      return 'phonenumbers';
  }
}

export interface RentDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly inventory: Pick<Inventory, 'bySid'>;
  readonly lives: Pick<NumberLives, 'walk'>;
  readonly accountBySid: (sid: Sid) => Account | undefined;
  readonly meter: Meter;
}

/**
 * Charges for numbers by the month: when an account gets one, and on the same day of each month after. How many months
 * have been charged is written in the commit of the charge, so each is charged once, whatever happens. What is due is
 * charged even where prepaid money does not suffice, as Twilio does: the balance falls below its floor, and nothing else
 * can be bought, sent or called until it is paid; the number stays.
 */
export class NumberRents {
  private readonly deps: RentDeps;
  private readonly rents: Table<Sid, Rent>;
  private timer: Timer | undefined;
  private stopped = false;

  constructor(deps: RentDeps) {
    this.deps = deps;
    this.rents = deps.store.table(rentTable);
  }

  /** Looks over all numbers now and each hour: for months that have begun, and numbers that came by the command line. */
  start(): void {
    this.sweep();
  }

  stop(): void {
    this.stopped = true;
    this.timer?.cancel();
  }

  /** Keeps the first month's price for a number that is about to be bought; undefined if the account cannot pay it. */
  reserve(account: Account, country: string, type: NumberType): (() => void) | undefined {
    const { meter } = this.deps;
    return meter.wallet.reserve(account, meter.monthMicros(account, country, type));
  }

  /** Charges the months of a number that have begun and are not charged. */
  charge(number: PhoneNumber): void {
    const { clock, accountBySid } = this.deps;
    if (number.assignment === null) return;
    const { sid, accountSid, createdMs } = number.assignment;
    const account = accountBySid(accountSid);
    if (account === undefined) return;
    const nowMs = clock.now();
    const before = this.rents.get(sid)?.months;
    let months = before ?? begun(createdMs, nowMs);
    for (let dueMs = monthsAfter(createdMs, months); dueMs <= nowMs; dueMs = monthsAfter(createdMs, months)) {
      this.enter(number, sid, account, months, dueMs);
      months++;
    }
    if (months !== before) this.rents.put(sid, { months });
  }

  private enter(
    { e164, type, place, carrier }: PhoneNumber,
    resourceSid: Sid,
    account: Account,
    part: number,
    atMs: number,
  ): void {
    const { meter } = this.deps;
    meter.record({
      atMs,
      accountSid: account.sid,
      ownerSid: account.ownerSid,
      resourceSid,
      part,
      category: categoryOfType(type),
      count: 1,
      usage: 1,
      priceMicros: meter.monthMicros(account, place.country, type),
      from: '',
      to: e164,
      carrier,
      carrierId: '',
    });
  }

  /** `after`: a number. */
  private sweep(after?: string): void {
    if (this.stopped) return;
    const { lives, clock } = this.deps;
    let looked = 0;
    for (const number of lives.walk({ state: 'assigned', ...(after === undefined ? {} : { after }) })) {
      this.charge(number);
      if (++looked === batchRows) {
        setImmediate(() => this.sweep(number.e164));
        return;
      }
    }
    this.forget();
    this.timer = clock.after(roundMs, () => this.sweep());
  }

  /** Lets go of numbers that were given back. */
  private forget(after: Sid = ''): void {
    if (this.stopped) return;
    let looked = 0;
    for (const sid of this.rents.keys({ start: `${after}\u0000` })) {
      if (this.deps.inventory.bySid(sid) === undefined) this.rents.remove(sid);
      if (++looked === batchRows) {
        setImmediate(() => this.forget(sid));
        return;
      }
    }
  }
}

/** The month of an assignment that has begun last; a number seen for the first time is charged from that one on. */
function begun(createdMs: number, nowMs: number): number {
  let months = 0;
  while (monthsAfter(createdMs, months + 1) <= nowMs) months++;
  return months;
}
