import { fail, ok, type Result } from '../base/result.ts';
import type { Store } from '../store/store.ts';
import type { Table } from '../store/table.ts';
import type { Account } from './account.ts';
import { balanceTable, type Balance } from './tables.ts';
import type { Sid } from '../base/sid.ts';

const unset: Balance = { balance: '0.00', currency: 'USD' };

/** What main accounts have left. The operator's books set it; subaccounts share their parent's. */
export class Balances {
  private readonly store: Store;
  private readonly rows: Table<Sid, Balance>;

  constructor(store: Store) {
    this.store = store;
    this.rows = store.table(balanceTable);
  }

  of(account: Account): Balance {
    return this.rows.get(account.ownerSid) ?? unset;
  }

  /** `balance` is a decimal number such as `-12.345`, `currency` an ISO 4217 code. */
  async set(
    account: Account,
    balance: string,
    currency: string,
  ): Promise<Result<Balance, 'badBalance' | 'badCurrency'>> {
    if (!/^-?\d{1,15}(\.\d{1,6})?$/.test(balance)) return fail('badBalance');
    if (!/^[A-Z]{3}$/.test(currency)) return fail('badCurrency');
    const row = { balance, currency };
    this.rows.put(account.ownerSid, row);
    await this.store.durable();
    return ok(row);
  }
}
