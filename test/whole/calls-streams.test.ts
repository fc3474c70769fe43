import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import twilio from 'twilio';
import { toneShare } from '../peers/rtp-phone.ts';
import { presence, toneWav } from '../peers/sound.ts';
import { StreamApplication, type Stream } from '../peers/stream-application.ts';
import { CallStage, soon, VoiceResponse } from './calls-fixture.ts';

/** The tone's part of the last 200 ms that the application has heard. */
const share = (stream: Stream, hz: number, track = 'inbound'): number =>
  toneShare(stream.heard(track).slice(-1_600), hz);

describe('Media streams', { timeout: 100_000, concurrency: 4 }, () => {
  let stage: CallStage;
  let application: StreamApplication;
  before(async () => {
    application = await StreamApplication.open();
    stage = await CallStage.open();
  });
  after(async () => {
    await stage.close();
    await application.close();
  });

  it('Start: what the caller says, while the document goes on', async () => {
    const script = stage.script();
    const document = new VoiceResponse();
    const url = application.url('/start');
    const noun = document
      .start()
      .stream({ url, name: 'first', track: 'both_tracks', statusCallback: script.url('status') });
    noun.parameter({ name: 'order', value: '17' });
    document.play({ loop: 0 }, script.on('tone.wav', { type: 'audio/wav', bytes: toneWav(700, 1_000) }));
    const call = await stage.call(await stage.number(script.on('voice', document)));
    call.rtp.say(1_000);
    const stream = await soon('the stream', application.stream('/start'));
    await soon(
      'the tones',
      stream.until(() => share(stream, 1_000) > 0.8 && share(stream, 700, 'outbound') > 0.8),
    );
    assert.ok(twilio.validateRequest(stage.account.token, stream.signature, url, {}));
    const [connected, start] = stream.messages;
    assert.deepEqual(connected, { event: 'connected', protocol: 'Call', version: '1.0.0' });
    assert.equal(start?.event, 'start');
    assert.deepEqual(start.start?.customParameters, { order: '17' });
    assert.deepEqual(start.start.tracks, ['inbound', 'outbound']);
    assert.deepEqual(start.start.mediaFormat, { encoding: 'audio/x-mulaw', sampleRate: 8_000, channels: 1 });
    const { form } = await script.next('voice');
    assert.equal(start.start.callSid, form['CallSid']);
    const numbers = stream.messages.slice(1).map(({ sequenceNumber }) => Number(sequenceNumber));
    assert.deepEqual(
      numbers,
      numbers.map((_, index) => index + 1),
    );
    for (const { media } of stream.of('media'))
      assert.equal(Buffer.from(media!.payload, 'base64').length, 160);
    const streams = stage.client.calls(form['CallSid']!).streams;
    assert.equal((await streams('first').update({ status: 'stopped' })).status, 'stopped');
    await soon(
      'it is closed',
      stream.until(() => stream.closed),
    );
    assert.equal(stream.messages.at(-1)?.event, 'stop');
    await soon('its end is told', script.next('status', 1));
    assert.deepEqual(
      script.at('status').map(({ form: { StreamEvent } }) => StreamEvent),
      ['stream-started', 'stream-stopped'],
    );
    await call.hangUp();
  });

  it('Connect: both ways, with marks in order, clear, and digits', async () => {
    const document = new VoiceResponse();
    document.connect().stream({ url: application.url('/connect') });
    const call = await stage.callTo(document);
    call.rtp.say(1_000);
    const stream = await soon('the stream', application.stream('/connect'));
    await soon(
      'the caller is heard',
      stream.until(() => stream.sid !== '' && share(stream, 1_000) > 0.8),
    );

    stream.say(1_500, 600);
    stream.mark('one');
    stream.say(700, 600);
    stream.mark('two');
    await soon('the first tone', call.rtp.hears(1_500));
    assert.deepEqual(stream.of('mark'), []);
    await soon('the second tone', call.rtp.hears(700));
    assert.deepEqual(
      stream.of('mark').map(({ mark }) => mark?.name),
      ['one'],
    );
    await soon(
      'the second mark',
      stream.until(() => stream.of('mark').length === 2),
    );
    assert.equal(stream.of('mark')[1]?.mark?.name, 'two');

    call.rtp.forget();
    stream.say(2_000, 60_000);
    stream.mark('never heard to its end');
    await soon('a long tone', call.rtp.hears(2_000));
    stream.clear();
    await soon(
      'the mark',
      stream.until(() => stream.of('mark').length === 3),
    );
    call.rtp.forget();
    stream.say(500, 400);
    await soon('what comes after', call.rtp.hears(500));
    assert.ok(presence(call.rtp.heard, 2_000) < 0.1, 'nothing of what was cleared');

    await call.press('4#');
    await soon(
      'the digits',
      stream.until(() => stream.of('dtmf').length === 2),
    );
    assert.deepEqual(
      stream.of('dtmf').map(({ dtmf }) => dtmf?.digit),
      ['4', '#'],
    );
    stream.close();
    assert.equal(await soon('the document has ended', call.over), 'edge');
  });

  it('Connect: a caller who hangs up ends the stream', async () => {
    const document = new VoiceResponse();
    document.connect().stream({ url: application.url('/hangup') });
    const call = await stage.callTo(document);
    const stream = await soon('the stream', application.stream('/hangup'));
    await soon(
      'it has begun',
      stream.until(() => stream.sid !== ''),
    );
    await call.hangUp();
    await soon(
      'it is closed',
      stream.until(() => stream.closed),
    );
    assert.equal(stream.messages.at(-1)?.event, 'stop');
  });

  it('Stop: by its name; an application that is not there is told by an alert', async () => {
    const script = stage.script();
    const document = new VoiceResponse();
    document.start().stream({ url: application.url('/stop'), name: 'mine' });
    document.start().stream({ url: 'ws://127.0.0.1:9/nobody', name: 'nobody' });
    document.gather({ timeout: 1 });
    document.stop().stream({ name: 'mine' });
    document.gather({ timeout: 1 });
    const call = await stage.call(await stage.number(script.on('voice', document)));
    const stream = await soon('the stream', application.stream('/stop'));
    await soon(
      'it is closed',
      stream.until(() => stream.closed),
    );
    assert.equal(await Promise.race([call.over, Promise.resolve('goes on')]), 'goes on');
    await soon('the end', call.over);
    const { form } = await script.next('voice');
    const codes = (await stage.client.calls(form['CallSid']!).notifications.list()).map(
      ({ errorCode }) => errorCode,
    );
    assert.deepEqual(codes, ['31902']);
  });
});
