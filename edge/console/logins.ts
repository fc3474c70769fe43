import type { Authenticator } from '../../control/accounts/authenticator.ts';
import type { Clock } from '../../control/base/clock.ts';
import { assertNever, fail, ok, type Result } from '../../control/base/result.ts';
import { isSid } from '../../control/base/sid.ts';
import { isOperatorName, type Operators } from '../../control/console/operators.ts';
import type { Sessions } from '../../control/console/sessions.ts';
import { FailedLogins } from '../http/failed-logins.ts';
import type { Viewer } from './page.ts';
import { Turns } from './turns.ts';

/** `notAllowed`: a test token, or a key that is no main key. `tooMany`: wrong credentials of late, or too many at once. */
export type LoginFault = 'wrong' | 'suspended' | 'closed' | 'notAllowed' | 'tooMany';

const windowMs = 15 * 60_000;
/** Wrong credentials within the window, before the next are not looked at. */
const attemptsOfAddress = 10;
/** More than of an address, so that a stranger does not easily lock somebody out. */
const attemptsOfName = 50;
const rememberedMax = 10_000;
/** A password is hashed at a time, for that takes a processor and 32 MB; so many more wait. */
const waitingMax = 8;

export interface LoginsContext {
  readonly operators: Operators;
  readonly authenticator: Authenticator;
  readonly sessions: Sessions;
  readonly clock: Clock;
}

/** The door of the console: operators by their passwords, tenants by the credentials of their account. */
export class Logins {
  private readonly context: LoginsContext;
  private readonly failedFrom: FailedLogins;
  private readonly failedFor: FailedLogins;
  private readonly turns = new Turns(waitingMax);

  constructor(context: LoginsContext) {
    const limits = { windowMs, addressesMax: rememberedMax };
    this.context = context;
    this.failedFrom = new FailedLogins(context.clock, { ...limits, attemptsMax: attemptsOfAddress });
    this.failedFor = new FailedLogins(context.clock, { ...limits, attemptsMax: attemptsOfName });
  }

  /** The token of a new session. `party` stands for the remote address (`partyOfText`). */
  async login(user: string, password: string, party: string): Promise<Result<string, LoginFault>> {
    if (this.isBlocked(user, party)) return fail('tooMany');
    const isTenant = isSid(user, 'AC') || isSid(user, 'SK');
    const stamp = isTenant
      ? this.noted(this.tenantStamp(user, password), user, party)
      : await this.turns.take(async (): Promise<Result<Buffer, LoginFault>> => {
          // Those before it in the line may have been the guesses that were too many.
          if (this.isBlocked(user, party)) return fail('tooMany');
          return this.noted(await this.operatorStamp(user, password), user, party);
        });
    if (stamp === undefined) return fail('tooMany');
    return stamp.ok ? ok(await this.context.sessions.begin(user, stamp.value)) : stamp;
  }

  /** Who holds the token: undefined once the session, or what it was begun with, has ended. `active`: see `Sessions`. */
  async viewer(token: string, active: boolean): Promise<Viewer | undefined> {
    const { sessions, operators, authenticator } = this.context;
    const session = await sessions.find(token, active);
    if (session === undefined) return undefined;
    const { user, stamp } = session;
    if (!isSid(user)) {
      const operator = operators.fetch(user);
      return operator?.password.salt.equals(stamp) === true ? { kind: 'operator', name: user } : undefined;
    }
    const who = authenticator.standing(user, stamp);
    if (who === undefined || !mayEnter(who.credential)) return undefined;
    return { kind: 'tenant', account: who.account, keySid: isSid(user, 'SK') ? user : null };
  }

  logout(token: string): Promise<void> {
    return this.context.sessions.end(token);
  }

  private isBlocked(user: string, party: string): boolean {
    return this.failedFrom.blockedMs(party) > 0 || this.failedFor.blockedMs(user) > 0;
  }

  /** Counts a wrong guess, before the next one is looked at. */
  private noted(stamp: Result<Buffer, LoginFault>, user: string, party: string): Result<Buffer, LoginFault> {
    if (!stamp.ok && stamp.error === 'wrong') {
      this.failedFrom.failed(party);
      if (isSid(user) || isOperatorName(user)) this.failedFor.failed(user);
    }
    return stamp;
  }

  private tenantStamp(user: string, password: string): Result<Buffer, LoginFault> {
    const found = this.context.authenticator.authenticate(user, password);
    if (!found.ok) return fail(found.error === 'wrongCredentials' ? 'wrong' : found.error);
    if (!mayEnter(found.value.credential)) return fail('notAllowed');
    const stamp = this.context.authenticator.stampOf(user, password);
    return stamp === undefined ? fail('wrong') : ok(stamp);
  }

  private async operatorStamp(user: string, password: string): Promise<Result<Buffer, LoginFault>> {
    const operator = await this.context.operators.authenticate(user, password);
    return operator === undefined ? fail('wrong') : ok(operator.password.salt);
  }
}

type Credential = NonNullable<ReturnType<Authenticator['standing']>>['credential'];

/** What opens the console opens accounts and keys, so it takes what those take (https://www.twilio.com/docs/iam/api-keys). */
function mayEnter(credential: Credential): boolean {
  switch (credential.kind) {
    case 'token':
      return true;
    case 'testToken':
      return false;
    case 'key':
      return credential.main;
    default:
      return assertNever(credential);
  }
}
