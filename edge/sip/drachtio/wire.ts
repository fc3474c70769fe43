import type { Flow } from '../transport/flow.ts';
import { bracketed } from '../transport/flow.ts';

/** Who is the origin of a message that the application is shown. */
export type Source = 'network' | 'application';

let secondOf = -1;
let secondText = '';

/** Time of day in UTC, in microseconds as the C++ server writes it: `12:34:56.789000`. */
function timeOfDay(nowMs: number): string {
  const second = Math.floor(nowMs / 1_000);
  if (second !== secondOf) {
    secondOf = second;
    secondText = new Date(second * 1_000).toISOString().slice(11, 19);
  }
  return `${secondText}.${String(Math.floor(nowMs - second * 1_000)).padStart(3, '0')}000`;
}

/** `network|412|udp|192.0.2.1|5060|12:34:56.789000`: what stands around every SIP message. */
export function meta(source: Source, length: number, flow: Flow, nowMs: number): string {
  return `${source}|${length}|${flow.endpoint.transport}|${bracketed(flow.host)}|${flow.port}|${timeOfDay(nowMs)}`;
}

/**
 * The address of ours by which a message came, and the SIP domains that its sender has proven to be, as three words:
 * `127.0.0.1|5060|carrier.example,other.example`. drachtio-srf hands the last on as `sessionToken`.
 */
export function receivedOn(flow: Flow): string {
  const local = flow.endpoint.sentBy(flow.host);
  const colon = local.lastIndexOf(':');
  const domains = flow.connection?.domains.join() ?? '';
  return `${local.slice(0, colon)}|${local.slice(colon + 1)}|${domains}`;
}
