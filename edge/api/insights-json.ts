import { callingCodeOf } from '../../control/inventory/e164.ts';
import type { LegQuality, StreamRating } from '../../media/quality/leg-quality.ts';
import { inboundRating, outboundRating } from '../../media/quality/leg-quality.ts';
import { payloadTypeOf } from '../../media/rtp/session.ts';
import { durationSeconds, isFinal } from '../voice/call.ts';
import type { Json } from './exchange.ts';
import {
  callType,
  countryOfParty,
  disconnectedBy,
  edgeOf,
  isUri,
  isVerified,
  stateOf,
  tagsOf,
  type Insight,
  type InsightEvent,
  type MediaEdge,
} from './insight.ts';
import { iso8601 } from './iso8601.ts';
import { orNull } from './reply.ts';

/** https://www.twilio.com/docs/voice/voice-insights/api/call/call-summary-resource. Null: what no one measures here. */
export function summaryJson(insight: Insight, origin: string): Json {
  const { call, report, accountSid } = insight;
  const lastedMs = call.endedMs === 0 ? null : call.endedMs - call.createdMs - call.queueTimeMs;
  const edge = edgeOf(call);
  const sound = edgeJson(insight);
  const verified = isVerified(call);
  return {
    account_sid: accountSid,
    agent_session_summaries: [],
    annotation: null,
    answered_by: orNull(call.answeredBy),
    attributes: { conference_participant: null },
    call_sid: call.sid,
    call_state: stateOf(call),
    call_type: callType(call),
    carrier_edge: edge === 'carrier_edge' ? sound : null,
    client_edge: null,
    connect_duration: durationSeconds(call),
    created_time: iso8601(call.createdMs),
    duration: lastedMs === null ? null : Math.max(0, Math.ceil(lastedMs / 1000)),
    end_time: call.endedMs === 0 ? null : iso8601(call.endedMs),
    from: { caller: call.from, ...partyJson(call.from) },
    processing_state: isFinal(call.status) ? 'complete' : 'partial',
    properties: {
      direction: call.direction,
      disconnected_by: disconnectedBy(insight),
      last_sip_response_num: call.sipCode === 0 ? null : call.sipCode,
      pdd_ms: report?.postDialDelayMs ?? null,
      queue_time: call.queueTimeMs,
    },
    sdk_edge: null,
    sip_edge: edge === 'sip_edge' ? sound : null,
    start_time: call.startedMs === 0 ? null : iso8601(call.startedMs),
    tags: tagsOf(insight),
    to: { callee: call.to, ...partyJson(call.to) },
    trust: verified === undefined ? null : { verified_caller: { verified } },
    url: `${origin}/v1/Voice/${call.sid}/Summary`,
  };
}

function partyJson(address: string): Readonly<Record<string, Json>> {
  return {
    carrier: null,
    city: null,
    connection: isUri(address) ? 'sip' : null,
    country_code: countryOfParty(address),
    country_subdivision: null,
    ip_address: null,
    location: null,
    number_prefix: callingCodeOf(address) ?? null,
  };
}

function edgeJson(insight: Insight): Json {
  const { call, report } = insight;
  const sound = report?.sound ?? null;
  return {
    metrics:
      sound === null
        ? null
        : { inbound: streamJson(sound, 'inbound'), outbound: streamJson(sound, 'outbound') },
    properties: {
      direction: call.direction === 'inbound' ? 'inbound' : 'outbound',
      disconnected_by: disconnectedBy(insight),
      external_media_ip: null,
      external_signaling_ip: null,
      media_region: null,
      selected_region: null,
      signaling_region: null,
      sip_call_id: null,
      trunk_sid: null,
      twilio_media_ip: null,
      twilio_signaling_ip: null,
      user_agent: null,
    },
  };
}

export type StreamDirection = 'inbound' | 'outbound';

const rounded = (value: number, digits = 3): number => Number(value.toFixed(digits));

const ratingOf = (sound: LegQuality, direction: StreamDirection): StreamRating | undefined =>
  direction === 'inbound' ? inboundRating(sound) : outboundRating(sound);

