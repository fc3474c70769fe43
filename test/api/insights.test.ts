import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'node:test';
import type { LegSample } from '../../media/quality/course.ts';
import type { LegQuality } from '../../media/quality/leg-quality.ts';
import type { FakeOutgoing } from '../voice/fake-signalling.ts';
import { openTestEdge, restError, until, type Edge, type Tenant } from './edge.ts';

let edge: Edge;
let tenant: Tenant;
let from: string;
let last = 5_550_100;

before(async () => {
  edge = await openTestEdge();
});
beforeEach(async () => {
  tenant = await edge.tenant();
  from = `+1415${++last}`;
  await edge.stock({ e164: from });
  await tenant.client.incomingPhoneNumbers.create({ phoneNumber: from });
});

const clean: LegQuality = {
  codec: 'PCMA',
  received: {
    packets: 900,
    bytes: 144_000,
    lost: 0,
    gaps: 0,
    longestGap: 0,
    late: 0,
    jitterMs: 1.25,
    jitterMaxMs: 4,
  },
  sent: { packets: 1_000, bytes: 160_000 },
  reported: { lost: 10, jitterMs: 3, jitterMaxMs: 5 },
  roundTrip: { meanMs: 30, maxMs: 45 },
};
const lossy: LegQuality = {
  ...clean,
  received: { ...clean.received, lost: 100, gaps: 100, longestGap: 1, jitterMs: 8, jitterMaxMs: 40 },
  reported: null,
  roundTrip: null,
};

/** A call that has been placed, and its INVITE. */
async function dialled(to = '+14165550188'): Promise<{ sid: string; invite: FakeOutgoing }> {
  const invites = edge.signalling.outgoing.length;
  const { sid } = await tenant.client.calls.create({ to, from, url: 'https://tenant.example/voice' });
  await until(() => {
    if (edge.signalling.outgoing.length > invites) return true;
    edge.clock.advance(1);
    return false;
  });
  return { sid, invite: edge.signalling.outgoing.at(-1)! };
}

/** A call that rang after a second, was answered after three, and hung up by the callee after 63. */
async function ended(figures: LegQuality | undefined, samples: readonly LegSample[] = []): Promise<string> {
  const { sid, invite } = await dialled();
  edge.clock.advance(1_000);
  invite.ring();
  edge.clock.advance(2_000);
  invite.answer();
  await until(() => edge.voice.calls.get(sid)?.status === 'in-progress');
  Object.assign(edge.media.legs.at(-1)!, { figures, samples });
  edge.clock.advance(60_000);
  invite.dialog.handlers?.ended();
  await until(() => edge.voice.calls.reportOf(sid) !== undefined);
  return sid;
}

const insights = () => tenant.client.insights.v1;

