import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Script } from '../peers/application.ts';
import { headerOf } from '../peers/sip-bytes.ts';
import { said } from '../peers/recorded-speech.ts';
import { toneWav } from '../peers/sound.ts';
import { CallStage, soon, VoiceResponse } from './calls-fixture.ts';
import { until } from './edge-process.ts';

const everyEvent = ['initiated', 'ringing', 'answered', 'completed'];

describe('Calls by REST', { timeout: 100_000, concurrency: 4 }, () => {
  let stage: CallStage;
  let from: string;
  before(async () => {
    stage = await CallStage.open();
    from = await stage.number('');
  });
  after(() => stage.close());

  /** A document at this path that plays a tone for as long. */
  function playing(script: Script, path: string, hz: number, durationMs = 1_000): string {
    const document = new VoiceResponse();
    document.play(script.on(`${path}.wav`, { type: 'audio/wav', bytes: toneWav(hz, durationMs) }));
    return script.on(path, document);
  }

  const statusesAt = (script: Script): (string | undefined)[] =>
    script.at('status').map(({ form }) => form['CallStatus']);

  it('create with a URL: status callbacks in order, and the record', async () => {
    const script = stage.script();
    const phone = stage.phone({ ringMs: 200 });
    const created = await stage.client.calls.create({
      from,
      to: phone.number,
      url: playing(script, 'voice', 1_000),
      statusCallback: script.url('status'),
      statusCallbackEvent: everyEvent,
    });
    assert.equal(created.status, 'queued');
    assert.equal(created.direction, 'outbound-api');
    const call = await soon('the phone answers', phone.answered());
    assert.match(headerOf(call.invite, 'From'), new RegExp(`<sip:\\${from}@`));
    await soon('the tone', call.rtp.hears(1_000));
    assert.equal(await soon('the end', call.over), 'edge');
    await soon('the callbacks', script.next('status', 3));
    assert.deepEqual(statusesAt(script), ['initiated', 'ringing', 'in-progress', 'completed']);
    const told = script.at('status').map(({ form }) => form);
    assert.deepEqual(
      told.map(({ SequenceNumber }) => SequenceNumber),
      ['0', '1', '2', '3'],
    );
    for (const { CallSid, CallbackSource, Timestamp } of told) {
      assert.equal(CallSid, created.sid);
      assert.equal(CallbackSource, 'call-progress-events');
      assert.ok(!Number.isNaN(Date.parse(Timestamp ?? '')));
    }
    assert.equal(told[3]?.['SipResponseCode'], '200');
    assert.ok(Number(told[3]['CallDuration']) >= 1);
    assert.ok(script.at('status').every(({ signed }) => signed));
    const { form } = await script.next('voice');
    assert.equal(form['CallStatus'], 'in-progress');
    assert.equal(form['Direction'], 'outbound-api');
    const record = await stage.client.calls(created.sid).fetch();
    assert.equal(record.status, 'completed');
    assert.equal(record.from, from);
    assert.equal(record.to, phone.number);
    assert.ok(Number(record.duration) >= 1);
    const events = await stage.client.calls(created.sid).events.list();
    assert.ok(events.length >= 1);
    assert.equal(await stage.client.calls(created.sid).remove(), true);
    await assert.rejects(stage.client.calls(created.sid).fetch(), { status: 404 });
  });

  it('create with TwiML, sendDigits and record', async () => {
    const script = stage.script();
    const phone = stage.phone();
    playing(script, 'voice', 800);
    const document = new VoiceResponse();
    document.play(script.url('voice.wav'));
    const { sid } = await stage.client.calls.create({
      from,
      to: phone.number,
      twiml: document.toString(),
      sendDigits: 'ww77#',
      record: true,
      recordingStatusCallback: script.url('recorded'),
      statusCallback: script.url('status'),
    });
    const call = await soon('the phone answers', phone.answered());
    await soon('the tone', call.rtp.hears(800));
    assert.deepEqual(call.rtp.digits, ['7', '7', '#']);
    await soon('the end', call.over);
    const { form } = await soon('the recording', script.next('recorded'));
    assert.equal(form['RecordingSource'], 'OutboundAPI');
    const { form: ended } = await soon('the callback', script.next('status'));
    assert.equal(ended['RecordingUrl'], form['RecordingUrl']);
    assert.ok(Number(ended['RecordingDuration']) >= 1, ended['RecordingDuration']);
    assert.equal((await stage.client.calls(sid).recordings.list()).length, 1);
  });

  it('create with an application', async () => {
    const script = stage.script();
    const phone = stage.phone();
    const application = await stage.client.applications.create({
      voiceUrl: playing(script, 'voice', 1_400),
      statusCallback: script.url('status'),
    });
    await stage.client.calls.create({ from, to: phone.number, applicationSid: application.sid });
    const call = await soon('the phone answers', phone.answered());
    await soon('the tone', call.rtp.hears(1_400));
    await soon('the end', call.over);
    await soon('the callback', script.next('status'));
    assert.deepEqual(statusesAt(script), ['completed']);
  });

  for (const [what, manners, status, code] of [
    ['busy', { refuses: 486 }, 'busy', '486'],
    ['declined', { refuses: 603 }, 'busy', '603'],
    ['not there', { refuses: 480 }, 'no-answer', '480'],
    ['unknown', { refuses: 404 }, 'failed', '404'],
    ['unanswered', { ringMs: Infinity }, 'no-answer', '487'],
  ] as const) {
    it(`create: a phone that is ${what}`, async () => {
      const script = stage.script();
      const phone = stage.phone(manners);
      const { sid } = await stage.client.calls.create({
        from,
        to: phone.number,
        twiml: new VoiceResponse().toString(),
        timeout: 2,
        statusCallback: script.url('status'),
      });
      const { form } = await soon('the callback', script.next('status'));
      assert.equal(form['CallStatus'], status);
      assert.equal(form['SipResponseCode'], code);
      assert.equal(form['CallDuration'], '0');
      assert.equal((await stage.client.calls(sid).fetch()).status, status);
    });
  }

  it('update: redirect with a URL and with TwiML, then complete', async () => {
    const script = stage.script();
    const phone = stage.phone();
    const { sid } = await stage.client.calls.create({
      from,
      to: phone.number,
      url: playing(script, 'first', 500, 20_000),
    });
    const call = await soon('the phone answers', phone.answered());
    await soon('the first', call.rtp.hears(500));
    const calls = stage.client.calls(sid);
    await calls.update({ url: playing(script, 'second', 900, 20_000) });
    await soon('the second', call.rtp.hears(900));
    playing(script, 'third', 1_300, 20_000);
    const document = new VoiceResponse();
    document.play(script.url('third.wav'));
    await calls.update({ twiml: document.toString() });
    await soon('the third', call.rtp.hears(1_300));
    assert.equal((await calls.update({ status: 'completed' })).status, 'completed');
    assert.equal(await soon('the end', call.over), 'edge');
    await assert.rejects(calls.update({ status: 'completed' }), { code: 21220 });
  });

  it('update: cancel while it rings', async () => {
    const phone = stage.phone({ ringMs: Infinity });
    const { sid } = await stage.client.calls.create({
      from,
      to: phone.number,
      twiml: new VoiceResponse().toString(),
    });
    const call = await soon('the phone rings', phone.rung());
    assert.equal((await stage.client.calls(sid).update({ status: 'canceled' })).status, 'canceled');
    assert.equal(await soon('the ringing ends', call.over), 'cancelled');
  });

  it('list: by its filters', async () => {
    const [one, two] = [stage.phone({ refuses: 486 }), stage.phone({ refuses: 486 })];
    for (const { number } of [one, two])
      await stage.client.calls.create({ from, to: number, twiml: new VoiceResponse().toString() });
    const { calls } = stage.client;
    const status = async (): Promise<number> => (await calls.list({ to: one.number, status: 'busy' })).length;
    await until('the call has failed', async () => (await status()) === 1);
    const [listed, ...more] = await calls.list({ to: one.number });
    assert.deepEqual(more, []);
    assert.equal(listed?.to, one.number);
    assert.equal((await calls.list({ to: one.number, status: 'completed' })).length, 0);
    assert.equal((await calls.list({ to: one.number, from })).length, 1);
    const tomorrow = new Date(Date.now() + 86_400_000);
    assert.equal((await calls.list({ to: one.number, startTimeAfter: tomorrow })).length, 0);
    assert.equal((await calls.list({ from, limit: 1 })).length, 1);
  });

  it('create: refusals by their codes', async () => {
    const { calls } = stage.client;
    const twiml = new VoiceResponse().toString();
    const to = stage.phone().number;
    await assert.rejects(calls.create({ from: '+14155550000', to, twiml }), { code: 21210, status: 400 });
    await assert.rejects(calls.create({ from, to: '+1', twiml }), { code: 21211, status: 400 });
    await assert.rejects(calls.create({ from, to, url: 'nothing' }), { code: 21205, status: 400 });
  });

  it('machineDetection: a person', async () => {
    const script = stage.script();
    const phone = stage.phone();
    await stage.client.calls.create({
      from,
      to: phone.number,
      url: script.url('voice'),
      machineDetection: 'Enable',
    });
    const call = await soon('the phone answers', phone.answered());
    await call.listen(20);
    await call.speak(said('hello'));
    const { form } = await soon('the verdict', script.next('voice'));
    assert.equal(form['AnsweredBy'], 'human');
  });

  it('machineDetection: a machine, to the end of its greeting', async () => {
    const script = stage.script();
    const phone = stage.phone();
    const { sid } = await stage.client.calls.create({
      from,
      to: phone.number,
      url: script.url('voice'),
      machineDetection: 'DetectMessageEnd',
    });
    const call = await soon('the phone answers', phone.answered());
    await call.speak(said('vm-intro'));
    call.rtp.say(1_000);
    await call.listen(20);
    call.rtp.say();
    const { form } = await soon('the verdict', script.next('voice'));
    assert.equal(form['AnsweredBy'], 'machine_end_beep');
    assert.equal((await stage.client.calls(sid).fetch()).answeredBy, 'machine_end_beep');
  });

  it('machineDetection: beside the call', async () => {
    const script = stage.script();
    const phone = stage.phone();
    await stage.client.calls.create({
      from,
      to: phone.number,
      url: playing(script, 'voice', 600, 20_000),
      machineDetection: 'Enable',
      asyncAmd: 'true',
      asyncAmdStatusCallback: script.url('verdict'),
    });
    const call = await soon('the phone answers', phone.answered());
    await soon('the document runs', call.rtp.hears(600));
    await call.speak(said('vm-intro'));
    const { form } = await soon('the verdict', script.next('verdict'));
    assert.equal(form['AnsweredBy'], 'machine_start');
    await call.hangUp();
  });
});