/** Losses of what we sent, and its jitter, are as the peer's RTCP told them; null where it told nothing. */
function streamJson(sound: LegQuality, direction: StreamDirection): { readonly [key: string]: Json } {
  const { received, sent, reported, roundTrip } = sound;
  const rated = ratingOf(sound, direction);
  return {
    codec: payloadTypeOf[sound.codec],
    codec_name: sound.codec.toLowerCase(),
    ...(direction === 'inbound'
      ? { packets_received: received.packets, packets_lost: received.lost }
      : { packets_sent: sent.packets, packets_lost: reported?.lost ?? null }),
    packets_loss_percentage: rated === undefined ? null : rounded(rated.lossPercent),
    jitter: rated === undefined ? null : { avg: rounded(rated.jitterMs), max: rounded(rated.jitterMaxMs) },
    latency: null,
    mos: rated === undefined ? null : { avg: rounded(rated.mos) },
    packet_delay_variation: null,
    rtt: roundTrip === null ? null : { avg: rounded(roundTrip.meanMs), max: rounded(roundTrip.maxMs) },
  };
}

/** What one direction of a leg had come to when it was looked at. */
export interface Metric {
  readonly direction: StreamDirection;
  readonly atMs: number;
  readonly sound: LegQuality;
  /** At the look before; undefined: this is the first. */
  readonly before: LegQuality | undefined;
}

/** https://www.twilio.com/docs/voice/voice-insights/api/call/call-metrics-resource: one sample of one direction. */
export function metricJson({ call, accountSid }: Insight, metric: Metric): Json {
  const { direction, atMs, sound } = metric;
  const edge = edgeOf(call);
  const { codec, codec_name, ...cumulative } = streamJson(sound, direction);
  const metadata = { edge_location: null, external_ip: null, region: null, twilio_ip: null };
  const measured = {
    codec: codec ?? null,
    codec_name: codec_name ?? null,
    cumulative,
    interval: intervalJson(metric),
    metadata,
  };
  return {
    account_sid: accountSid,
    call_sid: call.sid,
    ...edges(edge, measured),
    direction,
    edge,
    timestamp: iso8601(atMs),
  };
}

/** What came, or left and was reported lost, since the sample before. */
function intervalJson({ direction, sound, before }: Metric): Json {
  const { received, sent, reported } = sound;
  if (direction === 'inbound') {
    const packets = received.packets - (before?.received.packets ?? 0);
    // A packet that comes late is lost no longer.
    const lost = Math.max(0, received.lost - (before?.received.lost ?? 0));
    return { packets_received: packets, packets_lost: lost, ...lossJson(lost, packets + lost) };
  }
  const packets = sent.packets - (before?.sent.packets ?? 0);
  if (reported === null) return { packets_sent: packets, packets_lost: null, packets_loss_percentage: null };
  const lost = Math.min(packets, Math.max(0, reported.lost - (before?.reported?.lost ?? 0)));
  return { packets_sent: packets, packets_lost: lost, ...lossJson(lost, packets) };
}

const lossJson = (lost: number, all: number): { readonly packets_loss_percentage: Json } => ({
  packets_loss_percentage: all === 0 ? null : rounded((100 * lost) / all),
});

/** https://www.twilio.com/docs/voice/voice-insights/api/call/call-events-resource */
export function eventJson({ call, accountSid }: Insight, { name, atMs }: InsightEvent): Json {
  const edge = edgeOf(call);
  const metadata = { edge_location: null, external_ip: null, region: null, twilio_ip: null };
  return {
    account_sid: accountSid,
    call_sid: call.sid,
    ...edges(edge, { metadata }),
    conversation_relay_data: null,
    edge,
    group: 'connection',
    level: name === 'completed' && call.status === 'failed' ? 'ERROR' : 'INFO',
    name,
    timestamp: iso8601(atMs),
  };
}

const edges = (edge: MediaEdge, value: Json): { readonly [key: string]: Json } => ({
  carrier_edge: edge === 'carrier_edge' ? value : null,
  client_edge: null,
  sdk_edge: null,
  sip_edge: edge === 'sip_edge' ? value : null,
});
