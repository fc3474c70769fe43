import type { IssuedToken, RotationFault } from '../../control/accounts/token-rotation.ts';
import { assertNever } from '../../control/base/result.ts';
import type { ApiDeps } from './deps.ts';
import type { ApiRequest, Reply, Route } from './exchange.ts';
import { iso8601 } from './iso8601.ts';
import { Reader } from './readers.ts';
import { created, json, noContent, notFound, refused, type Refused } from './reply.ts';

const secondaryPath = '/v1/AuthTokens/Secondary';
const promotePath = '/v1/AuthTokens/Promote';

/**
 * AuthTokens of accounts v1 (https://www.twilio.com/docs/iam/api/authtoken): of the account whose credentials ask.
 * Nobody is told by e-mail here, whatever SuppressEmailNotification says.
 */
export function authTokenRoutes({ rotation }: ApiDeps): readonly Route[] {
  const options = { product: 'accounts', mainOnly: true } as const;
  return [
    {
      ...options,
      method: 'POST',
      path: secondaryPath,
      async handler(request): Promise<Reply> {
        const fault = readSuppression(request);
        if (fault !== undefined) return fault;
        const { sid } = request.principal.account;
        const made = await rotation.create(sid);
        if (!made.ok) return refusal(made.error);
        return created({
          ...dates(made.value),
          account_sid: sid,
          secondary_auth_token: made.value.token,
          url: request.origin + secondaryPath,
        });
      },
    },
    {
      ...options,
      method: 'DELETE',
      path: secondaryPath,
      async handler(request): Promise<Reply> {
        const removed = await rotation.remove(request.principal.account.sid);
        return removed.ok ? noContent : refusal(removed.error);
      },
    },
    {
      ...options,
      method: 'POST',
      path: promotePath,
      async handler(request): Promise<Reply> {
        const fault = readSuppression(request);
        if (fault !== undefined) return fault;
        const { sid } = request.principal.account;
        const promoted = await rotation.promote(sid);
        if (!promoted.ok) return refusal(promoted.error);
        return json({
          ...dates(promoted.value),
          account_sid: sid,
          auth_token: promoted.value.token,
          url: request.origin + promotePath,
        });
      },
    },
  ];
}

const dates = ({ createdMs, updatedMs }: IssuedToken) => ({
  date_created: iso8601(createdMs),
  date_updated: iso8601(updatedMs),
});

function readSuppression({ form }: ApiRequest): Refused | undefined {
  const reader = new Reader(form);
  reader.flag('SuppressEmailNotification');
  return reader.fault;
}

function refusal(fault: RotationFault): Reply {
  switch (fault) {
    case 'notFound':
      return notFound;
    case 'closed':
      return refused(20005, 'The account is closed.');
    case 'exists':
      return refused(20409, 'There is a secondary auth token already: promote it, or delete it first.');
    case 'none':
      return refused(20404, 'There is no secondary auth token: create one first.');
    default:
      return assertNever(fault);
  }
}
