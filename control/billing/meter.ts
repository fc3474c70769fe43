import type { Account } from '../accounts/account.ts';
import type { Bequests } from './bequests.ts';
import type { Payments } from './payments.ts';
import type { Detail, Details } from './details.ts';
import type { NumberType } from '../inventory/number.ts';
import type { CallPrice, UnitName } from '../prices/price.ts';
import type { CallQuery, MessageQuery, Tariff } from './tariff.ts';
import type { Usage } from './usage.ts';
import type { Wallet } from './wallet.ts';

/** Where everything that costs goes through: asked before, told after. */
export class Meter {
  readonly wallet: Wallet;
  private readonly payments: Payments;
  private readonly usage: Usage;
  private readonly details: Details;
  private readonly tariff: Tariff;
  private readonly bequests: Bequests | undefined;

  constructor(books: {
    readonly wallet: Wallet;
    readonly payments: Payments;
    readonly usage: Usage;
    readonly details: Details;
    readonly tariff: Tariff;
    /** Where entries go once another process has the books. */
    readonly bequests?: Bequests;
  }) {
    this.wallet = books.wallet;
    this.payments = books.payments;
    this.usage = books.usage;
    this.details = books.details;
    this.tariff = books.tariff;
    this.bequests = books.bequests;
  }

  /** What a segment costs this account, in millionths. */
  segmentMicros({ ownerSid }: Pick<Account, 'ownerSid'>, query: Omit<MessageQuery, 'plan'>): number {
    const { plan } = this.payments.recentTerms(ownerSid);
    return this.tariff.message({ plan, ...query });
  }

  /** What a call leg costs this account. */
  callPrice({ ownerSid }: Pick<Account, 'ownerSid'>, query: Omit<CallQuery, 'plan'>): CallPrice {
    return this.tariff.call({ plan: this.payments.recentTerms(ownerSid).plan, ...query });
  }

  /** What a month of a number costs this account, in millionths. */
  monthMicros({ ownerSid }: Pick<Account, 'ownerSid'>, country: string, type: NumberType): number {
    return this.tariff.number({ plan: this.payments.recentTerms(ownerSid).plan, country, type });
  }

  /** What one use costs this account, in millionths. */
  unitMicros({ ownerSid }: Pick<Account, 'ownerSid'>, category: UnitName): number {
    return this.tariff.unit({ plan: this.payments.recentTerms(ownerSid).plan, category });
  }

  /** Enters what was used: its record, its day's sums and its price, in the commit of its cause. */
  record(detail: Detail): void {
    if (this.bequests?.leaving === true) {
      this.bequests.leave({ kind: 'used', detail });
      return;
    }
    const { accountSid, ownerSid, category, atMs, priceMicros } = detail;
    this.details.add(detail);
    this.usage.count(accountSid, ownerSid, category, atMs, detail);
    this.wallet.spend(ownerSid, priceMicros);
  }
}
