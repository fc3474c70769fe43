import { fail, ok, type Result } from '../../control/base/result.ts';
import { readTarget, type Target } from './target.ts';

/** Twilio follows ten, then gives up with 11215. */
export const redirectsMax = 10;

/** Where a request goes next, and how. */
export interface Hop {
  readonly target: Target;
  readonly method: 'GET' | 'POST';
}

const redirecting: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Where an answer sends the request on to; undefined if it does not. As a browser does it (WHATWG Fetch, HTTP-redirect
 * fetch): 303, and 301 and 302 after a POST, go on as a GET without the parameters; 307 and 308 repeat the request.
 * Credentials go along to the same origin only.
 */
export function nextHop(
  from: Hop,
  status: number,
  location: string | undefined,
): Result<Hop, string> | undefined {
  if (!redirecting.has(status) || location === undefined) return undefined;
  const read = readTarget(location, from.target.url);
  if (!read.ok) return fail(`redirected to a URL that is not valid: ${read.error}`);
  const { authorization } = from.target;
  const sameOrigin = read.value.origin === from.target.origin;
  const target =
    authorization !== undefined && sameOrigin && read.value.authorization === undefined
      ? { ...read.value, authorization }
      : read.value;
  return ok({ target, method: status === 307 || status === 308 ? from.method : 'GET' });
}
