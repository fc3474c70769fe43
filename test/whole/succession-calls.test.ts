import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { freePorts } from '../peers/ports.ts';
import { toneWav } from '../peers/sound.ts';
import { CallStage, soon, VoiceResponse } from './calls-fixture.ts';
import { runs, until, type Ready } from './edge-process.ts';

interface Carried {
  readonly pid: number;
  readonly calls: number;
}

describe('A call in progress when a successor takes over', { timeout: 90_000 }, () => {
  let stage: CallStage;
  before(async () => {
    stage = await CallStage.open();
    const { edge } = stage;
    const [port = 0] = await freePorts(1);
    const lines = readFileSync(edge.config, 'utf8')
      .replace('http: { listen: 127.0.0.1:0 }', `http: { listen: 127.0.0.1:${port} }`)
      .replace('calls: { cps: 1000 }', 'calls: { cps: 1000, drainSeconds: 60 }');
    writeFileSync(edge.config, lines);
    await edge.stop();
    stage.ready = await edge.start();
  });
  after(() => stage.close());

  it('goes on, is led by REST, and is recorded; the next one is the successor’s', async () => {
    const { edge } = stage;
    const script = stage.script();
    const document = new VoiceResponse();
    document.play({ loop: 0 }, script.on('tone.wav', { type: 'audio/wav', bytes: toneWav(700, 1_000) }));
    const url = script.on('voice', document);
    const to = await stage.number(url, { statusCallback: script.url('status') });
    const call = await stage.call(to);
    await soon('the tone', call.rtp.hears(700));
    const { pid } = edge;
    await edge.succeed();
    stage.ready = JSON.parse(edge.readyLine.slice('ready '.length)) as Ready;
    const [live] = await stage.client.calls.list({ status: 'in-progress' });
    assert.ok(live !== undefined);
    await soon('the tone still', call.rtp.hears(700));
    const carried = async (): Promise<Carried | null> =>
      ((await edge.done('status', '--json')) as { readonly predecessor: Carried | null }).predecessor;
    await until('the status tells of the call', async () => (await carried())?.calls === 1);
    assert.equal((await carried())?.pid, pid);
    const hangUp = new VoiceResponse();
    hangUp.hangup();
    await stage.client.calls(live.sid).update({ twiml: hangUp.toString() });
    await soon('its end', call.over);
    const { form } = await soon('the callback', script.next('status'));
    assert.deepEqual([form['CallSid'], form['CallStatus']], [live.sid, 'completed']);
    // Waits, if need be, for the moment in which nobody has the calls.
    assert.equal((await stage.client.calls(live.sid).fetch()).status, 'completed');
    await until('a new call is taken', async () => {
      const again = await stage.dial(to);
      const end = await Promise.race([again.established, again.over.then(() => 'refused' as const)]);
      if (end === 'refused') return false;
      await again.hangUp();
      return true;
    });
    assert.equal(await carried(), null);
    await until('the process before has ended', () => !runs(pid));
  });
});
