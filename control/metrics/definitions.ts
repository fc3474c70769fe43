/** Upper bounds of histogram buckets, in seconds: from a fast commit to a slow peer. */
const fineSeconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** For what takes from milliseconds to the hours that a receipt may take. */
const longSeconds = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200, 36_000];
/** How long a called party takes to ring. */
const ringSeconds = [0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 12, 20, 30, 60];
/** Delays and their variation on the way of packets. */
const packetSeconds = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1];
const lossRatios = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5];
/** Mean opinion scores: close together where calls are good, up to the best that G.711 can be. */
const opinionScores = [1.5, 2, 2.5, 3, 3.3, 3.6, 3.8, 4, 4.1, 4.2, 4.3, 4.4];

export interface CounterDefinition<L extends readonly string[]> {
  readonly type: 'counter';
  readonly name: string;
  readonly help: string;
  readonly labels: L;
}
export interface GaugeDefinition<L extends readonly string[]> {
  readonly type: 'gauge';
  readonly name: string;
  readonly help: string;
  readonly labels: L;
}
/** A gauge whose series are all set anew at each scrape: for labels whose values come and go. */
export interface BoardDefinition<L extends readonly string[]> {
  readonly type: 'board';
  readonly name: string;
  readonly help: string;
  readonly labels: L;
}
export interface HistogramDefinition<L extends readonly string[]> {
  readonly type: 'histogram';
  readonly name: string;
  readonly help: string;
  readonly labels: L;
  readonly buckets: readonly number[];
}

const counter = <const L extends readonly string[]>(
  name: string,
  help: string,
  labels: L,
): CounterDefinition<L> => ({ type: 'counter', name, help, labels });

const gauge = <const L extends readonly string[]>(
  name: string,
  help: string,
  labels: L,
): GaugeDefinition<L> => ({ type: 'gauge', name, help, labels });

const board = <const L extends readonly string[]>(
  name: string,
  help: string,
  labels: L,
): BoardDefinition<L> => ({ type: 'board', name, help, labels });

const histogram = <const L extends readonly string[]>(
  name: string,
  help: string,
  labels: L,
  buckets: readonly number[],
): HistogramDefinition<L> => ({ type: 'histogram', name, help, labels, buckets });

/**
 * Every metric of the edge. Values of labels come from closed sets or from the configuration, never from requests:
 * `route` is the pattern of a route, not a path; boards name the first few of many. Event-loop lag and the process's
 * own figures are prom-client's.
 */
