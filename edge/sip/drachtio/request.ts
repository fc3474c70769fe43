import { tagOf } from '../message/address.ts';
import { Headers } from '../message/headers.ts';
import type { SipRequest } from '../message/message.ts';
import { parseInteger } from '../message/scan.ts';
import type { SipIds } from '../transaction/ids.ts';
import type { AppMessage } from './command.ts';
import { addFields, guessedType, withAddress, withheldFromRequest, withheldInDialog } from './fields.ts';

/** Requests that carry a Contact of ours by default. */
export const contacted: ReadonlySet<string> = new Set(['INVITE', 'SUBSCRIBE', 'UPDATE', 'REFER', 'NOTIFY']);

const identifying: ReadonlySet<string> = new Set([
  ...withheldFromRequest,
  'from',
  'to',
  'call-id',
  'cseq',
  'max-forwards',
]);

/**
 * An application's request outside of dialogs as it goes out, without Via (RFC 3261 §8.1.1). From, To, Call-ID and CSeq
 * are its own where it gave them. undefined if its body has no type.
 */
export function buildRequest(
  method: string,
  uri: string,
  message: AppMessage,
  own: { readonly ids: SipIds; readonly sentBy: string; readonly contact: string },
): SipRequest | undefined {
  const given = message.headers;
  const headers = new Headers();
  const from = withAddress('from', given.get('from') ?? own.contact, own.sentBy);
  headers.append('Max-Forwards', given.get('max-forwards') ?? '70');
  headers.append('From', tagOf(message, 'from') === undefined ? `${from};tag=${own.ids.tag()}` : from);
  headers.append('To', withAddress('to', given.get('to') ?? `<${uri}>`, own.sentBy));
  headers.append('Call-ID', given.get('call-id') ?? own.ids.callId());
  const number = parseInteger((given.get('cseq') ?? '').split(' ')[0] ?? '', 0x7fffffff) ?? 1;
  headers.append('CSeq', `${number} ${method}`);
  if ((method === 'INVITE' || method === 'SUBSCRIBE') && !given.has('contact'))
    headers.append('Contact', own.contact);
  addFields(headers, given, identifying, own.sentBy);
  return withBody({ kind: 'request', method, uri, headers, body: noBytes }, message.body);
}

/** Adds an application's fields and body to a request within a dialog. undefined if its body has no type. */
export function fillRequest(
  request: SipRequest,
  message: AppMessage,
  own: { readonly sentBy: string; readonly contact: string },
): SipRequest | undefined {
  const { headers } = request;
  if (contacted.has(request.method) && !message.headers.has('contact'))
    headers.append('Contact', own.contact);
  addFields(headers, message.headers, withheldInDialog, own.sentBy);
  return withBody(request, message.body);
}

const noBytes = Buffer.alloc(0);

function withBody(request: SipRequest, body: string): SipRequest | undefined {
  if (body === '') return request;
  if (!request.headers.has('content-type')) {
    const type = guessedType(body);
    if (type === undefined) return undefined;
    request.headers.append('Content-Type', type);
  }
  return { ...request, body: Buffer.from(body, 'utf8') };
}
