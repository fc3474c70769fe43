import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { CallTo, PhoneCall } from '../peers/phone-call.ts';
import { CallStage, soon, VoiceResponse } from './calls-fixture.ts';

interface Stream {
  readonly codec_name: string;
  readonly packets_received?: number;
  readonly packets_sent?: number;
  readonly packets_lost: number | null;
  readonly packets_loss_percentage: number | null;
  readonly mos: { readonly avg: number } | null;
  readonly rtt: { readonly avg: number } | null;
}
interface Heard {
  readonly inbound: Stream;
  readonly outbound: Stream;
}

describe('How good a call was', { timeout: 100_000, concurrency: 4 }, () => {
  let stage: CallStage;
  before(async () => {
    stage = await CallStage.open();
  });
  after(() => stage.close());

  const listening = (): VoiceResponse => {
    const document = new VoiceResponse();
    // A call is answered when something is to be heard.
    document.play({ digits: '1' });
    document.pause({ length: 60 });
    return document;
  };

  /** Calls, speaks for three seconds, and hangs up; the call's SID. */
  async function spoken(options: CallTo, more?: (call: PhoneCall) => Promise<void>) {
    const call = await stage.callTo(listening(), options);
    const { form } = await call.script.next('voice');
    call.rtp.say(440);
    await soon('three seconds of speech', call.rtp.ticks(150), 30_000);
    await more?.(call);
    call.rtp.hush();
    await call.hangUp();
    await soon('the end', call.over);
    return form['CallSid']!;
  }

  /** What Voice Insights tells, once the call has told it all. */
  async function summaryOf(sid: string) {
    for (;;) {
      const summary = await stage.client.insights.v1.calls(sid).summary().fetch();
      const { metrics } = summary.carrierEdge as { metrics: Heard | null };
      if (metrics !== null) return { summary, metrics };
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  const told = (sid: string) => soon('its quality', summaryOf(sid));

  it('is nearly the best that there is, on a good line', async () => {
    const { summary, metrics } = await told(await spoken({ codecs: ['PCMA'] }));
    const { inbound } = metrics;
    assert.equal(inbound.codec_name, 'pcma');
    assert.ok((inbound.packets_received ?? 0) >= 150, JSON.stringify(metrics));
    assert.deepEqual([inbound.packets_lost, inbound.packets_loss_percentage], [0, 0]);
    assert.ok(inbound.mos!.avg > 4.2 && inbound.mos!.avg < 4.42, JSON.stringify(metrics));
    const { disconnected_by } = summary.properties as { disconnected_by: string };
    assert.deepEqual([summary.callState, disconnected_by], ['completed', 'caller']);
  });

  it('tells every tenth packet that a bad line loses, and scores it a point lower', async () => {
    const { summary, metrics } = await told(await spoken({ loses: (packet) => packet % 10 === 7 }));
    const { inbound } = metrics;
    assert.ok(Math.abs(inbound.packets_loss_percentage! - 10) < 1.5, JSON.stringify(metrics));
    assert.ok(inbound.mos!.avg > 3 && inbound.mos!.avg < 3.6, JSON.stringify(metrics));
    assert.ok(summary.tags.includes('high_packet_loss'));
    // A phone without RTCP says nothing of what it heard.
    assert.equal(metrics.outbound.mos, null);
  });

  it('tells what the phone reports of what it heard, and how far away it is', async () => {
    const far = async ({ rtp }: PhoneCall): Promise<void> => {
      await soon('a sender report', rtp.report(0, 80, 400), 30_000);
      await rtp.ticks(25);
    };
    const { metrics } = await told(await spoken({}, far));
    assert.deepEqual([metrics.outbound.packets_lost, metrics.outbound.packets_loss_percentage], [0, 0]);
    assert.ok(metrics.outbound.rtt!.avg > 390, JSON.stringify(metrics));
    // Half of the way there and back is delay, which both directions suffer.
    assert.ok(metrics.outbound.mos!.avg < 4.3 && metrics.inbound.mos!.avg < 4.3, JSON.stringify(metrics));
  });

  it('is told of both legs of a connected call, and counted by trunk', async () => {
    const phone = stage.phone({ ringMs: 300 });
    const document = new VoiceResponse();
    document.dial({}, phone.number);
    const caller = await stage.callTo(document);
    const callee = await soon('the called phone', phone.rung());
    await soon('its call stands', callee.established);
    caller.rtp.say(440);
    callee.rtp.say(1_100);
    await soon('they hear each other', Promise.all([caller.rtp.hears(1_100), callee.rtp.hears(440)]));
    await callee.hangUp();
    const { form } = await caller.script.next('voice');
    const [leg] = await stage.client.calls.list({ parentCallSid: form['CallSid']! });
    const { summary, metrics } = await told(leg!.sid);
    const { pdd_ms, disconnected_by } = summary.properties as { pdd_ms: number; disconnected_by: string };
    assert.ok(pdd_ms > 0);
    assert.equal(disconnected_by, 'callee');
    assert.ok((metrics.inbound.packets_received ?? 0) > 0 && (metrics.outbound.packets_sent ?? 0) > 0);
    assert.deepEqual(
      (await stage.client.insights.v1.calls(leg!.sid).events.list()).map(({ name }) => name),
      ['initiated', 'ringing', 'answered', 'completed'],
    );
    const counted = await (await fetch(`${stage.ready.metrics}/metrics`)).text();
    for (const line of [
      /^strowger_trunk_attempts_total\{carrier="alpha",outcome="answered"\} [1-9]/m,
      /^strowger_trunk_post_dial_delay_seconds_count\{carrier="alpha"\} [1-9]/m,
      /^strowger_leg_mos_count\{carrier="alpha",direction="inbound"\} [1-9]/m,
      /^strowger_leg_loss_ratio_count\{carrier="alpha",direction="inbound"\} [1-9]/m,
      /^strowger_leg_jitter_seconds_count\{carrier="alpha",direction="inbound"\} [1-9]/m,
    ])
      assert.match(counted, line);
  });
});
