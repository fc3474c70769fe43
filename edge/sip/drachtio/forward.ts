import { parseNameAddr } from '../message/address.ts';
import { maxForwards } from '../message/fields.ts';
import type { Headers } from '../message/headers.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';

/** A request that goes on along its route, and where to: a SIP URI. */
export interface Forwarded {
  readonly request: SipRequest;
  readonly way: string;
}

/** A copy of a request for another hop (RFC 3261 §16.6 steps 1 to 3); undefined where it has made too many. */
export function copyFor(request: SipRequest, uri: string): SipRequest | undefined {
  const hops = maxForwards(request) ?? 70;
  if (hops === 0) return undefined;
  const headers = request.headers.clone();
  headers.set('Max-Forwards', String(hops - 1));
  return { ...request, uri, headers };
}

/** A request whose first Route is ours, with that removed (§16.4, §16.12). */
export function forwarded(request: SipRequest): Forwarded | undefined {
  const copy = copyFor(request, request.uri);
  if (copy === undefined) return undefined;
  copy.headers.replaceFirst('route');
  const next = copy.headers.list('route')?.[0];
  return { request: copy, way: next === undefined ? copy.uri : (parseNameAddr(next)?.uri ?? copy.uri) };
}

/** How good a failure is to be told upstream: lower is better (§16.7 step 6). */
function rank(status: number): number {
  if (status >= 600) return 0;
  // Those that tell the caller how to do better.
  if ([401, 407, 415, 420, 484].includes(status)) return 400;
  return status === 503 || status === 408 ? 800 + status / 1_000 : status + 1;
}

/** The failure that a proxy tells the caller. */
export function bestOf(responses: readonly SipResponse[]): SipResponse | undefined {
  let best: SipResponse | undefined;
  for (const response of responses)
    if (best === undefined || rank(response.status) < rank(best.status)) best = response;
  return best;
}

/** Adds the fields that an application gave for the forwarded request. */
export function addExtra(request: SipRequest, extra: Headers | undefined): void {
  if (extra === undefined) return;
  for (const { key, name, value } of extra) if (!fixed.has(key)) request.headers.set(name, value);
}

const fixed: ReadonlySet<string> = new Set([
  'via',
  'route',
  'record-route',
  'from',
  'to',
  'call-id',
  'cseq',
  'max-forwards',
  'content-length',
  'contact',
]);
