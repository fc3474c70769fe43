import type { Clock } from '../../control/base/clock.ts';
import { systemRandom } from '../../control/base/random.ts';
import { sidFactory } from '../../control/base/sid.ts';
import { Details } from '../../control/billing/details.ts';
import { Meter } from '../../control/billing/meter.ts';
import { Payments } from '../../control/billing/payments.ts';
import { unpriced, type Tariff } from '../../control/billing/tariff.ts';
import { Usage } from '../../control/billing/usage.ts';
import { Wallet } from '../../control/billing/wallet.ts';
import type { Store } from '../../control/store/store.ts';

/** The books of money on a store, with prices in the test's hands. */
export function openMeter(store: Store, clock: Clock, prices: Partial<Tariff> = {}) {
  const tariff = { ...unpriced, ...prices };
  const payments = new Payments({ store, clock, sids: sidFactory(clock, systemRandom) });
  const wallet = new Wallet(store, payments);
  const usage = new Usage(store);
  const details = new Details(store);
  return { payments, wallet, usage, details, meter: new Meter({ wallet, payments, usage, details, tariff }) };
}
