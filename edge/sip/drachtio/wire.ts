import type { Flow } from '../transport/flow.ts';
import { bracketed } from '../transport/flow.ts';

/** Who is the origin of a message that the application is shown. */
export type Source = 'network' | 'application';

/** Time of day, as the C++ server writes it. */
function timeOfDay(nowMs: number): string {
  return `${new Date(nowMs).toISOString().slice(11, 23)}000`;
}

let lastMs = -1;
let lastText = '';

/** `network|412|udp|192.0.2.1|5060|12:34:56.789000`: what stands around every SIP message. */
export function meta(source: Source, length: number, flow: Flow, nowMs: number): string {
  if (nowMs !== lastMs) {
    lastMs = nowMs;
    lastText = timeOfDay(nowMs);
  }
  return `${source}|${length}|${flow.endpoint.transport}|${bracketed(flow.host)}|${flow.port}|${lastText}`;
}

/** The address of ours by which a message came, as two words: `|127.0.0.1|5060|`. */
export function receivedOn(flow: Flow): string {
  const local = flow.endpoint.sentBy(flow.host);
  const colon = local.lastIndexOf(':');
  return `${local.slice(0, colon)}|${local.slice(colon + 1)}|`;
}
