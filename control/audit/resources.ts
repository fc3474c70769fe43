import type { Account } from '../accounts/account.ts';
import type { SealedTokens, SmppLogin } from '../accounts/tables.ts';
import type { Sid } from '../base/sid.ts';
import type { Trigger } from '../billing/trigger.ts';
import type { Operator } from '../console/operators.ts';
import type { Block } from '../guards/blocks.ts';
import type { Rules } from '../guards/rules.ts';
import type { HostedOrder } from '../hosting/order.ts';
import type { Life } from '../inventory/life.ts';
import type { Bundle, EndUser } from '../regulatory/bundle.ts';
import type { OwnedRow } from '../store/owned-rows.ts';

/** What an event is about. */
export interface Subject {
  /** Its SID; where it has none, the text that names it. */
  readonly sid: string;
  /** Whose logs it is in; the first is the account it belongs to. Empty: the operator's own, which no tenant sees. */
  readonly accounts: readonly Sid[];
  /** What of it is shown: never a secret, unless as bytes. */
  readonly shows: object;
}

/** A table whose changes are events. */
export interface AuditedTable {
  readonly table: string;
  /** The resource's type, as Monitor Events name it (https://www.twilio.com/docs/usage/monitor-events#event-types). */
  readonly type: string | ((subject: Subject) => string);
  /** Undefined: this row is nothing that anyone would ask about. */
  readonly subject: (row: never, key: never, accountOf: AccountOf) => Subject | undefined;
  /** What happened, where it is not `created`, `updated` or `deleted`. */
  readonly action?: (before: never, after: never) => string | undefined;
}

/** The account that the row of a SID in another table belongs to. */
export type AccountOf = (table: string, sid: Sid) => Sid | undefined;

const owned = (row: OwnedRow): Subject => ({ sid: row.sid, accounts: [row.accountSid], shows: row });

/** A table that `OwnedRows` keeps. */
const ownedTable = (table: string, type: string): AuditedTable => ({ table, type, subject: owned });

/** As `ownedTable`, but nothing is shown of a row except its name and type. */
const namedTable = (table: string, type: string): AuditedTable => ({
  table,
  type,
  subject: (row: EndUser): Subject => ({
    ...owned(row),
    shows: { friendlyName: row.friendlyName, type: row.type },
  }),
});

/** What an account has one of; its key is the account. */
const ofAccount = (table: string, type: string, shows: (row: never) => object): AuditedTable => ({
  table,
  type,
  subject: (row: never, sid: Sid): Subject => ({ sid, accounts: [sid], shows: shows(row) }),
});

/**
 * The tables whose changes are kept in the audit log. Types that Twilio has no name for are our own. Traffic is not here:
 * messages, calls and what becomes of them have logs of their own.
 */
