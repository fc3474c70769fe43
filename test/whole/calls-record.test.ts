import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { MPEGDecoder } from 'mpg123-decoder';
import type { PhoneCall } from '../peers/phone-call.ts';
import { said } from '../peers/recorded-speech.ts';
import { lengthOf, presence, readWav } from '../peers/sound.ts';
import { until } from './edge-process.ts';
import { CallStage, soon, VoiceResponse } from './calls-fixture.ts';

async function fetched(url: string): Promise<{ readonly type: string; readonly bytes: Buffer }> {
  const response = await fetch(url);
  assert.equal(response.status, 200, url);
  return {
    type: response.headers.get('content-type') ?? '',
    bytes: Buffer.from(await response.arrayBuffer()),
  };
}

describe('What is recorded', { timeout: 100_000, concurrency: 4 }, () => {
  let stage: CallStage;
  before(async () => {
    stage = await CallStage.open();
  });
  after(() => stage.close());

  /** Says a tone for so many times 20 ms. */
  async function tone(call: PhoneCall, hz: number, ticks: number): Promise<void> {
    call.rtp.say(hz);
    await call.listen(ticks);
    call.rtp.say();
  }

  it('Record: the recording holds what was said, as WAV and as MP3, until it is deleted', async () => {
    const script = stage.script();
    const document = new VoiceResponse();
    document.record({
      action: script.url('recorded'),
      finishOnKey: '#',
      maxLength: 20,
      recordingStatusCallback: script.url('status'),
      recordingStatusCallbackEvent: ['in-progress', 'completed'],
    });
    const call = await stage.call(await stage.number(script.on('voice', document)));
    await soon(
      'the beep',
      call.rtp.hears(1_000).catch(() => undefined),
    );
    await soon('it records', script.next('status'));
    await tone(call, 1_250, 100);
    await call.press('#');
    const { form } = await soon('the action', script.next('recorded'));
    assert.equal(form['Digits'], '#');
    assert.equal(form['RecordingDuration'], '3');
    const { form: status } = await soon('the callback', script.next('status', 1));
    assert.deepEqual(
      script.at('status').map(({ form: { RecordingStatus } }) => RecordingStatus),
      ['in-progress', 'completed'],
    );
    assert.equal(status['RecordingSid'], form['RecordingSid']);
    assert.equal(status['RecordingSource'], 'RecordVerb');
    assert.equal(status['RecordingChannels'], '1');

    const wav = await fetched(`${form['RecordingUrl']}.wav`);
    assert.equal(wav.type, 'audio/x-wav');
    const { rateHz, channels } = readWav(wav.bytes);
    assert.equal(rateHz, 8_000);
    assert.equal(channels.length, 1);
    assert.ok(presence(channels[0], 1_250) > 0.7, `${presence(channels[0], 1_250)} of it is the tone`);
    const toneMs = lengthOf(channels[0], 1_250);
    assert.ok(toneMs >= 1_700 && toneMs <= 2_100, `${toneMs} ms of the tone`);

    const mp3 = await fetched(`${form['RecordingUrl']}.mp3`);
    assert.equal(mp3.type, 'audio/mpeg');
    const decoder = new MPEGDecoder();
    await decoder.ready;
    const decoded = decoder.decode(mp3.bytes);
    decoder.free();
    const samples = Int16Array.from(decoded.channelData[0]!, (value) => value * 32_000);
    assert.ok(presence(samples, (1_250 * 8_000) / decoded.sampleRate) > 0.7);

    const recording = stage.client.recordings(form['RecordingSid']!);
    assert.equal((await recording.fetch()).callSid, form['CallSid']);
    await recording.remove();
    assert.equal((await fetch(`${form['RecordingUrl']}.wav`)).status, 404);
    await assert.rejects(recording.fetch(), { status: 404 });
  });

  it('Record: silence ends it', async () => {
    const script = stage.script();
    const document = new VoiceResponse();
    document.record({ action: script.url('recorded'), timeout: 1, playBeep: false });
    const call = await stage.call(await stage.number(script.on('voice', document)));
    await tone(call, 500, 50);
    const { form } = await soon('the action', script.next('recorded'));
    assert.equal(form['Digits'], '');
    const { channels } = readWav((await fetched(form['RecordingUrl']!)).bytes);
    assert.ok(lengthOf(channels[0], 500) >= 800);
  });

  it('Record: hanging up leaves the recording, and the action is told', async () => {
    const script = stage.script();
    const document = new VoiceResponse();
    document.record({ action: script.url('recorded'), playBeep: false, trim: 'do-not-trim' });
    const call = await stage.call(await stage.number(script.on('voice', document)));
    await tone(call, 500, 75);
    await call.hangUp();
    const { form } = await soon('the action', script.next('recorded'));
    assert.equal(form['Digits'], 'hangup');
    assert.equal(form['CallStatus'], 'completed');
    const { channels } = readWav((await fetched(form['RecordingUrl']!)).bytes);
    assert.ok(presence(channels[0], 500) > 0.7);
  });

  // On a machine that is busy with other tests words are lost, as on any bad line: the person calls again then.
  it('Record transcribe: what was said, to the callback and by REST', async () => {
    const script = stage.script();
    const document = new VoiceResponse();
    document.record({
      action: script.url('recorded'),
      playBeep: false,
      transcribe: true,
      transcribeCallback: script.url('text'),
    });
    const number = await stage.number(script.on('voice', document));
    let form: Record<string, string | undefined> = {};
    for (let round = 0; round < 4 && !/moment|please/.test(form['TranscriptionText'] ?? ''); round++) {
      const call = await stage.call(number);
      await call.speak(said('one-moment-please'));
      await call.speak(said('one-moment-please'));
      await call.listen(25);
      await call.press('#');
      await soon('the action', script.next('recorded', round));
      ({ form } = await soon('the text', script.next('text', round), 30_000));
      await call.hangUp();
    }
    assert.match(form['TranscriptionText'] ?? '', /moment|please/);
    assert.equal(form['TranscriptionStatus'], 'completed');
    const transcription = stage.client.transcriptions(form['TranscriptionSid']!);
    const { transcriptionText, status, recordingSid, uri } = await transcription.fetch();
    assert.deepEqual([transcriptionText, status], [form['TranscriptionText'], 'completed']);
    assert.equal(recordingSid, form['RecordingSid']);
    assert.equal(form['TranscriptionUrl'], `${stage.ready.api}${uri.replace('.json', '')}`);
    const [listed] = await stage.client.recordings(recordingSid).transcriptions.list();
    assert.equal(listed?.sid, form['TranscriptionSid']);
    await transcription.remove();
    await assert.rejects(transcription.fetch(), { status: 404 });
  });

  it('Dial record: left is the caller, right the called party', async () => {
    const script = stage.script();
    const phone = stage.phone();
    const document = new VoiceResponse();
    document.dial({ action: script.url('dialled'), record: 'record-from-answer-dual' }, phone.number);
    const caller = await stage.call(await stage.number(script.on('voice', document)));
    const callee = await soon('the phone answers', phone.answered());
    caller.rtp.say(440);
    callee.rtp.say(1_100);
    await soon('both hear each other', Promise.all([caller.rtp.hears(1_100), callee.rtp.hears(440)]));
    await caller.listen(75);
    await callee.hangUp();
    const { form } = await soon('the action', script.next('dialled'));
    assert.equal(form['DialCallStatus'], 'completed');
    const { channels } = readWav((await fetched(`${form['RecordingUrl']}.wav?RequestedChannels=2`)).bytes);
    assert.equal(channels.length, 2);
    const [left, right] = channels;
    assert.ok(presence(left, 440) > 0.7, `left: ${presence(left, 440)}`);
    assert.ok(presence(right, 1_100) > 0.7, `right: ${presence(right, 1_100)}`);
    const mono = readWav((await fetched(`${form['RecordingUrl']}.wav?RequestedChannels=1`)).bytes);
    assert.equal(mono.channels.length, 1);
    assert.ok(presence(mono.channels[0], 440) > 0.3 && presence(mono.channels[0], 1_100) > 0.3);
  });

  it('Start and Stop Recording: what was said between', async () => {
    const script = stage.script();
    const document = new VoiceResponse();
    document.start().recording({
      recordingStatusCallback: script.url('status'),
      recordingStatusCallbackEvent: ['completed'],
    } as never);
    document.pause({ length: 2 });
    document.stop().addChild('Recording', {});
    document.pause({ length: 1 });
    const call = await stage.call(await stage.number(script.on('voice', document)));
    call.rtp.say(900);
    const { form } = await soon('the callback', script.next('status'));
    assert.equal(form['RecordingSource'], 'StartCallRecordingTwiML');
    const { channels } = readWav((await fetched(form['RecordingUrl']!)).bytes);
    assert.ok(lengthOf(channels[0], 900) >= 1_500);
  });

  it('recordings of the REST API: start, pause, go on, stop', async () => {
    const script = stage.script();
    const document = new VoiceResponse();
    document.gather({ timeout: 20 });
    const call = await stage.call(await stage.number(script.on('voice', document)));
    const { CallSid = '' } = (await script.next('voice')).form;
    const { recordings } = stage.client.calls(CallSid);
    call.rtp.say(600);
    // The phone hears of its answer before the edge has the phone's ACK.
    const inProgress = async (): Promise<boolean> =>
      (await stage.client.calls(CallSid).fetch()).status === 'in-progress';
    await until('the call is in progress', inProgress);
    const { sid, status, source } = await recordings.create({ recordingChannels: 'dual' });
    assert.equal(status, 'in-progress');
    assert.equal(source, 'StartCallRecordingAPI');
    await call.listen(50);
    assert.equal(
      (await recordings(sid).update({ status: 'paused', pauseBehavior: 'skip' })).status,
      'paused',
    );
    call.rtp.say(1_900);
    await call.listen(50);
    call.rtp.say(600);
    await call.listen(10);
    assert.equal(
      (await recordings('Twilio.CURRENT').update({ status: 'in-progress' })).status,
      'in-progress',
    );
    await call.listen(50);
    assert.equal((await recordings('Twilio.CURRENT').update({ status: 'stopped' })).status, 'completed');
    const [listed] = await stage.client.recordings.list({ callSid: CallSid });
    assert.equal(listed?.sid, sid);
    const { channels } = readWav(
      (await fetched(`${stage.ready.api}${listed.uri.replace('.json', '.wav')}`)).bytes,
    );
    assert.equal(channels.length, 2);
    assert.ok(presence(channels[0], 600) > 0.7);
    assert.ok(lengthOf(channels[0], 1_900) <= 40, 'nothing of the pause');
    await call.hangUp();
  });
});
