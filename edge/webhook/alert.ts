import type { Sid } from '../../control/base/sid.ts';
import type { NewAlert } from '../../control/events/alert.ts';
import type { Attempt, WebhookOutcome } from './outcome.ts';
import type { HttpMethod } from './transport.ts';

/** What a tenant's operator is shown of an error: with the webhook that it is about, if any. */
export interface WebhookAlert {
  readonly code: number;
  /** The message, call or other resource that it is about. */
  readonly sid: string;
  readonly detail: string;
  /** '' where no webhook is involved. */
  readonly url: string;
  readonly method: HttpMethod;
  /** What is needed to see why a signature did not validate. */
  readonly signedUrl: string;
  readonly signature: string;
  /** HTTP status of the application's answer; 0 if none came. */
  readonly status: number;
  /** Every request that was made for it, oldest first. */
  readonly attempts?: readonly Attempt[];
}

/** A failed request of an application as an alert. */
export function alertOf(
  sid: string,
  outcome: Extract<WebhookOutcome, { ok: false }>,
  method: HttpMethod,
): WebhookAlert {
  const last = outcome.attempts.at(-1);
  return {
    code: outcome.code,
    sid,
    detail: outcome.detail,
    url: outcome.url,
    method,
    signedUrl: last?.signedUrl ?? '',
    signature: last?.signature ?? '',
    status: last?.status ?? 0,
    attempts: outcome.attempts,
  };
}

/** The alert as an account's books keep it. */
export function newAlertOf(accountSid: Sid, alert: WebhookAlert): NewAlert {
  const { code, sid, detail, url, method, signedUrl, signature, status, attempts = [] } = alert;
  const made = attempts.map((attempt) => ({
    method: attempt.method,
    url: attempt.url,
    status: attempt.status ?? 0,
    detail: attempt.error?.detail ?? '',
    durationMs: attempt.durationMs,
  }));
  const exchange = attempts.at(-1)?.exchange();
  const request = { url, method, signedUrl, signature, responseStatus: status, attempts: made };
  return {
    accountSid,
    code,
    resourceSid: sid,
    detail,
    request: url === '' ? null : request,
    ...(exchange === undefined ? {} : { exchange }),
  };
}