export const auditedTables: readonly AuditedTable[] = [
  {
    table: 'accounts',
    type: 'account',
    // The parent makes and closes its subaccounts, so they are its business first.
    subject: ({ ownerSid, friendlyName, status, type, ...row }: Account): Subject => ({
      sid: row.sid,
      accounts: ownerSid === row.sid ? [ownerSid] : [ownerSid, row.sid],
      shows: { friendlyName, status, type },
    }),
  },
  {
    table: 'account-tokens',
    type: 'account-auth-token',
    subject: ({ token, secondary }: SealedTokens, sid: Sid): Subject => ({
      sid,
      accounts: [sid],
      shows: { token, secondary: secondary?.token ?? null },
    }),
    action: (before: SealedTokens | undefined, after: SealedTokens | undefined) => {
      if (before === undefined || after === undefined) return undefined;
      if (before.secondary === null) return 'secondary-created';
      return before.token.equals(after.token) ? 'secondary-deleted' : 'promoted';
    },
  },
  ownedTable('api-keys', 'account-api-keys'),
  {
    table: 'smpp-logins',
    type: 'smpp-login',
    subject: ({ accountSid, secretHash }: SmppLogin, systemId: string): Subject => ({
      sid: systemId,
      accounts: [accountSid],
      shows: { secretHash },
    }),
  },
  {
    table: 'console-operators',
    type: 'console-operator',
    subject: ({ password }: Operator, name: string): Subject => ({
      sid: name,
      accounts: [],
      shows: { password: password.hash },
    }),
  },
  {
    table: 'request-limits',
    type: 'account-limits',
    subject: (row: object, sid: Sid, accountOf): Subject => ({
      sid,
      accounts: sid.startsWith('AC') ? [sid] : one(accountOf('api-keys', sid)),
      shows: row,
    }),
  },
  ownedTable('public-keys', 'account-credentials'),
  ofAccount('validation-demands', 'security-settings', (demanded: boolean) => ({
    clientValidationRequired: demanded,
  })),
  ofAccount('debuggers', 'debugger-webhook', (url: string) => ({ url })),
  {
    table: 'number-lives',
    type: ({ sid }) => (sid.startsWith('SC') ? 'shortcode' : 'phone-number'),
    subject: ({ assignment, state, ratePerSecond }: Life, e164: string): Subject | undefined => {
      // Numbers are tested, rest and are for sale by themselves. What the operator keeps back is his doing.
      if (assignment === null && state !== 'held' && state !== 'portedout') return undefined;
      const { accountSid, sid, config } = assignment ?? { accountSid: undefined, sid: e164, config: {} };
      return {
        sid,
        accounts: one(accountSid),
        shows: { phoneNumber: e164, state, ratePerSecond, ...config, owner: accountSid ?? null },
      };
    },
  },
  {
    table: 'regulatory-bundles',
    type: 'regulatory-bundle',
    subject: ({ sid, accountSid, friendlyName, status, failureReason, items }: Bundle): Subject => ({
      sid,
      accounts: [accountSid],
      shows: { friendlyName, status, failureReason, items: items.map(({ objectSid }) => objectSid) },
    }),
  },
  // What they say of people is nobody's to read in a log.
  namedTable('regulatory-end-users', 'regulatory-end-user'),
  namedTable('regulatory-documents', 'regulatory-document'),
  {
    table: 'hosted-orders',
    type: 'hosted-number-order',
    subject: ({ sid, accountSid, e164, friendlyName, status, failureReason }: HostedOrder): Subject => ({
      sid,
      accounts: [accountSid],
      shows: { phoneNumber: e164, friendlyName, status, failureReason },
    }),
  },
  ownedTable('addresses', 'address'),
  ownedTable('applications', 'application'),
  ownedTable('connect-apps', 'connect-app'),
  ownedTable('caller-ids', 'caller-id'),
  ownedTable('messaging-services', 'copilot-application'),
  ownedTable('messaging-service-numbers', 'copilot-number-pool'),
  ownedTable('messaging-service-short-codes', 'copilot-number-pool'),
  ownedTable('messaging-service-alpha-senders', 'copilot-number-pool'),
  ownedTable('sip-domains', 'sip-domain'),
  ownedTable('sip-credential-lists', 'sip-credential-list'),
  ownedTable('sip-credentials', 'sip-credential'),
  ownedTable('sip-address-lists', 'sip-ip-access-control-list'),
  ownedTable('sip-addresses', 'sip-ip-address'),
  {
    table: 'sip-mappings',
    type: 'sip-domain-mapping',
    subject: (_createdMs: number, [domainSid = '', use, listSid]: readonly string[], accountOf): Subject => ({
      sid: domainSid,
      accounts: one(accountOf('sip-domains', domainSid)),
      shows: { use, listSid },
    }),
  },
  ofAccount('guard-rules', 'sms-geographic-permissions', ({ messages }: Rules) => ({ countries: messages })),
  ofAccount('guard-rules', 'voice-geographic-permissions', ({ calls }: Rules) => calls),
  ofAccount('guard-rules', 'guard-limits', ({ limits }: Rules) => ({ limits })),
  {
    table: 'guard-blocks',
    type: 'guard-block',
    subject: ({ direction, note }: Block, [scope, address = '']: readonly string[]): Subject => ({
      sid: address,
      accounts: one(scope),
      shows: { direction, note },
    }),
  },
  {
    table: 'usage-triggers',
    type: 'usage-trigger',
    // That it has fired is told by its callback.
    subject: (row: Trigger): Subject => ({
      ...owned(row),
      shows: { ...row, fires: undefined, firedMs: undefined, firedPeriod: undefined },
    }),
  },
  ofAccount('billing-terms', 'billing-terms', (row: object) => row),
  {
    table: 'billing-credits',
    type: 'payment',
    subject: (row: object, [accountSid]: readonly string[]): Subject => ({
      sid: accountSid ?? '',
      accounts: one(accountSid),
      shows: row,
    }),
  },
  {
    table: 'images',
    type: 'imported-table',
    subject: (row: object, name: string): Subject => ({ sid: name, accounts: [], shows: row }),
  },
];

const one = (sid: Sid | undefined): readonly Sid[] => (sid === undefined || sid === '' ? [] : [sid]);
