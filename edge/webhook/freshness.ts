import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../../control/base/clock.ts';
import { policiesBy } from './cache-policy.ts';

/** How long an answer may be used again without asking, and what to ask with then (RFC 9111 sections 4.2 and 4.3.1). */
export interface Freshness {
  /** Unix ms. */
  readonly freshUntilMs: number;
  /** `if-none-match`, `if-modified-since`; empty where the server gave nothing to compare with. */
  readonly revalidation: Readonly<Record<string, string>>;
}

/** Of an answer to a GET, for a private cache; undefined: it must not be kept. */
export function freshnessOf(
  url: string,
  status: number,
  headers: IncomingHttpHeaders,
  clock: Clock,
): Freshness | undefined {
  const request = { url, method: 'GET', headers: {} };
  // A 304 brings the headers that the whole answer would have had (RFC 9110 section 15.4.5).
  const answer = { status: status === 304 ? 200 : status, headers };
  const policy = new (policiesBy(clock))(request, answer, { shared: false });
  if (!policy.storable()) return undefined;
  const asked = policy.revalidationHeaders(request);
  const revalidation = Object.fromEntries(
    ['if-none-match', 'if-modified-since'].flatMap((name) => {
      const value = asked[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  return { freshUntilMs: clock.now() + policy.timeToLive(), revalidation };
}
