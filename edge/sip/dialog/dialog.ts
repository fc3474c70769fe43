import { addresses } from '../message/address.ts';
import { quickTag } from './tags.ts';
import { callId, cseq, routes } from '../message/fields.ts';
import type { SipMessage, SipRequest, SipResponse } from '../message/message.ts';
import type { Flow } from '../transport/flow.ts';

/** What requests of ours within a dialog are made of (RFC 3261 §12). One for each dialog, changed in place. */
export interface Dialog {
  /** `CALL-ID;from-tag=TAG`, with the tag of whoever began it: what applications know it by. */
  readonly id: string;
  readonly kind: 'INVITE' | 'SUBSCRIBE';
  readonly role: 'uac' | 'uas';
  state: 'early' | 'confirmed' | 'ended';
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  /** From and To of our requests, with their tags. */
  readonly local: string;
  readonly remote: string;
  /** CSeq of our last request; of theirs, or -1 before the first. */
  localSeq: number;
  remoteSeq: number;
  /** Route of our requests, in order. */
  readonly routes: readonly string[];
  /** Their Contact: the Request-URI of our requests. */
  target: string;
  /** Our Contact. */
  contact: string;
  /** Where to send in place of the first route or the target: a SIP URI. */
  nextHop: string | undefined;
  /** The way their last message came. */
  flow: Flow;
  /** Whether they understand UPDATE, as far as they said (Allow). */
  allowsUpdate: boolean;
}

/** The id of the dialog that a request begins. */
export const dialogIdOf = (id: string, fromTag: string): string => `${id};from-tag=${fromTag}`;

const allows = (message: SipMessage, method: string): boolean =>
  message.headers.list('allow')?.includes(method) ?? false;

/** The first Contact's URI; undefined without one. */
export const contactUri = (message: SipMessage): string | undefined =>
  addresses(message, 'contact')?.[0]?.uri;

/** The dialog of a request that we answer (§12.1.1). */
export function uasDialog(
  request: SipRequest,
  flow: Flow,
  localTag: string,
  contact: string,
  nextHop: string | undefined,
): Dialog {
  const id = callId(request) ?? '';
  const remoteTag = quickTag(request, 'from') ?? '';
  const to = request.headers.get('to') ?? '';
  return {
    id: dialogIdOf(id, remoteTag),
    kind: request.method === 'SUBSCRIBE' ? 'SUBSCRIBE' : 'INVITE',
    role: 'uas',
    state: 'early',
    callId: id,
    localTag,
    remoteTag,
    local: quickTag(request, 'to') === undefined ? `${to};tag=${localTag}` : to,
    remote: request.headers.get('from') ?? '',
    localSeq: 0,
    remoteSeq: cseq(request)?.number ?? 0,
    routes: routes(request, 'record-route'),
    target: contactUri(request) ?? '',
    contact,
    nextHop,
    flow,
    allowsUpdate: allows(request, 'UPDATE'),
  };
}

/** The dialog of a request of ours that has been answered (§12.1.2); `request` is what was sent. */
export function uacDialog(
  request: SipRequest,
  response: SipResponse,
  flow: Flow,
  nextHop: string | undefined,
): Dialog {
  const id = callId(request) ?? '';
  const localTag = quickTag(request, 'from') ?? '';
  return {
    id: dialogIdOf(id, localTag),
    kind: request.method === 'SUBSCRIBE' ? 'SUBSCRIBE' : 'INVITE',
    role: 'uac',
    state: 'early',
    callId: id,
    localTag,
    remoteTag: quickTag(response, 'to') ?? '',
    local: request.headers.get('from') ?? '',
    remote: response.headers.get('to') ?? '',
    localSeq: cseq(request)?.number ?? 0,
    remoteSeq: -1,
    routes: [...routes(response, 'record-route')].reverse(),
    // A success must carry a Contact; where it does not, the request's own URI is the best guess there is.
    target: contactUri(response) ?? request.uri,
    contact: request.headers.get('contact') ?? '',
    nextHop,
    flow,
    allowsUpdate: allows(response, 'UPDATE'),
  };
}

/** Requests and their successes that move the remote target (§12.2; UPDATE: RFC 3311 §5.1). */
const refreshing: ReadonlySet<string> = new Set(['INVITE', 'UPDATE', 'SUBSCRIBE', 'NOTIFY']);

/** Takes over the Contact of a target refresh, and the way it came. */
export function refreshTarget(dialog: Dialog, method: string, message: SipMessage, flow: Flow): void {
  if (!refreshing.has(method)) return;
  const uri = contactUri(message);
  if (uri !== undefined) dialog.target = uri;
  if (message.kind === 'request') dialog.flow = flow;
  if (allows(message, 'UPDATE')) dialog.allowsUpdate = true;
}
