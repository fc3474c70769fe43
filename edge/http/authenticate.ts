import { isSid } from '../../control/base/sid.ts';
import { fail, ok, type Result } from '../../control/base/result.ts';
import type { Principal, Route } from '../api/exchange.ts';
import { parseBasic } from './authorization.ts';
import type { Authenticated, Authority } from './authority.ts';

/** A numbered error, as `Reply` of kind `error`. `guess`: the credentials themselves were wrong, which is counted. */
export interface Refusal {
  readonly kind: 'error';
  readonly code: number;
  readonly detail?: string;
  readonly guess?: boolean;
}

const refuse = (code: number, detail?: string): Result<never, Refusal> =>
  fail({ kind: 'error', code, ...(detail === undefined ? {} : { detail }) });
const wrong: Result<never, Refusal> = fail({
  kind: 'error',
  code: 20003,
  detail: 'Authenticate',
  guess: true,
});

/**
 * Who sent this Authorization header, or 401 20003; as https://www.twilio.com/docs/api/errors/20003 lists it, that is
 * the answer to right credentials of a suspended or closed account, too.
 */
export function identify(authority: Authority, header: string | undefined): Result<Authenticated, Refusal> {
  if (header === undefined) return refuse(20003, 'Authentication Error - No credentials provided');
  const basic = parseBasic(header);
  if (basic === undefined) return wrong;
  const found = authority.authenticate(basic.user, basic.password);
  if (found.ok) return found;
  return found.error === 'wrongCredentials' ? wrong : refuse(20003, `The account is ${found.error}`);
}

/**
 * Whether these credentials may use `route` on the account that the path names (`subjectSid`; their own if it names
 * none). Another's account is 401 20003, existing or not. A standard key may not use accounts and keys
 * (https://www.twilio.com/docs/iam/api-keys), a restricted one only what it is allowed, else 401 70051; test credentials only what they are made for, else 403 20008.
 */
export function authorize(
  authority: Authority,
  who: Authenticated,
  route: Route,
  subjectSid: string | undefined,
): Result<Principal, Refusal> {
  const { account: owner, credential } = who;
  const account = subjectSid === undefined ? owner : authority.canActOn(who, subjectSid);
  if (account === undefined) {
    return subjectSid !== undefined && isSid(subjectSid, 'AC')
      ? refuse(20003, 'Authenticate')
      : refuse(20404);
  }
  switch (credential.kind) {
    case 'token':
      break;
    case 'key':
      if (credential.allow !== null) {
        const refusal = restricted(credential.allow, route);
        if (refusal !== undefined) return refusal;
      } else if (route.mainOnly === true && !credential.main)
        return refuse(20003, 'This resource needs a main API key');
      break;
    case 'testToken':
      if (route.testCredentials !== true) {
        return refuse(20008, 'Resource not accessible with Test Account Credentials');
      }
      break;
  }
  // A parent still reads what a subaccount left behind, and reactivates it through the parent's own list.
  if (account.sid !== owner.sid && account.status !== 'active' && route.method !== 'GET') {
    return refuse(20005, `Account ${account.sid} is not active`);
  }
  return ok({ owner, account, credential });
}

/** Why a restricted key may not use a route. It changes no key, its own least of all: it could allow itself more. */
function restricted(
  allow: readonly string[],
  { permission, mainOnly, method }: Route,
): Result<never, Refusal> | undefined {
  if (permission === undefined || (mainOnly === true && method !== 'GET'))
    return refuse(70051, 'No restricted API key may use this resource: use a main key or the auth token');
  return permits(allow, permission)
    ? undefined
    : refuse(70051, `This restricted API key lacks the permission ${permission}`);
}

/** Whether a list of permissions holds one, by itself or as `*` of its resource. */
export const permits = (allow: readonly string[], permission: string): boolean =>
  allow.includes(permission) || allow.includes(permission.replace(/[^/]+$/, '*'));
