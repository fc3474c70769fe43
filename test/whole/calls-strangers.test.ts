import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { presence, readWav } from '../peers/sound.ts';
import { bye, receiverReport, Stranger } from '../peers/stranger.ts';
import { CallStage, soon, VoiceResponse } from './calls-fixture.ts';

describe('Strangers who send to the port of a call', { timeout: 100_000 }, () => {
  let stage: CallStage;
  before(async () => {
    stage = await CallStage.open();
  });
  after(() => stage.close());

  it('are not recorded, press no keys, and are not in what is told of its quality', async () => {
    const script = stage.script();
    const document = new VoiceResponse();
    document.record({
      action: script.url('recorded'),
      finishOnKey: '#',
      maxLength: 30,
      playBeep: false,
      recordingStatusCallback: script.url('status'),
      recordingStatusCallbackEvent: ['in-progress', 'completed'],
    });
    const call = await stage.call(await stage.number(script.on('voice', document)));
    const { form } = await call.rtp.ticks(5).then(() => script.next('voice'));
    await soon('it records', script.next('status'));
    const { farPort, ssrc } = call.rtp;
    const strangers = [await Stranger.open(farPort), await Stranger.open(farPort, '127.0.0.1')];
    call.rtp.say(440);
    for (let round = 0; round < 10; round++) {
      for (const stranger of strangers) {
        await stranger.says(20);
        await stranger.says(20, { ssrc });
        await stranger.presses('6#', 101, { ssrc });
        await stranger.sends(bye(ssrc), 'rtcp');
        const ours = call.rtp.packets.at(-1)?.ssrc ?? 0;
        await stranger.sends(receiverReport(ssrc, ours, 9_000, 90_000), 'rtcp');
      }
      await call.listen(10);
    }
    await call.press('5#');
    const { form: recorded } = await soon('the action', script.next('recorded'));
    assert.equal(recorded['Digits'], '#');
    call.rtp.hush();
    await call.hangUp();
    await soon('the recording', script.next('status', 1));
    const wav = await fetch(`${recorded['RecordingUrl']}.wav`);
    const { channels } = readWav(Buffer.from(await wav.arrayBuffer()));
    assert.ok(presence(channels[0], 440) > 0.6, `${presence(channels[0], 440)} of it is the caller`);
    assert.ok(presence(channels[0], 1_900) < 0.001);
    assert.deepEqual(
      strangers.map(({ heard }) => heard),
      [0, 0],
    );
    const { inbound, outbound } = await soon('its quality', qualityOf(form['CallSid']!));
    assert.deepEqual([inbound.packets_lost, outbound.packets_lost], [0, null]);
    for (const stranger of strangers) stranger.close();
  });

  async function qualityOf(sid: string): Promise<Record<'inbound' | 'outbound', { packets_lost: unknown }>> {
    for (;;) {
      const summary = await stage.client.insights.v1.calls(sid).summary().fetch();
      const { metrics } = summary.carrierEdge as { metrics: Awaited<ReturnType<typeof qualityOf>> | null };
      if (metrics !== null) return metrics;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
});
