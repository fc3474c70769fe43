import type { WireEvent } from '../events/wire-event.ts';

/** Of what passes in moments on a busy edge; the calls heard of first give way. */
const eventsMax = 4096;

/** SIP of calls that nobody has asked for, kept for a while: one may turn out to be a leg of the call that is followed. */
export class Strangers {
  /** By Call-ID. */
  private readonly calls = new Map<string, WireEvent[]>();
  private count = 0;

  add(callId: string, event: WireEvent): void {
    const known = this.calls.get(callId);
    if (known === undefined) this.calls.set(callId, [event]);
    else known.push(event);
    this.count++;
    for (const oldest of this.calls.keys()) {
      if (this.count <= eventsMax) break;
      this.take(oldest);
    }
  }

  /** What is kept of a call, which is then no stranger any more. */
  take(callId: string): readonly WireEvent[] {
    const events = this.calls.get(callId) ?? [];
    this.calls.delete(callId);
    this.count -= events.length;
    return events;
  }
}
