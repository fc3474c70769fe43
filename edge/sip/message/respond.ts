import { tagOf } from './address.ts';
import { faultStatus } from './fault.ts';
import type { SipFault } from './fault.ts';
import { Headers } from './headers.ts';
import { noBody } from './message.ts';
import type { SipRequest, SipResponse } from './message.ts';
import { reasonPhrase } from './reason.ts';

/**
 * A response with what RFC 3261 §8.2.6.2 wants copied: Via, From, To, Call-ID and CSeq, and Timestamp into a 100.
 * `toTag` is added to a To without a tag. More header fields may be added to it.
 */
export function responseTo(
  request: SipRequest,
  status: number,
  reason: string = reasonPhrase(status),
  toTag?: string,
): SipResponse {
  const headers = new Headers();
  for (const name of ['via', 'from', 'to', 'call-id', 'cseq']) headers.copy(request.headers, name);
  if (status === 100) headers.copy(request.headers, 'timestamp');
  const to = headers.get('to');
  if (toTag !== undefined && to !== undefined && tagOf(request, 'to') === undefined)
    headers.set('to', `${to};tag=${toTag}`);
  return { kind: 'response', status, reason, headers, body: noBody };
}

/**
 * The answer to a request that is at fault; undefined where there is none: for responses, ACK, what is not SIP, and
 * requests without the fields by which an answer finds its way.
 */
export function responseToFault(fault: SipFault, toTag: string): SipResponse | undefined {
  const status = faultStatus[fault.code];
  const { request } = fault;
  if (status === undefined || request === undefined || request.method === 'ACK') return undefined;
  if (!request.headers.has('via')) return undefined;
  const reason =
    status === 400 ? `${reasonPhrase(400)} (${fault.code}: ${fault.detail})` : reasonPhrase(status);
  return responseTo(request, status, reason, toTag);
}
