import type { WebhookOutcome } from '../../webhook/outcome.ts';
import type { MessageAlert } from '../observer.ts';

/** A failed call of an application as the alert that the tenant's operator is shown. */
export function alertOf(
  sid: string,
  outcome: Extract<WebhookOutcome, { ok: false }>,
  method: 'GET' | 'POST',
): MessageAlert {
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
