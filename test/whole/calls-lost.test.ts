import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { toneWav } from '../peers/sound.ts';
import { CallStage, soon, VoiceResponse } from './calls-fixture.ts';

/** Ends the SIP server's thread, known by the room it asks for, when the process is told SIGUSR2. */
const saboteur = `
  process.on('worker', (thread) => {
    if (thread.resourceLimits.maxYoungGenerationSizeMb !== 96) return;
    process.on('SIGUSR2', () => thread.terminate());
  });`;

describe('An edge whose SIP server has died', { timeout: 60_000 }, () => {
  let stage: CallStage;
  const options = process.env['NODE_OPTIONS'] ?? '';
  before(async () => {
    process.env['NODE_OPTIONS'] = `${options} --import data:text/javascript,${encodeURIComponent(saboteur)}`;
    stage = await CallStage.open();
  });
  after(async () => {
    process.env['NODE_OPTIONS'] = options;
    await stage.close();
  });

  it('ends at once, to be started anew; its calls have failed, and their callbacks are sent', async () => {
    const script = stage.script();
    const document = new VoiceResponse();
    document.play({ loop: 0 }, script.on('tone.wav', { type: 'audio/wav', bytes: toneWav(700, 1_000) }));
    const url = script.on('voice', document);
    const to = await stage.number(url, { statusCallback: script.url('status') });
    const call = await stage.call(to);
    await soon('the tone', call.rtp.hears(700));
    process.kill(stage.edge.pid, 'SIGUSR2');
    assert.equal(await soon('the end of the edge', stage.edge.ended()), 1);
    assert.match(stage.edge.log, /strowger: the SIP thread ended with 1/);
    stage.ready = await stage.edge.start();
    const { form } = await soon('the callback', script.next('status'));
    assert.equal(form['CallStatus'], 'failed');
    const { status } = await stage.client.calls(form['CallSid']!).fetch();
    assert.equal(status, 'failed');
    const again = await stage.call(to);
    await soon('the tone again', again.rtp.hears(700));
    await again.hangUp();
  });
});
