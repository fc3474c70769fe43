import { Dissector } from '../events/dissector.ts';
import type { WireEvent } from '../events/wire-event.ts';
import { Trace, type Traced } from '../correlate/trace.ts';
import type { CapturedPacket } from '../packets/packet.ts';
import { readRing } from '../ring/read.ts';
import { Duplicates } from './duplicates.ts';
import type { Wanted } from './subjects.ts';

/** What a ring holds of a subject, and the reading of it, which can be repeated for its sound. */
export interface Collected extends Traced {
  readonly trace: Trace;
}

/** Every packet once, with what it told. */
async function* eventsOf(packets: AsyncIterable<CapturedPacket>): AsyncGenerator<readonly WireEvent[]> {
  const dissector = new Dissector();
  const duplicates = new Duplicates();
  for await (const packet of packets) if (!duplicates.isOne(packet)) yield dissector.push(packet);
  yield dissector.end();
}

/** Reads the ring and picks out what belongs. */
export async function collect(directory: string, { subject, window }: Wanted): Promise<Collected> {
  const trace = new Trace(subject);
  for await (const events of eventsOf(readRing(directory, window)))
    for (const event of events) trace.push(event);
  return { ...trace.end(), trace };
}

/** All packets of a subject in the order of time: its signalling, and what the ring has of its sound. */
export async function* packetsOf(
  directory: string,
  { window }: Wanted,
  { trace, events }: Collected,
): AsyncGenerator<CapturedPacket> {
  const signalling = Array.from(new Set(events.flatMap(({ frames }) => frames)));
  signalling.sort((a, b) => a.timeUs - b.timeUs);
  let next = 0;
  for await (const passed of eventsOf(readRing(directory, window))) {
    for (const event of passed) {
      if (!trace.isMedia(event)) continue;
      for (; (signalling[next]?.timeUs ?? Infinity) <= event.timeUs; next++)
        yield signalling[next] as CapturedPacket;
      yield* event.frames;
    }
  }
  yield* signalling.slice(next);
}
