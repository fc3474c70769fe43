import { parseNameAddr } from '../message/address.ts';
import { Headers } from '../message/headers.ts';
import { noBody } from '../message/message.ts';
import type { SipRequest } from '../message/message.ts';
import { parseUri } from '../message/uri.ts';
import type { Dialog } from './dialog.ts';

/** Whether the first route is a strict router of RFC 2543: its URI has no `lr`. */
function strictRouter(dialog: Dialog): string | undefined {
  const first = dialog.routes[0];
  if (first === undefined) return undefined;
  const uri = parseNameAddr(first)?.uri ?? '';
  const parsed = parseUri(uri);
  return parsed?.kind === 'sip' && !parsed.params.has('lr') ? uri : undefined;
}

/**
 * A request of ours within a dialog (§12.2.1.1), without Via, which sending puts on, and without Contact and body. An
 * ACK takes the CSeq number of the INVITE that it acknowledges; any other request takes the next one.
 */
export function requestInDialog(dialog: Dialog, method: string, uri?: string, ackOf?: number): SipRequest {
  const number = ackOf ?? ++dialog.localSeq;
  const strict = strictRouter(dialog);
  const headers = new Headers();
  headers.append('Max-Forwards', '70');
  const routes = strict === undefined ? dialog.routes : [...dialog.routes.slice(1), `<${dialog.target}>`];
  for (const route of routes) headers.append('Route', route);
  headers.append('From', dialog.local);
  headers.append('To', dialog.remote);
  headers.append('Call-ID', dialog.callId);
  headers.append('CSeq', `${number} ${method}`);
  return { kind: 'request', method, uri: strict ?? uri ?? dialog.target, headers, body: noBody };
}

/** The SIP URI that says where a request within a dialog goes next: RFC 3261 §8.1.2 and §12.2.1.1. */
export function nextHop(dialog: Dialog): string {
  if (dialog.nextHop !== undefined) return dialog.nextHop;
  const first = dialog.routes[0];
  return first === undefined ? dialog.target : (parseNameAddr(first)?.uri ?? dialog.target);
}
