import { Accounts } from '../accounts/accounts.ts';
import { AccountLimits, noLimits } from '../accounts/limits.ts';
import { PublicKeys } from '../accounts/public-keys.ts';
import { ConnectApps } from '../applications/connect-apps.ts';
import { Debuggers } from '../accounts/debuggers.ts';
import { SmppLogins } from '../accounts/smpp-logins.ts';
import { Details } from '../billing/details.ts';
import { Payments } from '../billing/payments.ts';
import { Triggers } from '../billing/triggers.ts';
import { Usage } from '../billing/usage.ts';
import { Wallet } from '../billing/wallet.ts';
import { Operators } from '../console/operators.ts';
import { AuditLog } from '../audit/audit-log.ts';
import { TokenRotation } from '../accounts/token-rotation.ts';
import { systemClock } from '../base/clock.ts';
import { systemRandom } from '../base/random.ts';
import { sidFactory } from '../base/sid.ts';
import { processEnvironment } from '../config/environment.ts';
import { dataLayout } from '../config/layout.ts';
import { HostedOrders } from '../hosting/orders.ts';
import { Inventory } from '../inventory/inventory.ts';
import type { LifeRules } from '../inventory/life.ts';
import { Bundles } from '../regulatory/bundles.ts';
import { Papers } from '../regulatory/papers.ts';
import { NumberLives } from '../inventory/lives.ts';
import { MessagingServices } from '../messaging-services/messaging-services.ts';
import { Images } from '../prefixes/images.ts';
import { PricePlans } from '../prices/plans.ts';
import { PortedBook } from '../routing/ported/ported-book.ts';
import { RouteBook } from '../routing/route-book.ts';
import { Store } from '../store/store.ts';
import { keySource, type VaultPlace } from '../vault/key-source.ts';
import { Vault } from '../vault/vault.ts';
import { giveToOwner } from './ownership.ts';

/** The repositories that commands work with, beside a running edge or without one. */
export interface Books {
  readonly store: Store;
  readonly audit: AuditLog;
  readonly accounts: Accounts;
  readonly smppLogins: SmppLogins;
  readonly operators: Operators;
  readonly rotation: TokenRotation;
  readonly limits: AccountLimits;
  readonly publicKeys: PublicKeys;
  readonly connectApps: ConnectApps;
  readonly debuggers: Debuggers;
  readonly inventory: Inventory;
  readonly numberLives: NumberLives;
  readonly papers: Papers;
  readonly bundles: Bundles;
  readonly hostedOrders: HostedOrders;
  readonly messagingServices: MessagingServices;
  readonly payments: Payments;
  readonly wallet: Wallet;
  readonly usage: Usage;
  readonly triggers: Triggers;
  readonly details: Details;
  readonly pricePlans: PricePlans;
  readonly routes: RouteBook;
  readonly ported: PortedBook;
}

/**
 * Opens the books of a data directory for `use`, and closes them whatever happens. Without `rules` numbers have the
 * simplest of lives.
 */
export async function withBooks<T>(
  place: VaultPlace,
  use: (books: Books) => Promise<T>,
  rules?: LifeRules,
): Promise<T> {
  const { data } = place;
  const { storeDirectory, storeFile, keys } = dataLayout(data);
  const store = new Store(storeDirectory);
  try {
    const vault = Vault.open(keySource(place, processEnvironment), store, systemRandom);
    const context = {
      store,
      vault,
      clock: systemClock,
      random: systemRandom,
      sids: sidFactory(systemClock, systemRandom),
    };
    const images = new Images(context);
    const accounts = new Accounts(context);
    const papers = new Papers(context);
    const payments = new Payments(context);
    const usage = new Usage(store);
    const life = { ...context, ...(rules === undefined ? {} : { rules }) };
    const inventory = new Inventory(life);
    await inventory.upgrade();
    return await use({
      store,
      audit: new AuditLog(context),
      accounts,
      smppLogins: new SmppLogins(accounts, context),
      operators: new Operators(context),
      rotation: new TokenRotation(accounts, context),
      // What stands where nothing is set is the edge's to know.
      publicKeys: new PublicKeys(context),
      connectApps: new ConnectApps(context),
      limits: new AccountLimits(context, { account: () => noLimits, key: noLimits }),
      debuggers: new Debuggers(store),
      inventory,
      papers,
      bundles: new Bundles(context, papers),
      hostedOrders: new HostedOrders({ ...context, inventory }),
      numberLives: new NumberLives(inventory, life),
      messagingServices: new MessagingServices({ ...context, inventory }),
      payments,
      pricePlans: new PricePlans(images),
      routes: new RouteBook(images),
      ported: new PortedBook(store, images),
      wallet: new Wallet(store, payments),
      usage,
      triggers: new Triggers({ ...context, usage }),
      details: new Details(store),
    });
  } finally {
    await store.close();
    for (const path of [storeFile, `${storeFile}-lock`, keys]) giveToOwner(data, path);
  }
}
