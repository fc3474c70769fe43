import type { Accounts } from '../../control/accounts/accounts.ts';
import type { Addresses } from '../../control/addresses/addresses.ts';
import type { ApiKeys } from '../../control/accounts/api-keys.ts';
import type { PublicKeys } from '../../control/accounts/public-keys.ts';
import type { Rates } from '../../control/accounts/rates.ts';
import type { TokenRotation } from '../../control/accounts/token-rotation.ts';
import type { AuditLog } from '../../control/audit/audit-log.ts';
import type { Applications } from '../../control/applications/applications.ts';
import type { ConnectApps } from '../../control/applications/connect-apps.ts';
import type { Triggers } from '../../control/billing/triggers.ts';
import type { Payments } from '../../control/billing/payments.ts';
import type { NumberRents } from '../../control/billing/rents.ts';
import type { Usage } from '../../control/billing/usage.ts';
import type { Wallet } from '../../control/billing/wallet.ts';
import type { Clock } from '../../control/base/clock.ts';
import type { Guards } from '../../control/guards/guards.ts';
import type { HostedOrders } from '../../control/hosting/orders.ts';
import type { Inventory } from '../../control/inventory/inventory.ts';
import type { MessagingServices } from '../../control/messaging-services/messaging-services.ts';
import type { CallerIds } from '../../control/caller-ids/caller-ids.ts';
import type { Validations } from '../../control/caller-ids/validations.ts';
import type { Alerts } from '../../control/events/alerts.ts';
import type { Bundles } from '../../control/regulatory/bundles.ts';
import type { Papers } from '../../control/regulatory/papers.ts';
import type { Ported } from '../../control/routing/ported/ported.ts';
import type { Prices } from '../../control/prices/prices.ts';
import type { SipAccess } from '../../control/sip-access/sip-access.ts';
import type { Renditions } from '../../media/audio/files/renditions.ts';
import type { Voice } from '../voice/voice.ts';
import type { Messaging } from '../messaging/messaging.ts';

/** What the resources work with. */
export interface ApiDeps {
  readonly messaging: Pick<Messaging, 'acceptance' | 'ledger' | 'media' | 'cancel'>;
  readonly accounts: Accounts;
  readonly keys: ApiKeys;
  readonly messageRates: Pick<Rates, 'enter'>;
  readonly usage: Pick<Usage, 'rows'>;
  readonly triggers: Pick<Triggers, 'create' | 'fetch' | 'list' | 'update' | 'remove' | 'sums'>;
  /** Resolves when everything that was written before is on disk. */
  readonly durable: () => Promise<void>;
  readonly wallet: Pick<Wallet, 'of'>;
  readonly payments: Pick<Payments, 'recentTerms'>;
  readonly prices: Prices;
  readonly rents: Pick<NumberRents, 'reserve' | 'charge'>;
  /** ISO 4217; of every price. */
  readonly currency: string;
  readonly rotation: TokenRotation;
  readonly publicKeys: PublicKeys;
  readonly inventory: Inventory;
  readonly addresses: Addresses;
  readonly papers: Papers;
  readonly bundles: Bundles;
  readonly hostedOrders: HostedOrders;
  /** The carriers of ported numbers, as far as the operator has told. */
  readonly ported: Pick<Ported, 'carrierOf'>;
  readonly applications: Applications;
  readonly connectApps: ConnectApps;
  readonly sipAccess: SipAccess;
  readonly callerIds: CallerIds;
  readonly guards: Pick<Guards, 'rules' | 'riskyPrefixes' | 'config'>;
  readonly messagingServices: MessagingServices;
  readonly audit: Pick<AuditLog, 'note' | 'get' | 'list'>;
  readonly alerts: Pick<Alerts, 'list' | 'listAll' | 'get' | 'find' | 'exchange' | 'forget'>;
  /** Null: this edge takes no calls, and the resources that need them are not there. */
  readonly voice: VoiceDeps | null;
  readonly clock: Clock;
}

/** What the resources of calls work with. */
export interface VoiceDeps {
  readonly voice: CallApi;
  readonly validations: Validations;
  readonly renditions: Pick<Renditions, 'file' | 'remove'>;
  /** Resolves when everything that was written before is on disk. */
  readonly durable: () => Promise<void>;
}

/** What the resources ask of calls. */
export type CallApi = Pick<
  Voice,
  | 'calls'
  | 'recordings'
  | 'transcriptions'
  | 'conferences'
  | 'participants'
  | 'queues'
  | 'createCall'
  | 'updateCall'
  | 'deleteCall'
  | 'eventsOf'
  | 'startRecording'
  | 'streams'
  | 'startStream'
>;

/** Where the resources of the 2010-04-01 API live. */
export const accountsPath = '/2010-04-01/Accounts';
export const accountPath = `${accountsPath}/{AccountSid}`;
export const apiVersion = '2010-04-01';
