import type { PublicKey, PublicKeyFault } from '../../control/accounts/public-keys.ts';
import { assertNever } from '../../control/base/result.ts';
import type { Sid } from '../../control/base/sid.ts';
import type { ApiDeps } from './deps.ts';
import type { ApiRequest, Json, OpenRequest, Reply, Route } from './exchange.ts';
import { iso8601 } from './iso8601.ts';
import { sidList } from './lists.ts';
import { created, json, noContent, notFound, refused, type Refused } from './reply.ts';

const list = '/v1/Credentials/PublicKeys';
const one = `${list}/{Sid}`;
const badName = refused(20002, 'FriendlyName must not be longer than 64 characters.');

/**
 * PublicKeys of accounts v1 (https://www.twilio.com/docs/iam/credentials/api): what requests with a
 * Twilio-Client-Validation are proven by. The key itself is never shown again.
 */
export function publicKeyRoutes(deps: ApiDeps): readonly Route[] {
  const { publicKeys } = deps;
  const options = { product: 'accounts', mainOnly: true } as const;
  const sidsOf = ({ principal, parts }: ApiRequest): readonly [Sid, string] => [
    principal.account.sid,
    parts['Sid'] ?? '',
  ];
  return [
    { ...options, method: 'POST', path: list, handler: (request) => create(deps, request) },
    {
      ...options,
      method: 'GET',
      path: list,
      handler: (request) =>
        sidList(
          request,
          'credentials',
          'CR',
          (page) => publicKeys.list(request.principal.account.sid, page),
          { sid: (key) => key.sid, json: (key) => keyJson(key, request) },
        ),
    },
    {
      ...options,
      method: 'GET',
      path: one,
      handler(request): Reply {
        const key = publicKeys.fetch(...sidsOf(request));
        return key === undefined ? notFound : json(keyJson(key, request));
      },
    },
    {
      ...options,
      method: 'POST',
      path: one,
      async handler(request): Promise<Reply> {
        const [accountSid, sid] = sidsOf(request);
        const key = publicKeys.fetch(accountSid, sid);
        if (key === undefined) return notFound;
        const name = request.form.get('FriendlyName') ?? key.friendlyName;
        const renamed = await publicKeys.rename(accountSid, sid, name);
        if (renamed.ok) return json(keyJson(renamed.value, request));
        return renamed.error === 'badName' ? badName : notFound;
      },
    },
    {
      ...options,
      method: 'DELETE',
      path: one,
      async handler(request): Promise<Reply> {
        return (await publicKeys.remove(...sidsOf(request))) ? noContent : notFound;
      },
    },
  ];
}

async function create({ publicKeys, accounts }: ApiDeps, request: ApiRequest): Promise<Reply> {
  const { form, principal } = request;
  const { owner } = principal;
  const named = form.get('AccountSid') || owner.sid;
  const account = named === owner.sid ? owner : accounts.fetch(named);
  if (account === undefined || (account.sid !== owner.sid && account.ownerSid !== owner.sid))
    return refused(20404, 'AccountSid names neither this account nor a subaccount of it.');
  const made = await publicKeys.create(
    account.sid,
    form.get('FriendlyName') ?? '',
    form.get('PublicKey') ?? '',
  );
  return made.ok ? created(keyJson(made.value, request)) : refusal(made.error);
}

function refusal(fault: PublicKeyFault): Refused {
  switch (fault) {
    case 'notRsa':
      return refused(70101, 'A public key must be of RSA.');
    case 'badLength':
      return refused(70102, 'A public key must have 2048 bits.');
    case 'badExponent':
      return refused(70103, 'A public key must have the exponent 65537.');
    case 'notKey':
      return refused(70104, 'PublicKey must be a PEM that begins with -----BEGIN PUBLIC KEY-----.');
    case 'badName':
      return badName;
    case 'tooMany':
      return refused(20002, 'An account has at most 100 public keys: delete some that are not used.');
    default:
      return assertNever(fault);
  }
}

const keyJson = (key: PublicKey, { origin }: OpenRequest): Json => ({
  sid: key.sid,
  account_sid: key.accountSid,
  friendly_name: key.friendlyName,
  date_created: iso8601(key.createdMs),
  date_updated: iso8601(key.updatedMs),
  url: `${origin}${list}/${key.sid}`,
});
