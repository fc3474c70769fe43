import { assertNever } from '../base/result.ts';
import type { Alert } from './alert.ts';
import type { EdgeEvent } from './event.ts';
import type { Streamed } from './stream.ts';

const indent = ' '.repeat(9);

/** The local time of day, `12:00:01`. */
function timeOfDay(atMs: number): string {
  const date = new Date(atMs);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

/** What others wrote, fit for a terminal: no control characters, so no escape sequences. */

const plain = (text: string): string =>
  text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '\u00b7');

const row = (atMs: number, ...parts: readonly string[]): string =>
  `${timeOfDay(atMs)} ${parts
    .filter((part) => part !== '')
    .map(plain)
    .join(' ')}`;

/** An event as a person reads it, on one line or a few. */
export function eventText(event: EdgeEvent): string {
  switch (event.type) {
    case 'message.accepted': {
      const carrier = event.carrier === '' ? '' : `via ${event.carrier}`;
      const segments = event.segments === 1 ? '1 segment' : `${event.segments} segments`;
      const what = event.direction === 'inbound' ? 'received' : 'accepted';
      return row(event.atMs, event.sid, `${event.from} → ${event.to}`, what, carrier, `(${segments})`);
    }
    case 'message.status': {
      const carrier = event.carrier === '' ? '' : `via ${event.carrier}`;
      const id = event.carrierId === '' ? '' : `(id ${event.carrierId})`;
      const error = event.errorCode === 0 ? '' : `error ${event.errorCode}`;
      return row(event.atMs, event.sid, `${event.from} → ${event.to}`, event.status, carrier, id, error);
    }
    case 'call.status': {
      const carrier = event.carrier === '' ? '' : `via ${event.carrier}`;
      const sip = event.sipStatus === 0 ? '' : `SIP ${event.sipStatus}`;
      const error = event.errorCode === 0 ? '' : `error ${event.errorCode}`;
      return row(event.atMs, event.sid, `${event.from} → ${event.to}`, event.status, carrier, sip, error);
    }
    case 'link.state':
      return row(event.atMs, `carrier ${event.carrier}`, event.state, event.detail);
    case 'alert':
      return alertText(event.alert);
    default:
      return assertNever(event);
  }
}

/** An alert with all that helps to find out why, the reason for failed signatures included. */
export function alertText(alert: Alert): string {
  const lines = [row(alert.atMs, alert.resourceSid, `${alert.level} ${alert.code}:`, alert.detail)];
  const { request } = alert;
  if (request !== null) {
    const status = request.responseStatus === 0 ? 'no answer' : `answered ${request.responseStatus}`;
    lines.push(`${indent}request         ${plain(`${request.method} ${request.url}`)} (${status})`);
    lines.push(`${indent}URL signed      ${plain(request.signedUrl)}`);
    lines.push(`${indent}signature sent  ${plain(request.signature)}`);
    if (request.responseStatus === 401 || request.responseStatus === 403) {
      lines.push(
        `${indent}The application may have refused the signature. Behind a proxy it often sees another URL`,
        `${indent}(http for https, another host or port): it must validate against the URL signed above.`,
      );
    }
  }
  return lines.join('\n');
}

/** `eventText` for what a stream yields. */
export function streamedText(streamed: Streamed): string {
  return streamed.kind === 'event'
    ? eventText(streamed.event)
    : `${indent}(${streamed.count} events left out: too many to show)`;
}

/** Whether an event concerns a SID (of a message or an account) or a number. */
export function concerns(event: EdgeEvent, subject: string): boolean {
  switch (event.type) {
    case 'message.accepted':
    case 'message.status':
    case 'call.status':
      return [event.sid, event.accountSid, event.from, event.to].includes(subject);
    case 'link.state':
      return event.carrier === subject;
    case 'alert':
      return alertConcerns(event.alert, subject);
    default:
      return assertNever(event);
  }
}

/** Whether an alert is, or is about, a SID. */
export const alertConcerns = (alert: Alert, subject: string): boolean =>
  [alert.sid, alert.accountSid, alert.resourceSid].includes(subject);
