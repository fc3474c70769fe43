import { Addresses } from '../../control/addresses/addresses.ts';
import { Accounts } from '../../control/accounts/accounts.ts';
import { ApiKeys } from '../../control/accounts/api-keys.ts';
import { AuditLog } from '../../control/audit/audit-log.ts';
import { Authenticator } from '../../control/accounts/authenticator.ts';
import { AccountLimits, noLimits, type LimitDefaults } from '../../control/accounts/limits.ts';
import { PublicKeys } from '../../control/accounts/public-keys.ts';
import { Rates } from '../../control/accounts/rates.ts';
import { Debuggers } from '../../control/accounts/debuggers.ts';
import { SmppLogins } from '../../control/accounts/smpp-logins.ts';
import { TokenRotation } from '../../control/accounts/token-rotation.ts';
import { Applications } from '../../control/applications/applications.ts';
import { ConnectApps } from '../../control/applications/connect-apps.ts';
import { Operators } from '../../control/console/operators.ts';
import { Sessions } from '../../control/console/sessions.ts';
import type { Clock } from '../../control/base/clock.ts';
import type { Random } from '../../control/base/random.ts';
import type { Sid, SidFactory } from '../../control/base/sid.ts';
import { Bequests } from '../../control/billing/bequests.ts';
import { Details } from '../../control/billing/details.ts';
import { Heir } from '../../control/billing/heir.ts';
import { Meter } from '../../control/billing/meter.ts';
import { Payments } from '../../control/billing/payments.ts';
import { NumberRents } from '../../control/billing/rents.ts';
import { unpriced, type Tariff } from '../../control/billing/tariff.ts';
import { Triggers } from '../../control/billing/triggers.ts';
import { Usage } from '../../control/billing/usage.ts';
import { Wallet } from '../../control/billing/wallet.ts';
import { CallerIds } from '../../control/caller-ids/caller-ids.ts';
import { processEnvironment } from '../../control/config/environment.ts';
import { lifeRules } from '../../control/inventory/config.ts';
import { HostedOrders } from '../../control/hosting/orders.ts';
import { Inventory } from '../../control/inventory/inventory.ts';
import { Bundles } from '../../control/regulatory/bundles.ts';
import { Papers } from '../../control/regulatory/papers.ts';
import { NumberLives } from '../../control/inventory/lives.ts';
import { MessagingServices } from '../../control/messaging-services/messaging-services.ts';
import { SipAccess } from '../../control/sip-access/sip-access.ts';
import { Store } from '../../control/store/store.ts';
import { keySource } from '../../control/vault/key-source.ts';
import { Vault } from '../../control/vault/vault.ts';
import type { Config } from '../config.ts';

export interface BooksSurroundings {
  readonly clock: Clock;
  readonly random: Random;
  readonly sids: SidFactory;
  /** Told after each group commit how long it took, in milliseconds. */
  readonly onCommit: (durationMs: number) => void;
  /** Default: nothing costs anything. */
  readonly tariff?: Tariff;
  /** Keys from the process before this one (`Vault.bequest`). Default: the key is read from where it is kept. */
  readonly sealKeys?: readonly Buffer[];
}

/** What the books ask of the configuration. Without `http` and `calls`, what they limit goes by their defaults. */
export type BooksConfig = Pick<Config, 'data' | 'domain' | 'limits'> &
  Partial<Pick<Config, 'http' | 'calls' | 'vault'>> & { readonly inventory: Parameters<typeof lifeRules>[0] };

export type Books = ReturnType<typeof openBooks>;

/** Opens the store in the data folder and every book of `control/` that is kept in it. Whoever opens closes `store`. */
export function openBooks(
  config: BooksConfig,
  { onCommit, tariff = unpriced, sealKeys = [], ...around }: BooksSurroundings,
) {
  const store = new Store(config.data, ({ durationMs }) => onCommit(durationMs));
  const vault = Vault.open(keySource(config, processEnvironment), store, around.random, sealKeys);
  const books = { store, vault, ...around };
  const life = { ...books, rules: lifeRules(config.inventory) };
  const accounts = new Accounts(books);
  const inventory = new Inventory(life);
  const numberLives = new NumberLives(inventory, life);
  const payments = new Payments(books);
  const bequests = new Bequests(store, books.clock);
  const wallet = new Wallet(store, payments, bequests);
  const usage = new Usage(store);
  const papers = new Papers(books);
  const details = new Details(store);
  const limits = new AccountLimits(books, limitDefaults(config));
  const meter = new Meter({ wallet, payments, usage, details, tariff, bequests });
  const accountBySid = (sid: Sid) => accounts.fetch(sid);
  return {
    store,
    vault,
    audit: new AuditLog(books),
    accounts,
    keys: new ApiKeys(books),
    rotation: new TokenRotation(accounts, books),
    publicKeys: new PublicKeys(books),
    limits,
    messageRates: new Rates(books.clock, (sid) => limits.of(sid).messagesPerSecond),
    authenticator: new Authenticator(accounts, books),
    smppLogins: new SmppLogins(accounts, books),
    operators: new Operators(books),
    sessions: new Sessions(books),
    debuggers: new Debuggers(store),
    inventory,
    numberLives,
    papers,
    bundles: new Bundles(books, papers),
    hostedOrders: new HostedOrders({ ...books, inventory }),
    addresses: new Addresses({ ...books, inventory }),
    payments,
    wallet,
    usage,
    details,
    triggers: new Triggers({ ...books, usage }),
    durable: () => store.durable(),
    bequests,
    heir: new Heir(store, bequests, meter, books.clock),
    meter,
    rents: new NumberRents({ ...books, inventory, lives: numberLives, accountBySid, meter }),
    applications: new Applications(books),
    connectApps: new ConnectApps(books),
    sipAccess: new SipAccess({ ...books, domain: config.domain }),
    callerIds: new CallerIds(books),
    messagingServices: new MessagingServices({ ...books, inventory }),
  };
}

function limitDefaults({ limits, http, calls }: BooksConfig): LimitDefaults {
  const concurrentRequests = http?.maxConcurrentPerAccount ?? 100;
  const { requestsPerSecond, messagesPerSecond } = limits;
  return {
    account: (sid) => ({
      requestsPerSecond,
      messagesPerSecond,
      callsPerSecond: calls?.overrides[sid] ?? calls?.cps ?? 1,
      concurrentRequests,
    }),
    key: {
      ...noLimits,
      requestsPerSecond: limits.keyRequestsPerSecond,
      messagesPerSecond: limits.keyMessagesPerSecond,
    },
  };
}
