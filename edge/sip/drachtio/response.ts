import { tagOf } from '../message/address.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import { reasonPhrase } from '../message/reason.ts';
import { responseTo } from '../message/respond.ts';
import type { AppMessage } from './command.ts';
import { addFields, guessedType, withheldFromResponse } from './fields.ts';

/** Requests whose provisional and successful responses begin or refresh dialogs. */
const forming: ReadonlySet<string> = new Set(['INVITE', 'SUBSCRIBE', 'REFER', 'NOTIFY']);
const contacted: ReadonlySet<string> = new Set(['INVITE', 'SUBSCRIBE', 'UPDATE']);

/** What we add to an application's response. */
export interface ResponseSurroundings {
  readonly tag: string;
  /** Our Contact, where the application gave none. */
  readonly contact: string;
  readonly sentBy: string;
  /** Session-Expires, Require, RSeq and others, in front of the application's own. */
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/** An application's response as it goes out (RFC 3261 §8.2.6, §12.1.1). */
export function buildResponse(
  request: SipRequest,
  status: number,
  reason: string,
  message: AppMessage,
  own: ResponseSurroundings,
): SipResponse {
  const response = responseTo(request, status, reason === '' ? reasonPhrase(status) : reason, own.tag);
  const { headers } = response;
  const early = status > 100 && status < 200;
  const success = status >= 200 && status < 300;
  if ((early || success) && forming.has(request.method)) headers.copy(request.headers, 'record-route');
  if ((success && contacted.has(request.method)) || (early && request.method === 'INVITE')) {
    if (!message.headers.has('contact')) headers.append('Contact', own.contact);
  }
  const present = new Set<string>();
  for (const [name, value] of own.fields) {
    headers.append(name, value);
    if (name !== 'Require') present.add(name.toLowerCase());
  }
  addFields(headers, message.headers, withheldFromResponse, own.sentBy, present);
  if (message.body !== '' && !headers.has('content-type')) {
    const type = guessedType(message.body);
    if (type !== undefined) headers.append('Content-Type', type);
  }
  return { ...response, body: Buffer.from(message.body, 'utf8') };
}

/** The tag that an application chose for To; undefined without one. */
export const chosenTag = (message: AppMessage): string | undefined => tagOf(message, 'to');