describe('the summary of a call', () => {
  it('tells how it went and how it sounded', async () => {
    const sid = await ended(clean);
    const summary = await insights().calls(sid).summary().fetch();
    assert.equal(summary.accountSid, tenant.account.sid);
    const { callType, callState, processingState, duration, connectDuration, tags } = summary;
    assert.deepEqual(
      { callType, callState, processingState, duration, connectDuration, tags },
      {
        callType: 'carrier',
        callState: 'completed',
        processingState: 'complete',
        duration: 63,
        connectDuration: 60,
        tags: [],
      },
    );
    const { direction, disconnected_by, pdd_ms, last_sip_response_num } = summary.properties as Record<
      string,
      unknown
    >;
    assert.deepEqual(
      [direction, disconnected_by, pdd_ms, last_sip_response_num],
      ['outbound-api', 'callee', 1_000, 200],
    );
    const { from: caller, to: callee } = summary as {
      from: Record<string, unknown>;
      to: Record<string, unknown>;
    };
    assert.deepEqual([caller['caller'], caller['country_code'], caller['number_prefix']], [from, 'US', '1']);
    assert.deepEqual(
      [callee['callee'], callee['country_code'], callee['number_prefix']],
      ['+14165550188', 'CA', '1'],
    );
    const { metrics } = summary.carrierEdge as { metrics: Record<string, Record<string, unknown>> };
    const { mos: heard, ...inbound } = metrics['inbound']!;
    assert.deepEqual(inbound, {
      codec: 8,
      codec_name: 'pcma',
      packets_received: 900,
      packets_lost: 0,
      packets_loss_percentage: 0,
      jitter: { avg: 1.25, max: 4 },
      latency: null,
      packet_delay_variation: null,
      rtt: { avg: 30, max: 45 },
    });
    const { avg } = heard as { avg: number };
    assert.ok(avg > 4.3 && avg < 4.4, String(avg));
    const outbound = metrics['outbound']!;
    assert.deepEqual(
      [outbound['packets_sent'], outbound['packets_lost'], outbound['packets_loss_percentage']],
      [1_000, 10, 1],
    );
    assert.deepEqual(
      [summary.sdkEdge, summary.clientEdge, summary.sipEdge, summary.annotation],
      [null, null, null, null],
    );
  });

  it('tags what was wrong, and knows nothing of what no RTCP told', async () => {
    const summary = await insights()
      .calls(await ended(lossy))
      .summary()
      .fetch();
    assert.deepEqual(summary.tags, ['high_jitter', 'high_packet_loss']);
    const { metrics } = summary.carrierEdge as { metrics: Record<string, Record<string, unknown>> };
    assert.equal(metrics['inbound']!['packets_loss_percentage'], 10);
    assert.ok((metrics['inbound']!['mos'] as { avg: number }).avg < 3.6);
    assert.deepEqual(
      [metrics['outbound']!['packets_lost'], metrics['outbound']!['mos'], metrics['outbound']!['rtt']],
      [null, null, null],
    );
    const silent = { ...clean, received: { ...clean.received, packets: 0, bytes: 0 }, reported: null };
    assert.deepEqual(
      (
        await insights()
          .calls(await ended(silent))
          .summary()
          .fetch()
      ).tags,
      ['silence'],
    );
  });

  it('is there without figures where none could be had, and of a call that nobody answered', async () => {
    const bare = await insights()
      .calls(await ended(undefined))
      .summary()
      .fetch();
    assert.equal((bare.carrierEdge as { metrics: unknown }).metrics, null);
    const { sid, invite } = await dialled();
    edge.clock.advance(2_000);
    invite.ring();
    edge.clock.advance(5_000);
    invite.refuse(486);
    await until(() => edge.voice.calls.reportOf(sid) !== undefined);
    const busy = await insights().calls(sid).summary().fetch();
    const properties = busy.properties as Record<string, unknown>;
    assert.deepEqual(
      [busy.callState, busy.connectDuration, properties['pdd_ms'], properties['disconnected_by']],
      ['busy', 0, 2_000, null],
    );
  });

  it('is partial while the call goes on', async () => {
    const { sid, invite } = await dialled();
    const summary = insights().calls(sid).summary();
    assert.equal((await summary.fetch()).callState, 'undialed');
    invite.answer();
    await until(() => edge.voice.calls.get(sid)?.status === 'in-progress');
    const { processingState, callState, endTime } = await summary.fetch({ processingState: 'partial' });
    assert.deepEqual([processingState, callState, endTime], ['partial', 'answered', null]);
    await assert.rejects(summary.fetch({ processingState: 'complete' }), restError(20404, 404));
    edge.voice.endCallsOf(() => true);
    await until(() => edge.voice.calls.reportOf(sid) !== undefined);
    const complete = await summary.fetch({ processingState: 'complete' });
    assert.equal((complete.properties as Record<string, unknown>)['disconnected_by'], 'caller');
  });

  it('goes with its call', async () => {
    const sid = await ended(clean, [{ atMs: edge.clock.now(), figures: clean }]);
    await tenant.client.calls(sid).remove();
    assert.equal(edge.voice.calls.reportOf(sid), undefined);
    assert.deepEqual(edge.voice.calls.samplesOf(sid), []);
    await assert.rejects(insights().calls(sid).summary().fetch(), restError(20404, 404));
  });
});

describe('the metrics and events of a call', () => {
  it('are those of the edge toward the carrier, each way', async () => {
    const call = insights().calls(await ended(clean));
    const both = await call.metrics.list();
    assert.deepEqual(
      both.map(({ edge: at, direction }) => [at, direction]),
      [
        ['carrier_edge', 'inbound'],
        ['carrier_edge', 'outbound'],
      ],
    );
    const { codec_name, cumulative } = both[0]!.carrierEdge as { codec_name: string; cumulative: object };
    assert.equal(codec_name, 'pcma');
    assert.equal((cumulative as { packets_received: number }).packets_received, 900);
    assert.equal((await call.metrics.list({ direction: 'outbound' })).length, 1);
    assert.equal((await call.metrics.list({ edge: 'carrier_edge', direction: 'both' })).length, 2);
    assert.deepEqual(await call.metrics.list({ edge: 'sdk_edge' }), []);
    await assert.rejects(call.metrics.list({ direction: 'sideways' as 'both' }), restError(20422));
  });

  it('are samples of each ten seconds, each with what passed in it, in pages', async () => {
    const began = edge.clock.now();
    const at = (seconds: number, part: number, lost: number): LegSample => ({
      atMs: began + 3_000 + seconds * 1_000,
      figures: {
        received: { ...clean.received, packets: 900 * part, lost, gaps: lost },
        sent: { packets: 1_000 * part, bytes: 160_000 * part },
        reported: part < 0.5 ? null : { lost: 4, jitterMs: 3, jitterMaxMs: 5 },
        roundTrip: null,
      },
    });
    const sid = await ended(clean, [at(10, 0.2, 20), at(20, 0.4, 15), at(30, 0.6, 15)]);
    await edge.store.durable();
    const { metrics } = insights().calls(sid);
    const all = await metrics.list();
    assert.deepEqual(
      all.map(({ direction, timestamp }) => [direction, (Date.parse(timestamp) - began) / 1_000]),
      [13, 23, 33, 63].flatMap((second) => [
        ['inbound', second],
        ['outbound', second],
      ]),
    );
    const intervals = (direction: 'inbound' | 'outbound'): readonly unknown[] =>
      all
        .filter((metric) => metric.direction === direction)
        .map(({ carrierEdge }) => (carrierEdge as { interval: unknown }).interval);
    const heard = (packets: number, lost: number, percentage: number) => ({
      packets_received: packets,
      packets_lost: lost,
      packets_loss_percentage: percentage,
    });
    assert.deepEqual(intervals('inbound'), [
      heard(180, 20, 10),
      heard(180, 0, 0),
      heard(180, 0, 0),
      heard(360, 0, 0),
    ]);
    const said = (packets: number, lost: number | null, percentage: number | null) => ({
      packets_sent: packets,
      packets_lost: lost,
      packets_loss_percentage: percentage,
    });
    assert.deepEqual(intervals('outbound'), [
      said(200, null, null),
      said(200, null, null),
      said(200, 4, 2),
      said(400, 6, 1.5),
    ]);
    const { cumulative } = all[2]!.carrierEdge as { cumulative: Record<string, unknown> };
    assert.deepEqual([cumulative['packets_received'], cumulative['packets_lost']], [360, 15]);
    assert.equal((await metrics.page({ pageSize: 3 })).instances.length, 3);
    assert.equal((await metrics.list({ pageSize: 3, direction: 'outbound' })).length, 4);
  });

  it('are the steps of its life, in their order and at their times', async () => {
    const call = insights().calls(await ended(clean));
    const events = await call.events.list();
    assert.deepEqual(
      events.map(({ name }) => name),
      ['initiated', 'ringing', 'answered', 'completed'],
    );
    const [initiated, ...others] = events.map(({ timestamp }) => Date.parse(timestamp));
    assert.deepEqual(
      others.map((atMs) => atMs - initiated!),
      [1_000, 3_000, 63_000],
    );
    assert.deepEqual(await call.events.list({ edge: 'client_edge' }), []);
  });

  it('are linked by the call itself', async () => {
    const sid = await ended(clean);
    const links = await insights().calls(sid).fetch();
    assert.deepEqual(Object.keys(links.links), ['events', 'metrics', 'summary']);
  });
});

