import type { Clock } from '../base/clock.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { Sid, SidFactory } from '../base/sid.ts';
import type { Page, PageQuery } from '../store/facets.ts';
import { OwnedRows } from '../store/owned-rows.ts';
import type { Store } from '../store/store.ts';

export const connectPermissions = ['get-all', 'post-all'] as const;

/** What a tenant says of a Connect App. '' where it says nothing. */
export interface ConnectAppConfig {
  readonly friendlyName: string;
  readonly companyName: string;
  readonly description: string;
  readonly homepageUrl: string;
  readonly authorizeRedirectUrl: string;
  readonly deauthorizeCallbackUrl: string;
  readonly deauthorizeCallbackMethod: 'GET' | 'POST';
  readonly permissions: readonly (typeof connectPermissions)[number][];
}

/** An application that asks others for their accounts (https://www.twilio.com/docs/usage/api/connect-apps). */
export interface ConnectApp extends ConnectAppConfig {
  /** CN… */
  readonly sid: Sid;
  readonly accountSid: Sid;
  readonly createdMs: number;
  readonly updatedMs: number;
}

const appsMax = 100;
const newConnectApp: ConnectAppConfig = {
  friendlyName: '',
  companyName: '',
  description: '',
  homepageUrl: '',
  authorizeRedirectUrl: '',
  deauthorizeCallbackUrl: '',
  deauthorizeCallbackMethod: 'POST',
  permissions: [],
};

/** The Connect Apps of accounts. Twilio's console makes them; here the operator does. Nobody can authorise one here. */
export class ConnectApps {
  private readonly context: { readonly store: Store; readonly clock: Clock; readonly sids: SidFactory };
  private readonly rows: OwnedRows<ConnectApp>;

  constructor(context: { readonly store: Store; readonly clock: Clock; readonly sids: SidFactory }) {
    this.context = context;
    this.rows = new OwnedRows<ConnectApp>(context.store, 'connect-apps', 'CN', ({ accountSid }) => [
      [accountSid],
    ]);
  }

  create(accountSid: Sid, friendlyName: string): Promise<Result<ConnectApp, 'tooMany'>> {
    const { clock, sids, store } = this.context;
    return store.transact(() => {
      if (this.rows.reaches([accountSid], appsMax)) return fail('tooMany');
      const nowMs = clock.now();
      const times = { createdMs: nowMs, updatedMs: nowMs };
      return ok(this.rows.keep({ sid: sids('CN'), accountSid, ...newConnectApp, friendlyName, ...times }));
    });
  }

  fetch(accountSid: Sid, sid: string): ConnectApp | undefined {
    return this.rows.of(accountSid, sid);
  }

  /** Newest first. */
  list(accountSid: Sid, page: PageQuery<Sid>): Page<ConnectApp, Sid> {
    return this.rows.list([accountSid], page);
  }

  async update(
    accountSid: Sid,
    sid: string,
    change: Partial<ConnectAppConfig>,
  ): Promise<ConnectApp | undefined> {
    return this.context.store.transact(() => {
      const before = this.fetch(accountSid, sid);
      if (before === undefined) return undefined;
      return this.rows.keep({ ...before, ...change, updatedMs: this.context.clock.now() }, before);
    });
  }

  /** Gives false if the account has no such app. */
  async remove(accountSid: Sid, sid: string): Promise<boolean> {
    return this.context.store.transact(() => {
      const row = this.fetch(accountSid, sid);
      if (row !== undefined) this.rows.remove(row);
      return row !== undefined;
    });
  }
}
