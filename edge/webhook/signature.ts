import { createHash, createHmac } from 'node:crypto';

/** Form parameters in the order they are sent; a name may come more than once. */
export type Params = readonly (readonly [name: string, value: string])[];

const byNameThenValue = (a: readonly [string, string], b: readonly [string, string]): number =>
  a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0;

/**
 * X-Twilio-Signature: base64 of the HMAC-SHA1, keyed by the auth token, of the URL followed by each parameter's name
 * and value, sorted by name, case counting, then by value; a pair that is repeated counts once
 * (https://www.twilio.com/docs/usage/security). `url` has neither fragment nor credentials. `params` are those of
 * a form body: a GET has its own in the URL, and a JSON body is signed through `withBodyHash`.
 */
export function signature(authToken: string, url: string, params: Params = []): string {
  let signed = url;
  let previous: readonly [string, string] | undefined;
  for (const pair of [...params].sort(byNameThenValue)) {
    if (previous?.[0] === pair[0] && previous[1] === pair[1]) continue;
    signed += pair[0] + pair[1];
    previous = pair;
  }
  return createHmac('sha1', authToken).update(signed, 'utf8').digest('base64');
}

/** The URL for a body that is not a form: its SHA-256, in hex, joins the query, and the URL alone is signed. */
export function withBodyHash(url: string, body: string | Buffer): string {
  const hash = createHash('sha256').update(body).digest('hex');
  return withQuery(url, `bodySHA256=${hash}`);
}

/** `url`, which has no fragment, with `query` after whatever query it has already. */
export function withQuery(url: string, query: string): string {
  if (query === '') return url;
  if (!url.includes('?')) return `${url}?${query}`;
  return url.endsWith('?') || url.endsWith('&') ? url + query : `${url}&${query}`;
}
