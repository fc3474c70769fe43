import { Headers } from '../message/headers.ts';
import { noBody } from '../message/message.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';

/** Of `request`, whose top Via is ours: what ACK and CANCEL have in common with it (RFC 3261 §9.1, §17.1.1.3). */
function sameHop(request: SipRequest, method: string, to: string): SipRequest {
  const headers = new Headers();
  headers.append('Via', request.headers.get('via') ?? '');
  headers.append('Max-Forwards', '70');
  headers.copy(request.headers, 'route');
  headers.copy(request.headers, 'from');
  headers.append('To', to);
  headers.copy(request.headers, 'call-id');
  headers.append('CSeq', `${Number.parseInt(request.headers.get('cseq') ?? '0', 10)} ${method}`);
  return { kind: 'request', method, uri: request.uri, headers, body: noBody };
}

/** The ACK of a response that is no success (RFC 3261 §17.1.1.3). */
export const ackFor = (request: SipRequest, response: SipResponse): SipRequest =>
  sameHop(request, 'ACK', response.headers.get('to') ?? request.headers.get('to') ?? '');

/** The CANCEL of a request (RFC 3261 §9.1), with further header fields such as Reason. */
export function cancelFor(
  request: SipRequest,
  fields: Iterable<readonly [name: string, value: string]>,
): SipRequest {
  const cancel = sameHop(request, 'CANCEL', request.headers.get('to') ?? '');
  for (const [name, value] of fields) cancel.headers.append(name, value);
  return cancel;
}
