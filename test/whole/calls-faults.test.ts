import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Script } from '../peers/application.ts';
import type { PhoneCall } from '../peers/phone-call.ts';
import { presence, readWav, toneWav } from '../peers/sound.ts';
import { CallStage, soon, VoiceResponse } from './calls-fixture.ts';
import { until } from './edge-process.ts';

/** A document at this path that plays a tone for as long. */
function playing(script: Script, path: string, hz: number, durationMs = 500): string {
  const document = new VoiceResponse();
  document.play(script.on(`${path}.wav`, { type: 'audio/wav', bytes: toneWav(hz, durationMs) }));
  return script.on(path, document);
}

/** Children of a process that run this program. */
function childrenOf(pid: number, program: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((child) => {
      try {
        const [, name, parent] =
          /^\d+ \((.*)\) \S (\d+)/s.exec(readFileSync(`/proc/${child}/stat`, 'latin1')) ?? [];
        return Number(parent) === pid && program.startsWith(name ?? '-');
      } catch {
        // It has ended meanwhile.
        return false;
      }
    });
}

describe('Applications that fail', { timeout: 100_000, concurrency: 4 }, () => {
  let stage: CallStage;
  before(async () => {
    stage = await CallStage.open();
  });
  after(() => stage.close());

  /** The call is saved by its fallback, which is told why; its alerts say the same. */
  async function savedFrom(script: Script, url: string, expected: string): Promise<PhoneCall> {
    const voiceFallbackUrl = playing(script, 'fallback', 1_000);
    const call = await stage.call(await stage.number(url, { voiceFallbackUrl }));
    await soon('the fallback is heard', call.rtp.hears(1_000));
    const { form } = await script.next('fallback');
    assert.equal(form['ErrorCode'], expected);
    assert.equal(form['ErrorUrl'], url.replace(/#.*/, ''));
    const alerts = await stage.client.calls(form['CallSid']!).notifications.list();
    assert.ok(
      alerts.some(({ errorCode }) => errorCode === expected),
      JSON.stringify(alerts),
    );
    await soon('the end', call.over);
    return call;
  }

  it('one that never answers', async () => {
    const script = stage.script();
    const url = script.on('voice', () => undefined);
    await savedFrom(script, `${url}#tt=1500&rc=0`, '11203');
  });

  it('one that answers 1 MB', async () => {
    const script = stage.script();
    const huge = `<Response><Say>${'word '.repeat(210_000)}</Say></Response>`;
    await savedFrom(script, script.on('voice', huge), '11750');
  });

  it('one that breaks off in the middle of its answer', async () => {
    const script = stage.script();
    const url = script.on('voice', (response) => {
      response.writeHead(200, { 'content-type': 'text/xml', 'content-length': '1000' });
      response.write('<Response><Say>Hel');
      response.socket?.destroy();
    });
    await savedFrom(script, `${url}#rc=0`, '11205');
  });

  it('one that is not there', async () => {
    const script = stage.script();
    await savedFrom(script, 'http://127.0.0.1:9/voice', '11202');
  });

  it('one that answers 500, and one that answers no TwiML', async () => {
    const one = stage.script();
    await savedFrom(
      one,
      one.on('voice', { type: 'text/plain', status: 500, bytes: Buffer.from('no') }),
      '11200',
    );
    const other = stage.script();
    await savedFrom(other, other.on('voice', '<Response><Say>'), '12100');
  });

  it('one that redirects for ever', async () => {
    const script = stage.script();
    const document = new VoiceResponse();
    document.redirect('voice');
    const number = await stage.number(script.on('voice', document), { statusCallback: script.url('status') });
    const call = await stage.call(number);
    await soon('the end', call.over, 30_000);
    const { form } = await soon('the callback', script.next('status'));
    const alerts = await stage.client.calls(form['CallSid']!).notifications.list();
    assert.deepEqual(
      alerts.map(({ errorCode }) => errorCode),
      ['14106'],
    );
    assert.ok(script.at('voice').length <= 110, `${script.at('voice').length} requests`);
  });

  it('one that dies in mid-call', async () => {
    const script = stage.script();
    const document = new VoiceResponse();
    document.gather({ action: 'http://127.0.0.1:9/got', numDigits: 1 });
    const fallback = playing(script, 'fallback', 1_000);
    const call = await stage.call(
      await stage.number(script.on('voice', document), { voiceFallbackUrl: fallback }),
    );
    await call.press('5');
    await soon('the fallback is heard', call.rtp.hears(1_000));
    assert.equal((await script.next('fallback')).form['ErrorCode'], '11202');
    await soon('the end', call.over);
  });

  it('one without a fallback: the caller is told, and hung up', async () => {
    const call = await stage.call(await stage.number('http://127.0.0.1:9/voice'));
    assert.equal(await soon('the end', call.over, 20_000), 'edge');
    assert.ok(call.rtp.heard.length > 8_000 && call.rtp.heard.some((sample) => Math.abs(sample) > 2_000));
  });

  it('a number without a VoiceUrl is refused', async () => {
    const call = await stage.dial(await stage.number(''));
    assert.match((await soon('the refusal', call.final)).start, /^SIP\/2\.0 486 /);
  });
});

describe('An edge that is cut short', { timeout: 100_000 }, () => {
  let stage: CallStage;
  before(async () => {
    stage = await CallStage.open({ workers: 2 });
  });
  after(() => stage.close());

  /** A call that hears a tone without end, and its callbacks at `status`. */
  async function endless(hz: number): Promise<PhoneCall & { script: Script }> {
    const script = stage.script();
    const document = new VoiceResponse();
    document.play({ loop: 0 }, script.on('tone.wav', { type: 'audio/wav', bytes: toneWav(hz, 1_000) }));
    const number = await stage.number(script.on('voice', document), { statusCallback: script.url('status') });
    const call = await stage.call(number);
    await soon('the tone', call.rtp.hears(hz));
    return Object.assign(call, { script });
  }

  it('a crashed media worker ends its own calls alone', async () => {
    const calls = [await endless(500), await endless(900)];
    const workers = childrenOf(stage.edge.pid, 'mediasoup-worker');
    assert.equal(workers.length, 2);
    process.kill(workers[0]!, 'SIGKILL');
    const [first, second] = calls as [(typeof calls)[0], (typeof calls)[0]];
    const cut = await soon(
      'one call ends',
      Promise.race([first.over.then(() => first), second.over.then(() => second)]),
    );
    const other = cut === first ? second : first;
    const { form } = await soon('the callback', cut.script.next('status'));
    assert.equal(form['CallStatus'], 'failed');
    other.rtp.forget();
    await soon('the other goes on', other.rtp.hears(other === first ? 500 : 900));
    await until('there is another worker', () => childrenOf(stage.edge.pid, 'mediasoup-worker').length === 2);
    const more = [await endless(1_200), await endless(1_600)];
    await Promise.all([other, ...more].map((call) => call.hangUp()));
  });

  it('a call cut by kill -9 ends as failed, its callback is sent, and its recording can be heard', async () => {
    const call = await endless(700);
    const { form } = await call.script.next('voice');
    call.rtp.say(600);
    const inProgress = async (): Promise<boolean> =>
      (await stage.client.calls(form['CallSid']!).fetch()).status === 'in-progress';
    await until('the call is in progress', inProgress);
    const recording = await stage.client.calls(form['CallSid']!).recordings.create({
      recordingChannels: 'dual',
      recordingStatusCallback: call.script.url('recorded'),
    });
    const file = join(stage.edge.folder, 'data', 'recordings', `${recording.sid}.wav`);
    // Two seconds of two channels.
    await until('some of it is on disk', () => statSync(file).size > 64_000);
    const phone = stage.phone();
    const from = await stage.number('');
    const { sid } = await stage.client.calls.create({
      from,
      to: phone.number,
      url: call.script.url('voice'),
      statusCallback: call.script.url('outbound'),
    });
    await soon('the phone answers', phone.answered());
    await stage.edge.stop('SIGKILL');
    stage.ready = await stage.edge.start();
    const told = await soon('the callback', call.script.next('status'));
    assert.equal(told.form['CallSid'], form['CallSid']);
    assert.equal(told.form['CallStatus'], 'failed');
    assert.ok(told.signed);
    assert.equal(
      (await soon('the other callback', call.script.next('outbound'))).form['CallStatus'],
      'failed',
    );
    assert.equal((await stage.client.calls(sid).fetch()).status, 'failed');
    const recorded = (await soon('the recording’s callback', call.script.next('recorded'))).form;
    assert.equal(recorded['RecordingStatus'], 'completed');
    assert.ok(Number(recorded['RecordingDuration']) >= 2, recorded['RecordingDuration']);
    const sound = await fetch(
      `${stage.ready.api}${new URL(recorded['RecordingUrl']!).pathname}?RequestedChannels=2`,
    );
    const [left, right] = readWav(Buffer.from(await sound.arrayBuffer())).channels;
    assert.ok(presence(left, 600) > 0.7 && presence(right, 700) > 0.7);
    const again = await endless(800);
    await again.hangUp();
    assert.equal((await soon('the callback', again.script.next('status'))).form['CallStatus'], 'completed');
  });
});
