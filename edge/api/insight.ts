import { countryOf } from '../../control/inventory/e164.ts';
import { inboundRating, outboundRating } from '../../media/quality/leg-quality.ts';
import type { Call, CallStatus } from '../voice/call.ts';
import type { CallReport } from '../voice/report.ts';
import { orNull } from './reply.ts';

/** A call with its report, if it has one, and whose it is. */
export interface Insight {
  readonly call: Call;
  readonly report: CallReport | undefined;
  readonly accountSid: string;
}

export type MediaEdge = 'carrier_edge' | 'sip_edge';
export const mediaEdges = ['unknown_edge', 'carrier_edge', 'sip_edge', 'sdk_edge', 'client_edge'] as const;

const states: Readonly<Record<CallStatus, string>> = {
  queued: 'undialed',
  initiated: 'undialed',
  ringing: 'ringing',
  'in-progress': 'answered',
  completed: 'completed',
  busy: 'busy',
  'no-answer': 'noanswer',
  canceled: 'canceled',
  failed: 'fail',
};
export const callStates = [...new Set(Object.values(states))];
export const stateOf = ({ status }: Call): string => states[status];

export const isUri = (address: string): boolean => /^sips?:/i.test(address);

/** A call to or from a SIP URI has no carrier. */
export const callType = ({ from, to, direction }: Call): 'carrier' | 'sip' =>
  isUri(direction === 'inbound' ? from : to) ? 'sip' : 'carrier';

export const edgeOf = (call: Call): MediaEdge => (callType(call) === 'sip' ? 'sip_edge' : 'carrier_edge');

/** Whether the caller has proved who he is; undefined where nobody asked. */
export const isVerified = ({ stirVerstat }: Call): boolean | undefined =>
  stirVerstat === '' ? undefined : stirVerstat.startsWith('TN-Validation-Passed');

export const countryOfParty = (address: string): string | null => orNull(countryOf(address));

/** https://www.twilio.com/docs/voice/voice-insights/api/call/details-call-tags: of gateways, not of SDKs. */
export function tagsOf({ call, report }: Insight): readonly string[] {
  const sound = report?.sound ?? null;
  if (sound === null) return [];
  const streams = [inboundRating(sound), outboundRating(sound)].filter((stream) => stream !== undefined);
  return [
    ...(sound.received.packets === 0 && call.answeredMs > 0 ? ['silence'] : []),
    ...(streams.some(({ jitterMs, jitterMaxMs }) => jitterMs >= 5 && jitterMaxMs >= 30)
      ? ['high_jitter']
      : []),
    ...(streams.some(({ lossPercent }) => lossPercent > 5) ? ['high_packet_loss'] : []),
  ];
}

/** Who sent the BYE; of a call that nobody answered nobody did. */
export function disconnectedBy({ call: { answeredMs, direction }, report }: Insight): string | null {
  if (answeredMs === 0 || report === undefined) return null;
  return (report.endedBy === 'peer') === (direction === 'inbound') ? 'caller' : 'callee';
}

export interface InsightEvent {
  readonly name: 'initiated' | 'ringing' | 'answered' | 'completed';
  readonly atMs: number;
}

/** What happened in a call, in its order, as far as its record tells when. */
export function eventsOf({ call, report }: Insight): readonly InsightEvent[] {
  const dialledMs = call.createdMs + call.queueTimeMs;
  const delayMs = report?.postDialDelayMs ?? null;
  const ringingMs =
    call.direction === 'inbound' ? call.createdMs : delayMs === null ? 0 : dialledMs + delayMs;
  const all: readonly InsightEvent[] = [
    { name: 'initiated', atMs: call.startedMs === 0 ? 0 : dialledMs },
    { name: 'ringing', atMs: ringingMs },
    { name: 'answered', atMs: call.answeredMs },
    { name: 'completed', atMs: call.endedMs },
  ];
  return all.filter(({ atMs }) => atMs !== 0);
}