describe('the list of summaries', () => {
  const sids = async (filter: object): Promise<readonly string[]> =>
    (await insights().callSummaries.list(filter)).map(({ callSid }) => callSid);

  it('is narrowed by what is known of calls', async () => {
    const good = await ended(clean);
    const bad = await ended(lossy);
    const { sid: going, invite } = await dialled('+12065550100');
    invite.answer();
    await until(() => edge.voice.calls.get(going)?.status === 'in-progress');
    await edge.store.durable();
    assert.deepEqual(await sids({}), [bad, good]);
    assert.deepEqual(await sids({ processingState: 'all' }), [going, bad, good]);
    assert.deepEqual(await sids({ processingState: 'partial' }), [going]);
    assert.deepEqual(await sids({ hasTag: true }), [bad]);
    assert.deepEqual(await sids({ hasTag: false }), [good]);
    assert.deepEqual(await sids({ toCountryCode: 'CA' }), [bad, good]);
    assert.deepEqual(await sids({ toCountryCode: 'US', processingState: 'all' }), [going]);
    assert.deepEqual(await sids({ to: '+12065550100', callState: 'answered', processingState: 'all' }), [
      going,
    ]);
    assert.deepEqual(await sids({ direction: 'inbound' }), []);
    assert.deepEqual(await sids({ callType: 'sip' }), []);
    assert.deepEqual(await sids({ startTime: '4h', endTime: '3h' }), []);
    assert.deepEqual(await sids({ startTime: '1w', endTime: '0m', direction: 'outbound_api' }), [bad, good]);
    assert.deepEqual(await sids({ startTime: new Date(edge.clock.now() - 90_000).toISOString() }), [bad]);
    assert.equal((await insights().callSummaries.list({ pageSize: 1 })).length, 2);
  });

  it('refuses what it cannot tell', async () => {
    const { callSummaries } = insights();
    await assert.rejects(callSummaries.list({ fromCarrier: 'alpha' }), restError(20001));
    await assert.rejects(callSummaries.list({ sortBy: 'end_time' }), restError(20422));
    await assert.rejects(callSummaries.list({ startTime: 'yesterday' }), restError(20422));
  });

  it('is a parent’s for its subaccounts, and nobody else’s', async () => {
    const sid = await ended(clean);
    await edge.store.durable();
    const child = tenant.account.sid;
    const stranger = await edge.tenant();
    const asked = stranger.client.insights.v1.callSummaries.list({ subaccount: child });
    await assert.rejects(asked, restError(20404, 404));
    assert.deepEqual(await sids({ subaccount: child }), [sid]);
    const sub = await tenant.client.api.v2010.accounts.create({});
    assert.deepEqual(await sids({ subaccount: sub.sid }), []);
    for (const own of [
      stranger.client.insights.v1.calls(sid).summary().fetch(),
      stranger.client.insights.v1.calls(sid).metrics.list(),
      stranger.client.insights.v1.calls(sid).events.list(),
    ])
      await assert.rejects(own, restError(20404, 404));
  });
});
