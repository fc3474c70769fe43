import type { Account } from '../../control/accounts/account.ts';

/** The products that have a host of their own (`api.<domain>`, …). */
export type Product =
  | 'api'
  | 'accounts'
  | 'iam'
  | 'insights'
  | 'lookups'
  | 'messaging'
  | 'monitor'
  | 'numbers'
  | 'pricing'
  | 'voice';

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** Form and query parameters in the order they came. Keys are case-sensitive, as Twilio's are. */
export interface Params {
  /** The last value given for `name`, undefined if there is none. */
  get(name: string): string | undefined;
  /** Every value given for `name`, in order. */
  all(name: string): readonly string[];
  has(name: string): boolean;
  /** Each distinct name, in order of first appearance. */
  names(): readonly string[];
}

/** Who asks, proven by the credentials of the request. */
export interface Principal {
  /** The account whose credentials were used. */
  readonly owner: Account;
  /** The account the request acts on: the owner, or one of its subaccounts. */
  readonly account: Account;
  readonly credential:
    | { readonly kind: 'token' }
    /** `sid` is the test account's, which stands for `account` in the path. */
    | { readonly kind: 'testToken'; readonly sid: string }
    /** `allow`: the permissions of a restricted key; null for the others. */
    | {
        readonly kind: 'key';
        readonly sid: string;
        readonly main: boolean;
        readonly allow: readonly string[] | null;
      };
}

/** One request, after the front door has parsed it. */
export interface OpenRequest {
  readonly method: Method;
  /** Path as it came, without the query. */
  readonly path: string;
  /** Values of the `{Name}` parts of the route's pattern, percent-decoded. */
  readonly parts: Readonly<Record<string, string>>;
  readonly query: Params;
  readonly form: Params;
  /** `scheme://host[:port]` that the client used, for absolute URLs. */
  readonly origin: string;
  /** The value of Twilio-Request-Id. */
  readonly requestId: string;
}

/** One request that the front door has authenticated, too. */
export interface ApiRequest extends OpenRequest {
  readonly principal: Principal;
}

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** What a resource answers; the front door alone knows how it looks on the wire. */
export type Reply =
  | { readonly kind: 'json'; readonly status: 200 | 201 | 202; readonly body: Json }
  | { readonly kind: 'empty' } // 204
  | { readonly kind: 'file'; readonly path: string; readonly contentType: string; readonly bytes: number }
  /** A numbered error. `detail` replaces the table's message and says what to do next; `status` the table's HTTP status. */
  | { readonly kind: 'error'; readonly code: number; readonly detail?: string; readonly status?: number };

export type Handler = (request: ApiRequest) => Reply | Promise<Reply>;
/** Handles a route that needs no credentials. */
export type OpenHandler = (request: OpenRequest) => Reply | Promise<Reply>;

/**
 * One row of the registry. `path` is written without the `.json` that 2010-04-01 allows and the SDKs send, e.g.
 * `/2010-04-01/Accounts/{AccountSid}/Messages/{Sid}`; the front door matches it with and without.
 */
export type Route = RouteOptions &
  (
    | { readonly auth?: 'account'; readonly handler: Handler }
    /** Served without credentials (media content). */
    | { readonly auth: 'none'; readonly handler: OpenHandler }
  );

interface RouteOptions {
  readonly product: Product;
  readonly method: Method;
  readonly path: string;
  /** Only main keys and auth tokens may (accounts, keys). Default false. */
  readonly mainOnly?: boolean;
  /** What a restricted key must be allowed, e.g. `/twilio/voice/calls/create`. Without it, no restricted key may. */
  readonly permission?: string;
  /** Test credentials may (https://www.twilio.com/docs/iam/test-credentials); elsewhere they get 403 20008. Default false. */
  readonly testCredentials?: boolean;
  /** Makes a message or a call, which is no change that the audit log keeps. Default false. */
  readonly traffic?: boolean;
  /**
   * `json`: only when `.json` is written; `bare`: only when it is not, as for media, whose bare path is the content and
   * whose `.json` describes it. Default: both.
   */
  readonly suffix?: 'json' | 'bare';
}
