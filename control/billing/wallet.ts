import type { Account } from '../accounts/account.ts';
import type { Sid } from '../base/sid.ts';
import type { Store } from '../store/store.ts';
import { Tally } from '../store/tally.ts';
import type { Bequests } from './bequests.ts';
import type { Payments } from './payments.ts';

/** Places in a row of the tally. Part of the format on disk. */
const spent = 0;
const held = 1;

/** What a main account and its subaccounts have left, in millionths. */
export interface Funds {
  /** Paid in, less what has been spent. */
  readonly balanceMicros: number;
  /** Promised to what is under way. */
  readonly heldMicros: number;
}

/**
 * The money of main accounts, which their subaccounts share. What is about to cost is held first: held money is spent
 * once the thing is done, or released. Decided in memory and at once, so that prepaid money cannot be spent twice however
 * many ask for it; written with whatever the caller puts in the same stretch of code. The edge alone holds and spends.
 */
export class Wallet {
  private readonly payments: Payments;
  private readonly tally: Tally;
  private readonly bequests: Bequests | undefined;
  /** See `reserve`. */
  private readonly reserved = new Map<Sid, number>();

  /** `bequests`: where entries go once another process has the books. */
  constructor(store: Store, payments: Payments, bequests?: Bequests) {
    this.payments = payments;
    this.bequests = bequests;
    this.tally = new Tally(store, 'billing-spend');
  }

  of({ ownerSid }: Pick<Account, 'ownerSid'>): Funds {
    return {
      balanceMicros: this.payments.termsOf(ownerSid).creditMicros - this.tally.get(ownerSid, spent),
      heldMicros: this.tally.get(ownerSid, held),
    };
  }

  /** What each main account has spent and has held, in millionths. */
  *all(): IterableIterator<{
    readonly ownerSid: Sid;
    readonly spentMicros: number;
    readonly heldMicros: number;
  }> {
    for (const [ownerSid, row] of this.tally.rows('', '\u007f')) {
      yield { ownerSid, spentMicros: row[spent] ?? 0, heldMicros: row[held] ?? 0 };
    }
  }

  /** Whether its money is bounded. */
  isPrepaid({ ownerSid }: Pick<Account, 'ownerSid'>): boolean {
    return this.payments.recentTerms(ownerSid).floorMicros !== null;
  }

  /** Whether so much more may be held: always for postpaid accounts, else down to the floor. */
  affords({ ownerSid }: Pick<Account, 'ownerSid'>, micros: number): boolean {
    const { floorMicros, creditMicros } = this.payments.recentTerms(ownerSid);
    if (floorMicros === null) return true;
    const taken = this.tally.get(ownerSid, spent) + this.tally.get(ownerSid, held);
    return creditMicros - taken - (this.reserved.get(ownerSid) ?? 0) - micros >= floorMicros;
  }

  /**
   * Keeps money for a purchase that is decided elsewhere; undefined if there is not so much. In memory alone, for moments,
   * so a crash leaves nothing behind. The returned function lets it go.
   */
  reserve(account: Pick<Account, 'ownerSid'>, micros: number): (() => void) | undefined {
    if (!this.affords(account, micros)) return undefined;
    this.addReserved(account.ownerSid, micros);
    return () => this.addReserved(account.ownerSid, -micros);
  }

  private addReserved(ownerSid: Sid, micros: number): void {
    const sum = (this.reserved.get(ownerSid) ?? 0) + micros;
    if (sum === 0) this.reserved.delete(ownerSid);
    else this.reserved.set(ownerSid, sum);
  }

  hold(ownerSid: Sid, micros: number): void {
    if (this.bequests?.leaving === true) this.bequests.leave({ kind: 'held', ownerSid, micros });
    else this.tally.add(ownerSid, held, micros);
  }

  release(ownerSid: Sid, micros: number): void {
    this.hold(ownerSid, -micros);
  }

  /** Reads from now on what is on disk: another process writes there. Everything of ours must be, too. */
  forget(): void {
    this.tally.forget();
  }

  spend(ownerSid: Sid, micros: number): void {
    this.tally.add(ownerSid, spent, micros);
  }
}
