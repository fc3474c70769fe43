import type { Subject } from '../../edge/capture/correlate/subject.ts';
import { Trace } from '../../edge/capture/correlate/trace.ts';
import type { Traced } from '../../edge/capture/correlate/trace.ts';
import { Dissector } from '../../edge/capture/events/dissector.ts';
import type { CapturedPacket } from '../../edge/capture/packets/packet.ts';

/** What a capture holds of a subject. */
export function traceOf(subject: Subject, packets: readonly CapturedPacket[]): Traced {
  const dissector = new Dissector();
  const trace = new Trace(subject);
  for (const packet of packets) for (const event of dissector.push(packet)) trace.push(event);
  for (const event of dissector.end()) trace.push(event);
  return trace.end();
}
