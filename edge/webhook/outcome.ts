import type { AlertExchange } from '../../control/events/alert-exchange.ts';
import type { HttpMethod } from './transport.ts';
import type { Params } from './signature.ts';

/** A call to a tenant's application. */
export interface WebhookRequest {
  /** As the tenant configured it: credentials and a fragment with connection overrides may be in it. */
  readonly url: string;
  /** POST sends `params` as a form, GET in the query. */
  readonly method: HttpMethod;
  readonly params: Params;
  /** The account's SID: all its requests share its part of the connections. */
  readonly account: string;
  /** Signs the request; goes nowhere else. */
  readonly authToken: string;
  /** Called when the first URL has failed for good, with ErrorCode and ErrorUrl besides. */
  readonly fallback?: { readonly url: string; readonly method: HttpMethod };
  /** Names the conversation whose cookies are sent and kept, over all tenants. Absent: no cookies. */
  readonly cookieKey?: string;
  /** No cookies in spite of a `cookieKey`. */
  readonly sessionless?: boolean;
  /** The answer is wanted (TwiML). Otherwise its status is all that counts, and a large body is no fault. */
  readonly allowBody: boolean;
}

/** One request that was made: a redirect or a retry is one more. For the operator; holds no credentials. */
export interface Attempt {
  readonly method: HttpMethod;
  /** Without query, so without the parameters of a GET. */
  readonly url: string;
  /** What the signature was made over, before a form's parameters. A GET's parameters are in it. */
  readonly signedUrl: string;
  /** X-Twilio-Signature as it was sent. */
  readonly signature: string;
  readonly status?: number;
  readonly error?: Fault;
  readonly durationMs: number;
  /** What was sent and received, for an alert: made when it is asked for. */
  readonly exchange: () => AlertExchange;
  /** Answered from the cache without asking the server. */
  readonly cached?: true;
}

/** Twilio's error code, and words that say more. */
export interface Fault {
  readonly code: number;
  readonly detail: string;
}

/** What came of a call. */
export type WebhookOutcome =
  | {
      readonly ok: true;
      readonly status: number;
      /** undefined if the answer had none. */
      readonly contentType: string | undefined;
      /** Empty where `allowBody` was false. */
      readonly body: Buffer;
      /** Names in lower case; repeated ones joined by a comma. */
      readonly headers: Readonly<Record<string, string>>;
      /** Where the answer came from, after redirects; relative URLs in it are relative to this. No credentials. */
      readonly url: string;
      readonly attempts: readonly Attempt[];
      /** The first URL's failure, where it was the fallback that answered. */
      readonly primary?: Fault & { readonly url: string };
    }
  | (Fault & {
      readonly ok: false;
      /** The URL that failed last, without credentials. */
      readonly url: string;
      readonly attempts: readonly Attempt[];
      /** The first URL's failure, where there was a fallback and it failed too. */
      readonly primary?: Fault & { readonly url: string };
    });

/**
 * The parameters of a call to a fallback URL (https://www.twilio.com/docs/usage/security/availability-reliability).
 * For callers that find the fault themselves: TwiML that cannot be read calls the fallback, too.
 */
export const fallbackParams = (params: Params, code: number, url: string): Params => [
  ...params,
  ['ErrorCode', String(code)],
  ['ErrorUrl', url],
];
