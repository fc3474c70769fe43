import type { ApiKey } from '../../control/accounts/tables.ts';
import type { Account } from '../../control/accounts/account.ts';
import { fail, ok, type Result } from '../../control/base/result.ts';
import type { ApiDeps } from './deps.ts';
import type { ApiRequest, Params, Reply, Route } from './exchange.ts';
import { sidList } from './lists.ts';
import { isPermission } from './permissions.ts';
import { Reader } from './readers.ts';
import { created, json, noContent, notFound, printable, refused, type Refused } from './reply.ts';
import { rfc2822 } from './rfc2822.ts';

const list = '/v1/Keys';
const one = `${list}/{Sid}`;
const permissionsMax = 100;
const badName = refused(20002, 'FriendlyName must not be longer than 64 characters.');

/**
 * Keys of iam v1 (https://www.twilio.com/docs/iam/api-keys/key-resource-v1): the keys of 2010-04-01, and the only way to
 * make restricted ones. A restricted key with the permission reads them; only a main key or the auth token changes them.
 */
export function apiKeyRoutes(deps: ApiDeps): readonly Route[] {
  const options = { product: 'iam', mainOnly: true } as const;
  return [
    { ...options, method: 'POST', path: list, handler: (request) => create(deps, request) },
    { ...options, method: 'GET', path: list, handler: (request) => readList(deps, request) },
    {
      ...options,
      method: 'GET',
      path: one,
      handler(request): Reply {
        const key = keyOf(deps, request);
        return key === undefined ? notFound : json({ ...keyJson(key), ...policyJson(key) });
      },
    },
    { ...options, method: 'POST', path: one, handler: (request) => update(deps, request) },
    {
      ...options,
      method: 'DELETE',
      path: one,
      async handler(request): Promise<Reply> {
        const key = keyOf(deps, request);
        if (key === undefined) return notFound;
        return (await deps.keys.remove(key.accountSid, key.sid)) ? noContent : notFound;
      },
    },
  ];
}

const keyJson = (key: ApiKey) => ({
  sid: key.sid,
  friendly_name: key.friendlyName,
  date_created: rfc2822(key.createdMs),
  date_updated: rfc2822(key.updatedMs),
});

const policyJson = ({ allow }: ApiKey) => ({ policy: allow === null ? null : { allow } });

/** What the list alone shows. */
function flagsOf({ allow, main }: ApiKey): readonly string[] {
  if (allow !== null) return ['restricted', 'rest_api'];
  return main ? ['rest_api', 'signing', 'manage_accounts', 'manage_keys'] : ['rest_api', 'signing'];
}

/** The account that AccountSid names: one's own, or a subaccount. */
function accountOf(
  { accounts }: ApiDeps,
  { principal: { owner } }: ApiRequest,
  params: Params,
): Result<Account, Refused> {
  const sid = params.get('AccountSid') ?? '';
  if (sid === '') return fail(refused(20422, 'AccountSid is required.'));
  if (sid === owner.sid) return ok(owner);
  const account = accounts.fetch(sid);
  return account?.ownerSid === owner.sid ? ok(account) : fail(notFound);
}

/** A key of one's own, or of a subaccount: the path names no account. */
function keyOf({ accounts, keys }: ApiDeps, { parts, principal: { owner } }: ApiRequest): ApiKey | undefined {
  const key = keys.get(parts['Sid'] ?? '');
  if (key === undefined || key.accountSid === owner.sid) return key;
  return accounts.fetch(key.accountSid)?.ownerSid === owner.sid ? key : undefined;
}

async function create(deps: ApiDeps, request: ApiRequest): Promise<Reply> {
  const account = accountOf(deps, request, request.form);
  if (!account.ok) return account.error;
  if (account.value.status !== 'active') return refused(20005, `Account ${account.value.sid} is not active.`);
  const reader = new Reader(request.form);
  const type = reader.choice('KeyType', ['restricted']);
  if (reader.fault !== undefined) return reader.fault;
  const allow = readPolicy(request.form);
  if (!allow.ok) return allow.error;
  if (type === undefined && allow.value !== undefined)
    return refused(70002, 'A Policy belongs to a restricted key: give KeyType=restricted, too.');
  if (type === 'restricted' && allow.value === undefined)
    return refused(
      70002,
      'A restricted key needs a Policy, such as {"allow":["/twilio/messaging/messages/create"]}.',
    );
  const made = await deps.keys.create(account.value.sid, {
    friendlyName: request.form.get('FriendlyName') ?? '',
    ...(allow.value === undefined ? {} : { allow: allow.value }),
  });
  if (!made.ok) return badName;
  const { key, secret } = made.value;
  return created({ ...keyJson(key), ...policyJson(key), secret });
}

function readList(deps: ApiDeps, request: ApiRequest): Reply {
  const account = accountOf(deps, request, request.query);
  if (!account.ok) return account.error;
  return sidList(request, 'keys', 'SK', (page) => deps.keys.list(account.value.sid, page), {
    sid: (key) => key.sid,
    json: (key) => ({ ...keyJson(key), flags: flagsOf(key) }),
  });
}

async function update(deps: ApiDeps, request: ApiRequest): Promise<Reply> {
  const key = keyOf(deps, request);
  if (key === undefined) return notFound;
  const allow = readPolicy(request.form);
  if (!allow.ok) return allow.error;
  const friendlyName = request.form.get('FriendlyName');
  const updated = await deps.keys.update(key.accountSid, key.sid, {
    ...(friendlyName === undefined ? {} : { friendlyName }),
    ...(allow.value === undefined ? {} : { allow: allow.value }),
  });
  if (updated.ok) return json({ ...keyJson(updated.value), ...policyJson(updated.value) });
  switch (updated.error) {
    case 'notFound':
      return notFound;
    case 'badName':
      return badName;
    case 'notRestricted':
      return refused(70002, 'Only a restricted key has a Policy: make a new key with KeyType=restricted.');
  }
}

/** `{"allow":[…]}`; undefined if none is given. */
function readPolicy(form: Params): Result<readonly string[] | undefined, Refused> {
  const text = form.get('Policy') ?? '';
  if (text === '') return ok(undefined);
  const allow = allowOf(text);
  if (allow === undefined || allow.length === 0)
    return fail(refused(70002, 'Policy must be JSON of the form {"allow":["/twilio/…/…/create", …]}.'));
  if (allow.length > permissionsMax)
    return fail(refused(70002, `A key has at most ${permissionsMax} permissions.`));
  const bad = allow.find((permission) => !isPermission(permission));
  if (bad !== undefined) return fail(refused(70002, `The permission ${printable(bad)} is invalid.`));
  return ok([...new Set(allow)]);
}

function allowOf(text: string): readonly string[] | undefined {
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof policy !== 'object' || policy === null || !('allow' in policy)) return undefined;
  const { allow } = policy;
  return Array.isArray(allow) && allow.every((each) => typeof each === 'string') ? allow : undefined;
}
