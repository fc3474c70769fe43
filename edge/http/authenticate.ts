import { isSid } from '../../control/base/sid.ts';
import { fail, ok, type Result } from '../../control/base/result.ts';
import type { Account } from '../../control/accounts/account.ts';
import type { Principal, Route } from '../api/exchange.ts';
import { parseBasic } from './authorization.ts';
import type { Authority, Credential } from './authority.ts';

/** A numbered error, as `Reply` of kind `error`. `guess`: the credentials themselves were wrong, which is counted. */
export interface Refusal {
  readonly kind: 'error';
  readonly code: number;
  readonly detail?: string;
  readonly guess?: boolean;
}

const refuse = (code: number, detail?: string): Result<never, Refusal> =>
  fail({ kind: 'error', code, ...(detail === undefined ? {} : { detail }) });

/** The owner of the credentials in `header`, or 401 20003. */
export function identify(authority: Authority, header: string | undefined): Result<Credential, Refusal> {
  if (header === undefined) return refuse(20003, 'Authentication Error - No credentials provided');
  const basic = parseBasic(header);
  if (basic === undefined) return fail({ kind: 'error', code: 20003, detail: 'Authenticate', guess: true });
  const found = authority.authenticate(basic.user, basic.password);
  if (!found.ok) return fail({ kind: 'error', code: found.error, detail: 'Authenticate', guess: true });
  return found;
}

/**
 * Whether these credentials may use `route` on the account that the path names (`subjectSid`; the owner's own if the
 * path names none). As https://www.twilio.com/docs/api/errors/20003 lists it: an account that is suspended or closed,
 * or another's account, is 401 20003. A standard key may not use accounts and keys
 * (https://www.twilio.com/docs/iam/api-keys); test credentials only what they are made for, else 403 20008.
 */
export function authorize(
  authority: Authority,
  { owner, credential }: Credential,
  route: Route,
  subjectSid: string | undefined,
): Result<Principal, Refusal> {
  if (!isLive(authority, owner)) return refuse(20003, `Account ${owner.sid} is not active`);
  const account = subjectOf(authority, owner, subjectSid);
  if (account === undefined) {
    // What is no account SID names nothing; one of a stranger must not tell whether it exists.
    return subjectSid !== undefined && isSid(subjectSid, 'AC')
      ? refuse(20003, 'Authenticate')
      : refuse(20404);
  }
  switch (credential.kind) {
    case 'token':
      break;
    case 'key':
      if (route.mainOnly === true && !credential.main)
        return refuse(20003, 'This resource needs a main API key');
      break;
    case 'testToken':
      if (route.testCredentials !== true || account !== owner) {
        return refuse(20008, 'Resource not accessible with Test Account Credentials');
      }
      break;
  }
  // A parent still reads what a subaccount left behind, and reactivates it through the parent's own list.
  if (account !== owner && account.status !== 'active' && route.method !== 'GET') {
    return refuse(20005, `Account ${account.sid} is not active`);
  }
  return ok({ owner, account, credential });
}

/** A subaccount is live only while its parent is (https://www.twilio.com/docs/api/errors/10001). */
function isLive(authority: Authority, account: Account): boolean {
  if (account.status !== 'active') return false;
  return account.ownerSid === account.sid || authority.account(account.ownerSid)?.status === 'active';
}

function subjectOf(authority: Authority, owner: Account, sid: string | undefined): Account | undefined {
  if (sid === undefined || sid === owner.sid) return owner;
  const account = authority.account(sid);
  return account?.ownerSid === owner.sid ? account : undefined;
}
