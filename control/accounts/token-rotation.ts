import { fail, ok, type Result } from '../base/result.ts';
import type { Sid } from '../base/sid.ts';
import type { Account } from './account.ts';
import type { Accounts, AccountsContext } from './accounts.ts';
import { Tokens } from './tokens.ts';

/** A token as its owner gets to see it. */
export interface IssuedToken {
  /** 32 lower-case hex digits. */
  readonly token: string;
  readonly createdMs: number;
  readonly updatedMs: number;
}

/** `exists`: there is a secondary token already; `none`: there is none to promote. */
export type RotationFault = 'notFound' | 'closed' | 'exists' | 'none';

/**
 * The second auth token of an account (https://www.twilio.com/docs/iam/api/authtoken). Both open everything; webhooks are
 * signed with the primary one until the secondary takes its place, with which the former primary ends.
 */
export class TokenRotation {
  private readonly context: AccountsContext;
  private readonly accounts: Accounts;
  private readonly tokens: Tokens;

  constructor(accounts: Accounts, context: AccountsContext) {
    this.accounts = accounts;
    this.context = context;
    this.tokens = new Tokens(context);
  }

  /** The secondary token, if the account has one. */
  secondaryOf(sid: Sid): string | undefined {
    return this.tokens.secondary(sid)?.token;
  }

  /** Makes the secondary token. One that is there already may be in use, so it is not replaced unasked. */
  create(sid: Sid): Promise<Result<IssuedToken, RotationFault>> {
    return this.change(sid, ({ sid }, nowMs) => {
      if (this.tokens.secondary(sid) !== undefined) return fail('exists');
      return ok({ token: this.tokens.issueSecondary(sid, nowMs), createdMs: nowMs, updatedMs: nowMs });
    });
  }

  /** The secondary token becomes the primary; what was the primary opens nothing any more. */
  promote(sid: Sid): Promise<Result<IssuedToken, RotationFault>> {
    return this.change(sid, ({ sid }, nowMs) => {
      const secondary = this.tokens.secondary(sid);
      if (secondary === undefined) return fail('none');
      this.tokens.promote(sid);
      return ok({ token: secondary.token, createdMs: secondary.createdMs, updatedMs: nowMs });
    });
  }

  /** Once it resolves, the secondary token opens nothing. */
  remove(sid: Sid): Promise<Result<null, RotationFault>> {
    return this.change(sid, ({ sid }) => {
      if (this.tokens.secondary(sid) === undefined) return fail('none');
      this.tokens.removeSecondary(sid);
      return ok(null);
    });
  }

  private change<T>(
    sid: Sid,
    act: (account: Account, nowMs: number) => Result<T, RotationFault>,
  ): Promise<Result<T, RotationFault>> {
    return this.context.store.transact(() => {
      const account = this.accounts.fetch(sid);
      if (account === undefined) return fail('notFound');
      if (account.status === 'closed') return fail('closed');
      return act(account, this.context.clock.now());
    });
  }
}
