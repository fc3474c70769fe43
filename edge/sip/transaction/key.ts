import { tagOf } from '../message/address.ts';
import { callId, cseq } from '../message/fields.ts';
import type { SipRequest } from '../message/message.ts';
import { branchCookie, writeVia } from '../message/via.ts';
import type { Via } from '../message/via.ts';

/**
 * What makes requests one transaction to a server (RFC 3261 §17.2.3): the branch, who sent it, and the method. `as` is
 * `INVITE` for an ACK and for the search of what a CANCEL cancels. Without the magic cookie the rules of RFC 2543
 * hold, as far as they can be told from the request alone.
 */
export function serverKey(request: SipRequest, via: Via, as: string = request.method): string {
  const branch = via.params.get('branch') ?? '';
  if (branch.length > branchCookie.length && branch.startsWith(branchCookie))
    return `${as} ${branch} ${via.host}:${via.port ?? ''}`;
  const number = cseq(request)?.number ?? 0;
  const tag = tagOf(request, 'from') ?? '';
  return `${as} ${callId(request) ?? ''} ${number} ${tag} ${request.uri} ${writeVia(via)}`;
}

/** What makes a response one of a client's transaction (§17.1.3): the branch, and the method of CSeq. */
export const clientKey = (method: string, branch: string): string => `${method} ${branch}`;
