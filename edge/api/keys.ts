import type { ApiKey } from '../../control/accounts/tables.ts';
import { accountPath, type ApiDeps } from './deps.ts';
import type { ApiRequest, Reply, Route } from './exchange.ts';
import { sidList } from './lists.ts';
import { created, json, noContent, notFound, refused } from './reply.ts';
import { rfc2822 } from './rfc2822.ts';

const badName = refused(20002, 'FriendlyName must not be longer than 64 characters.');

/**
 * Keys (https://www.twilio.com/docs/iam/api-keys/key-resource-v1) and SigningKeys, the same keys under their older
 * name. They need an auth token or a main key; those made here are standard ones.
 */
export const keyRoutes = (deps: ApiDeps): readonly Route[] => [
  ...family(deps, 'Keys', 'keys'),
  ...family(deps, 'SigningKeys', 'signing_keys'),
];

function family({ keys }: ApiDeps, name: string, listKey: string): readonly Route[] {
  const list = `${accountPath}/${name}`;
  const one = `${list}/{Sid}`;
  const options = { product: 'api', mainOnly: true } as const;
  const sidOf = ({ parts }: ApiRequest): string => parts['Sid'] ?? '';
  return [
    {
      ...options,
      method: 'POST',
      path: list,
      async handler({ form, principal }): Promise<Reply> {
        const friendlyName = form.get('FriendlyName') ?? '';
        const made = await keys.create(principal.account.sid, { friendlyName });
        if (!made.ok) return badName;
        return created({ ...keyJson(made.value.key), secret: made.value.secret });
      },
    },
    {
      ...options,
      method: 'GET',
      path: list,
      handler: (request) =>
        sidList(request, listKey, 'SK', (query) => keys.list(request.principal.account.sid, query), {
          sid: (key) => key.sid,
          json: keyJson,
        }),
    },
    {
      ...options,
      method: 'GET',
      path: one,
      handler(request): Reply {
        const key = keys.fetch(request.principal.account.sid, sidOf(request));
        return key === undefined ? notFound : json(keyJson(key));
      },
    },
    {
      ...options,
      method: 'POST',
      path: one,
      async handler(request): Promise<Reply> {
        const friendlyName = request.form.get('FriendlyName');
        const change = friendlyName === undefined ? {} : { friendlyName };
        const updated = await keys.update(request.principal.account.sid, sidOf(request), change);
        if (updated.ok) return json(keyJson(updated.value));
        return updated.error === 'badName' ? badName : notFound;
      },
    },
    {
      ...options,
      method: 'DELETE',
      path: one,
      async handler(request): Promise<Reply> {
        const removed = await keys.remove(request.principal.account.sid, sidOf(request));
        return removed ? noContent : notFound;
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
