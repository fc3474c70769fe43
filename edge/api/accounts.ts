import type { Account } from '../../control/accounts/account.ts';
import type { AccountFilter } from '../../control/accounts/accounts.ts';
import { closeAccount } from '../../control/inventory/closing.ts';
import type { Page, PageQuery } from '../../control/store/facets.ts';
import type { Sid } from '../../control/base/sid.ts';
import { accountsPath, type ApiDeps } from './deps.ts';
import type { ApiRequest, Json, Reply, Route } from './exchange.ts';
import { sidList } from './lists.ts';
import { Reader } from './readers.ts';
import { created, json, notFound, refused } from './reply.ts';
import { rfc2822 } from './rfc2822.ts';

const statuses = ['active', 'suspended', 'closed'] as const;
const nameMaxCharacters = 64;
const badName = refused(20002, `FriendlyName must have 1 to ${nameMaxCharacters} characters.`);

/**
 * Accounts (https://www.twilio.com/docs/iam/api/account). The paths name the account as `Sid`, not as `AccountSid`:
 * whoever asks is always the owner of the credentials, so a suspended subaccount can be reactivated by its parent.
 */
export function accountRoutes(deps: ApiDeps): readonly Route[] {
  const options = { product: 'api', mainOnly: true } as const;
  const one = `${accountsPath}/{Sid}`;
  return [
    { ...options, method: 'POST', path: accountsPath, handler: (request) => create(deps, request) },
    { ...options, method: 'GET', path: accountsPath, handler: (request) => readList(deps, request) },
    {
      ...options,
      method: 'GET',
      path: one,
      handler: (request) => {
        const account = accountOf(deps, request);
        return account === undefined ? notFound : json(accountJson(deps, account));
      },
    },
    { ...options, method: 'POST', path: one, handler: (request) => update(deps, request) },
  ];
}

const subresources = {
  addresses: 'Addresses',
  applications: 'Applications',
  authorized_connect_apps: 'AuthorizedConnectApps',
  available_phone_numbers: 'AvailablePhoneNumbers',
  balance: 'Balance',
  calls: 'Calls',
  conferences: 'Conferences',
  connect_apps: 'ConnectApps',
  incoming_phone_numbers: 'IncomingPhoneNumbers',
  keys: 'Keys',
  messages: 'Messages',
  notifications: 'Notifications',
  outgoing_caller_ids: 'OutgoingCallerIds',
  queues: 'Queues',
  recordings: 'Recordings',
  short_codes: 'SMS/ShortCodes',
  signing_keys: 'SigningKeys',
  sip: 'SIP',
  transcriptions: 'Transcriptions',
  usage: 'Usage',
} as const;

/** https://www.twilio.com/docs/iam/api/account#account-properties */
function accountJson({ accounts }: ApiDeps, account: Account): Json {
  const base = `${accountsPath}/${account.sid}`;
  const subresourceUris: Record<string, string> = {};
  for (const [name, path] of Object.entries(subresources)) subresourceUris[name] = `${base}/${path}.json`;
  return {
    auth_token: accounts.authToken(account.sid) ?? null,
    date_created: rfc2822(account.createdMs),
    date_updated: rfc2822(account.updatedMs),
    friendly_name: account.friendlyName,
    owner_account_sid: account.ownerSid,
    sid: account.sid,
    status: accounts.effectiveStatus(account),
    subresource_uris: subresourceUris,
    type: account.type,
    uri: `${base}.json`,
  };
}

/** The account that a path names: one's own, or a subaccount. */
function accountOf({ accounts }: ApiDeps, { parts, principal: { owner } }: ApiRequest): Account | undefined {
  const sid = parts['Sid'] ?? '';
  if (sid === owner.sid) return owner;
  const account = accounts.fetch(sid);
  return account?.ownerSid === owner.sid ? account : undefined;
}

async function create(deps: ApiDeps, { form, principal: { owner } }: ApiRequest): Promise<Reply> {
  // An empty name is no name: Twilio's default stands.
  const friendlyName = form.get('FriendlyName') || undefined;
  const made = await deps.accounts.create({
    parentSid: owner.sid,
    ...(friendlyName === undefined ? {} : { friendlyName }),
  });
  if (made.ok) return created(accountJson(deps, made.value.account));
  switch (made.error) {
    case 'badName':
      return badName;
    case 'parentIsSubaccount':
      return refused(20006, 'A subaccount cannot have subaccounts: use its parent account.');
    case 'noSuchParent':
    case 'parentNotActive':
      return refused(20005, `Account ${owner.sid} is not active.`);
  }
}

function readList(deps: ApiDeps, request: ApiRequest): Reply {
  const { owner } = request.principal;
  const reader = new Reader(request.query);
  const friendlyName = reader.text('FriendlyName', 256) || undefined;
  const status = reader.choice('Status', statuses);
  if (reader.fault !== undefined) return reader.fault;
  const filter: AccountFilter = {
    ...(friendlyName === undefined ? {} : { friendlyName }),
    ...(status === undefined ? {} : { status }),
  };
  const list = (query: PageQuery<Sid>): Page<Account, Sid> =>
    owner.ownerSid === owner.sid ? deps.accounts.list(owner.sid, filter, query) : alone(owner, filter, query);
  return sidList(request, 'accounts', 'AC', list, {
    sid: (account) => account.sid,
    json: (account) => accountJson(deps, account),
  });
}

/** What a subaccount sees: itself. */
function alone(account: Account, filter: AccountFilter, query: PageQuery<Sid>): Page<Account, Sid> {
  const fits =
    (filter.friendlyName ?? account.friendlyName) === account.friendlyName &&
    (filter.status ?? account.status) === account.status &&
    query.after === undefined &&
    query.before === undefined;
  return { rows: fits ? [account] : [], next: null };
}

async function update(deps: ApiDeps, request: ApiRequest): Promise<Reply> {
  const account = accountOf(deps, request);
  if (account === undefined) return notFound;
  const { owner } = request.principal;
  const reader = new Reader(request.form);
  const friendlyName = reader.text('FriendlyName', nameMaxCharacters, 20002) || undefined;
  const status = reader.choice('Status', statuses, 21475);
  if (reader.fault !== undefined) return reader.fault;
  if (status !== undefined && account.ownerSid === account.sid)
    return refused(21477, 'The Status of a main account is its operator’s to change.');
  if (status !== undefined && account.sid === owner.sid)
    return refused(20006, 'The Status of a subaccount is its parent’s to change.');
  const named = await deps.accounts.update(account.sid, {
    ...(friendlyName === undefined ? {} : { friendlyName }),
    ...(status === undefined || status === 'closed' ? {} : { status }),
  });
  const updated = named.ok && status === 'closed' ? await closeAccount(deps, account.sid) : named;
  if (!updated.ok) {
    switch (updated.error) {
      case 'notFound':
        return notFound;
      case 'badName':
        return badName;
      case 'closed':
        return refused(21479, `Account ${account.sid} is closed, which is final.`);
    }
  }
  return json(accountJson(deps, updated.value));
}
