import type { SipRequest } from '../message/message.ts';
import { writeVia } from '../message/via.ts';
import type { Via } from '../message/via.ts';
import { bare } from './flow.ts';
import type { Flow } from './flow.ts';

/**
 * Notes in a request's top Via where it really came from (RFC 3261 §18.2.1, RFC 3581 §4), so that responses find back
 * through address translators. `via` is the top Via as read.
 */
export function stampVia(request: SipRequest, via: Via, flow: Flow): void {
  const asked = via.params.has('rport');
  if (!asked && bare(via.host) === flow.host) return;
  const params = new Map(via.params);
  params.set('received', flow.host);
  if (asked) params.set('rport', String(flow.port));
  request.headers.replaceFirst('via', writeVia({ ...via, params }));
}

/**
 * The port to answer to (RFC 3261 §18.2.2, RFC 3581 §4). The address is always the one the request came from: a
 * maddr, or a sent-by elsewhere, would let anyone send our responses to anyone.
 */
export const responsePort = (via: Via, flow: Flow): number =>
  via.params.has('rport') || flow.connection !== undefined ? flow.port : (via.port ?? 5060);
