import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { Metrics } from '../../control/metrics/metrics.ts';
import { measured } from '../../edge/node/leg-metrics.ts';
import { attemptOutcome } from '../../edge/voice/outcomes.ts';
import type { LegQuality } from '../../media/quality/leg-quality.ts';
import { Harness, twiml } from './harness.ts';

const figures: LegQuality = {
  codec: 'PCMU',
  received: {
    packets: 90,
    bytes: 14_400,
    lost: 10,
    gaps: 10,
    longestGap: 1,
    late: 0,
    jitterMs: 2,
    jitterMaxMs: 3,
  },
  sent: { packets: 100, bytes: 16_000 },
  reported: null,
  roundTrip: { meanMs: 8, maxMs: 9 },
};

describe('the report of a call', () => {
  let harness: Harness;
  const open = (): Harness => (harness = new Harness({ app: () => twiml('<Pause length="60"/>') }));
  afterEach(() => harness.end());

  it('keeps how its sound was, how soon it rang, and who ended it', async () => {
    open();
    const { sid } = await harness.call();
    const { invited } = harness;
    await harness.advance(1_500);
    invited.ring();
    await harness.advance(500);
    invited.ring(183);
    invited.answer();
    await harness.settle();
    harness.media.legs[0]!.figures = figures;
    assert.equal(harness.voice.calls.reportOf(sid), undefined);
    invited.dialog.handlers?.ended();
    await harness.settle();
    const report = { sound: figures, postDialDelayMs: 1_500, endedBy: 'peer' };
    assert.deepEqual(harness.voice.calls.reportOf(sid), report);
    assert.deepEqual(harness.reports, [{ sid, report }]);
    assert.deepEqual(harness.rings, [{ carrier: 'alpha', delayMs: 1_500 }]);
    assert.deepEqual(harness.attempts, [{ carrier: 'alpha', kind: 'answered' }]);
  });

  it('says of an answer without ringing when it came, and that we hung up', async () => {
    open();
    const { sid } = await harness.call();
    await harness.advance(700);
    harness.invited.answer();
    await harness.settle();
    await harness.voice.updateCall(harness.row(sid), { kind: 'complete' });
    await harness.settle();
    assert.deepEqual(harness.voice.calls.reportOf(sid), {
      sound: null,
      postDialDelayMs: 700,
      endedBy: 'edge',
    });
  });

  it('is not written of a call that left no trace, nor of one that is deleted meanwhile', async () => {
    open();
    const refused = await harness.call();
    harness.invited.refuse(503);
    await harness.settle();
    assert.equal(harness.row(refused.sid).status, 'failed');
    assert.equal(harness.voice.calls.reportOf(refused.sid), undefined);
    assert.deepEqual(harness.attempts, [{ carrier: 'alpha', kind: 'refused' }]);
    const incoming = await harness.ring();
    incoming.cancel();
    await harness.settle();
    assert.deepEqual(harness.reports, []);
    const deleted = await harness.call();
    harness.invited.ring();
    harness.invited.answer();
    await harness.settle();
    harness.invited.dialog.handlers?.ended();
    harness.voice.calls.remove(harness.row(deleted.sid));
    await harness.settle();
    assert.equal(harness.voice.calls.reportOf(deleted.sid), undefined);
  });

  it('is there when the edge has stopped', async () => {
    open();
    const { sid } = await harness.call();
    harness.invited.answer();
    await harness.settle();
    harness.media.legs[0]!.figures = figures;
    await harness.voice.stop();
    assert.deepEqual(harness.voice.calls.reportOf(sid)?.sound, figures);
  });
});

describe('what became of an INVITE', () => {
  it('is one of a few outcomes, by which ASR and NER are told', () => {
    const refused = (status: number) =>
      attemptOutcome({ kind: 'refused', status, reason: '', response: { callId: '', customHeaders: [] } });
    const expected = {
      302: 'redirected',
      404: 'refused-4xx',
      408: 'no-answer',
      480: 'no-answer',
      486: 'busy',
      487: 'no-answer',
      503: 'refused-5xx',
      600: 'busy',
      603: 'declined',
      606: 'refused-6xx',
    };
    for (const [status, outcome] of Object.entries(expected)) assert.equal(refused(Number(status)), outcome);
    assert.equal(attemptOutcome({ kind: 'unreachable', why: 'over-limit' }), 'over-limit');
    assert.equal(attemptOutcome({ kind: 'canceled' }), 'canceled');
  });
});

describe('the quality of legs, as metrics', () => {
  it('is counted by trunk and direction, as far as it is known', async () => {
    const metrics = new Metrics({ processMetrics: false });
    measured(metrics, 'alpha', figures);
    measured(metrics, 'alpha', null);
    const { text } = await metrics.scrape();
    const lines = text.split('\n');
    for (const line of [
      'strowger_leg_mos_count{carrier="alpha",direction="inbound"} 1',
      'strowger_leg_loss_ratio_sum{carrier="alpha",direction="inbound"} 0.1',
      'strowger_leg_jitter_seconds_sum{carrier="alpha",direction="inbound"} 0.002',
      'strowger_leg_round_trip_seconds_sum{carrier="alpha"} 0.008',
    ])
      assert.ok(lines.includes(line), line);
    assert.ok(!text.includes('direction="outbound"'));
  });
});
