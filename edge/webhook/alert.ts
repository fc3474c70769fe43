import type { WebhookOutcome } from './outcome.ts';
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
  };
}
