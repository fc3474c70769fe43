import type { WebhookOutcome } from '../../webhook/outcome.ts';
import type { HttpMethod } from '../call.ts';
import type { CallAlert } from '../observer.ts';

/** A failed request of an application as the alert that the tenant's operator is shown. */
export function alertOf(
  sid: string,
  outcome: Extract<WebhookOutcome, { ok: false }>,
  method: HttpMethod,
): CallAlert {
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
