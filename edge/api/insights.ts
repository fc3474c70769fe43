import type { Account } from '../../control/accounts/account.ts';
import { isFinal, type Call } from '../voice/call.ts';
import { withCall } from './calls.ts';
import type { ApiDeps, CallApi, VoiceDeps } from './deps.ts';
import type { ApiRequest, Reply, Route } from './exchange.ts';
import { edgeOf, eventsOf, mediaEdges, tagsOf, type Insight } from './insight.ts';
import { readSummaryFilter } from './insights-filter.ts';
import { metricsOf } from './insight-metrics.ts';
import { eventJson, metricJson, summaryJson } from './insights-json.ts';
import { rowList, sidList } from './lists.ts';
import { Reader } from './readers.ts';
import { json, notFound } from './reply.ts';

const root = '/v1/Voice';
const one = `${root}/{CallSid}`;

/**
 * Voice Insights (https://www.twilio.com/docs/voice/voice-insights/api): what was measured of calls, at the edge toward
 * carriers and SIP endpoints. Annotations, and conferences' insights, are not here: 404.
 */
export function insightRoutes(deps: ApiDeps, { voice }: VoiceDeps): readonly Route[] {
  const get = (path: string, handler: (request: ApiRequest) => Reply | Promise<Reply>): Route => ({
    product: 'insights',
    method: 'GET',
    path,
    handler,
  });
  const ofCall = (handle: (insight: Insight, request: ApiRequest) => Reply) =>
    withCall(voice, 'CallSid', (call, request) =>
      handle(insightOf(voice, call, request.principal.account), request),
    );
  return [
    get(`${root}/Summaries`, (request) => readSummaries(deps, voice, request)),
    get(
      one,
      withCall(voice, 'CallSid', (call, { origin }) => json(callLinks(call, origin))),
    ),
    get(`${one}/Summary`, ofCall(readSummary)),
    get(
      `${one}/Metrics`,
      ofCall((insight, request) => readMetrics(voice, insight, request)),
    ),
    get(`${one}/Events`, ofCall(readEvents)),
  ];
}

const insightOf = ({ calls }: CallApi, call: Call, { sid }: Account): Insight => ({
  call,
  report: calls.reportOf(call.sid),
  accountSid: sid,
});

function callLinks({ sid }: Call, origin: string) {
  const url = `${origin}${root}/${sid}`;
  return {
    links: { events: `${url}/Events`, metrics: `${url}/Metrics`, summary: `${url}/Summary` },
    sid,
    url,
  };
}

/** Of a call that goes on there is a partial summary only. */
function readSummary(insight: Insight, { query, origin }: ApiRequest): Reply {
  const reader = new Reader(query);
  const state = reader.choice('ProcessingState', ['complete', 'partial']);
  if (reader.fault !== undefined) return reader.fault;
  const awaited = state === 'complete' && !isFinal(insight.call.status);
  return awaited ? notFound : json(summaryJson(insight, origin));
}

function readSummaries({ accounts, clock }: ApiDeps, voice: CallApi, request: ApiRequest): Reply {
  const { account } = request.principal;
  const wanted = request.query.get('Subaccount') ?? '';
  const whose = wanted === '' ? account : accounts.fetch(wanted);
  if (whose === undefined || (whose.sid !== account.sid && whose.ownerSid !== account.sid)) return notFound;
  const tagged = (call: Call): boolean => tagsOf(insightOf(voice, call, whose)).length > 0;
  const filter = readSummaryFilter(request.query, clock.now(), tagged);
  if (!filter.ok) return filter.error;
  const list: Parameters<typeof sidList<Call>>[3] = (page) => voice.calls.list(whose.no, filter.value, page);
  return sidList(request, 'call_summaries', 'CA', list, {
    sid: ({ sid }) => sid,
    json: (call) => summaryJson(insightOf(voice, call, whose), request.origin),
  });
}

function readMetrics({ calls }: CallApi, insight: Insight, request: ApiRequest): Reply {
  const reader = new Reader(request.query);
  const edge = reader.choice('Edge', mediaEdges);
  const wanted = reader.choice('Direction', ['unknown', 'inbound', 'outbound', 'both']) ?? 'both';
  if (reader.fault !== undefined) return reader.fault;
  const elsewhere = edge !== undefined && edge !== edgeOf(insight.call);
  const all = elsewhere ? [] : metricsOf(insight, calls.samplesOf(insight.call.sid));
  const metrics = all.filter(({ direction }) => wanted === 'both' || wanted === direction);
  return rowList(request, 'metrics', metrics, (metric) => metricJson(insight, metric));
}

function readEvents(insight: Insight, request: ApiRequest): Reply {
  const reader = new Reader(request.query);
  const edge = reader.choice('Edge', mediaEdges);
  if (reader.fault !== undefined) return reader.fault;
  const elsewhere = edge !== undefined && edge !== edgeOf(insight.call);
  return rowList(request, 'events', elsewhere ? [] : eventsOf(insight), (event) => eventJson(insight, event));
}