export const definitions = {
  messages: counter('strowger_messages_total', 'Messages that reached a status', [
    'direction',
    'carrier',
    'status',
  ]),
  inboundRefused: counter('strowger_inbound_refused_total', 'Inbound messages that were not taken', [
    'carrier',
    'reason',
  ]),
  receiptsAwaited: counter(
    'strowger_receipts_awaited_total',
    'Segments taken by a carrier, which owes a receipt',
    ['carrier'],
  ),
  receiptsMatched: counter('strowger_receipts_matched_total', 'Final receipts that fit a segment', [
    'carrier',
  ]),
  strayReceipts: counter('strowger_stray_receipts_total', 'Receipts that fit no message', ['carrier']),
  calls: counter('strowger_calls_total', 'Call legs that reached a status', [
    'direction',
    'carrier',
    'status',
  ]),
  callsRefused: counter('strowger_calls_refused_total', 'Inbound calls that were not taken', ['reason']),
  callsInProgress: gauge('strowger_calls_in_progress', 'Call legs that go on', []),
  callsQueued: gauge('strowger_calls_queued', 'Outbound calls waiting for their turn', []),
  trunkUp: gauge('strowger_trunk_up', '1 while a SIP trunk answers', ['carrier']),
  trunkRegistered: gauge('strowger_trunk_registered', '1 while a SIP trunk is registered with its carrier', [
    'carrier',
  ]),
  trunkCalls: gauge('strowger_trunk_calls', 'Channels of a SIP trunk in use', ['carrier']),
  trunkAttempts: counter(
    'strowger_trunk_attempts_total',
    'INVITEs by a SIP trunk that came to an end, by what became of them',
    ['carrier', 'outcome'],
  ),
  postDialDelay: histogram(
    'strowger_trunk_post_dial_delay_seconds',
    'From an INVITE by a SIP trunk to its first 180, 183 or 200',
    ['carrier'],
    ringSeconds,
  ),
  legScore: histogram(
    'strowger_leg_mos',
    'Mean opinion score of each leg that has ended, by the E-model, each way',
    ['carrier', 'direction'],
    opinionScores,
  ),
  legLoss: histogram(
    'strowger_leg_loss_ratio',
    'Lost among all packets of each leg that has ended, each way',
    ['carrier', 'direction'],
    lossRatios,
  ),
  legJitter: histogram(
    'strowger_leg_jitter_seconds',
    'Mean interarrival jitter of each leg that has ended, each way',
    ['carrier', 'direction'],
    packetSeconds,
  ),
  legRoundTrip: histogram(
    'strowger_leg_round_trip_seconds',
    'Mean round trip by RTCP of each leg that has ended',
    ['carrier'],
    packetSeconds,
  ),
  mediaTroubles: counter('strowger_media_troubles_total', 'Faults of the media thread and its workers', []),
  queueSegments: gauge('strowger_queue_segments', 'Segments waiting for their turn', ['class']),
  queueAge: gauge('strowger_queue_age_seconds', 'Age of the oldest message waiting', ['class']),
  queueLate: gauge(
    'strowger_queue_late_seconds',
    "How much longer the latest queue has waited than its sender's pace explains",
    ['class'],
  ),
  submit: histogram(
    'strowger_submit_seconds',
    'From a submit_sm to its response',
    ['carrier', 'outcome'],
    fineSeconds,
  ),
  endToEnd: histogram(
    'strowger_message_seconds',
    'From a message being accepted to the status it names',
    ['direction', 'status'],
    longSeconds,
  ),
  linkUp: gauge('strowger_link_up', '1 while an SMPP link to a carrier is bound', ['carrier']),
  linkSessions: gauge('strowger_link_sessions', 'Bound SMPP sessions, by link and role', ['carrier', 'role']),
  linkWindowUsed: gauge('strowger_link_window_used', 'Requests without a response yet', ['carrier']),
  linkWindow: gauge('strowger_link_window_size', 'Requests that may be without a response', ['carrier']),
  linkThrottled: counter('strowger_link_throttled_total', 'Times the peer asked us to slow down', [
    'carrier',
  ]),
  submitRefused: counter('strowger_submit_refused_total', 'submit_sm that a carrier refused, by status', [
    'carrier',
    'status',
  ]),
  linkEnquiry: histogram(
    'strowger_link_enquire_seconds',
    'From our enquire_link to its response',
    ['carrier'],
    fineSeconds,
  ),
  linkEnded: counter('strowger_link_sessions_ended_total', 'Bound SMPP sessions that ended, by reason', [
    'carrier',
    'reason',
  ]),
  smppDecodeErrors: counter('strowger_smpp_decode_errors_total', 'PDUs that could not be read', [
    'peer',
    'code',
  ]),
  webhook: histogram(
    'strowger_webhook_seconds',
    'From a webhook request to the end of its answer',
    ['outcome'],
    fineSeconds,
  ),
  webhookFailures: counter('strowger_webhook_failures_total', 'Failed webhooks by error code', ['code']),
  webhookFailuresRecent: board(
    'strowger_webhook_failures_recent',
    'Failed webhooks of the last 15 minutes, of the accounts with the most, the rest as other',
    ['account'],
  ),
  webhooksOpen: gauge('strowger_webhooks_open', 'Webhooks under way or waiting for a connection', ['state']),
  jobs: gauge('strowger_jobs', 'Groups of work towards applications, by what they wait for', [
    'kind',
    'state',
  ]),
  jobsLate: gauge('strowger_jobs_late_seconds', 'How long the latest group of work has waited for its turn', [
    'kind',
  ]),
  http: counter('strowger_http_requests_total', 'REST requests by route and status', [
    'method',
    'route',
    'status',
  ]),
  httpLatency: histogram(
    'strowger_http_seconds',
    'From a REST request to its answer',
    ['route'],
    fineSeconds,
  ),
  storeBytes: gauge('strowger_store_bytes', 'Size of the store', []),
  storeMapBytes: gauge('strowger_store_map_bytes', 'Address space of the store, which grows as it must', []),
  storeRows: gauge('strowger_store_rows', 'Rows of each table of the store', ['table']),
  diskFree: gauge('strowger_disk_free_bytes', 'Room left where the data is', []),
  diskSize: gauge('strowger_disk_size_bytes', 'Size of the file system where the data is', []),
  clockSet: gauge(
    'strowger_clock_set_seconds',
    'How far the clock has been set, forward or back, since the edge started',
    [],
  ),
  build: gauge('strowger_build_info', 'Always 1; its label is the version that runs', ['version']),
  successionFailures: counter(
    'strowger_succession_failures_total',
    'Times the edge could not hand its work over to a successor, by how far it came',
    ['stage'],
  ),
  scrapeFailures: counter(
    'strowger_scrape_failures_total',
    'Times that a part of a scrape could not be told, whose gauges are left out then',
    ['part'],
  ),
  journalMissed: counter(
    'strowger_journal_missed_total',
    'Log lines on standard output because the socket of the journal did not take them, by reason',
    ['reason'],
  ),
  guardRefusals: counter('strowger_guard_refusals_total', 'Messages and calls that a guard kept back', [
    'guard',
    'traffic',
  ]),
  commit: histogram('strowger_store_commit_seconds', 'Group commits, until on disk', [], fineSeconds),
  certificateExpiry: gauge(
    'strowger_certificate_expiry_timestamp_seconds',
    'When the certificate in use is over, in seconds since 1970',
    ['certificate'],
  ),
  capturePackets: counter(
    'strowger_capture_packets_total',
    'Packets captured: kept in the ring, dropped by the kernel because the capture was too slow, or unwritten',
    ['outcome'],
  ),
  captureExported: counter('strowger_capture_exported_total', 'Messages sent to Homer (HEP3)', []),
  captureInterfaces: gauge('strowger_capture_interfaces', 'Interfaces that are being captured', []),
  captureRingBytes: gauge('strowger_capture_ring_bytes', 'Size of the ring of recent packets', []),
  alerts: counter('strowger_alerts_total', 'Alerts recorded, by error code', ['code']),
} as const;

export type Definitions = typeof definitions;
