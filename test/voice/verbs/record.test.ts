import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, describe, it } from 'node:test';
import { unknownLength, wavHeader } from '../../../media/audio/files/wav-header.ts';
import type { FakeLeg } from '../fake-media.ts';
import { account, Harness, twiml } from '../harness.ts';

describe('Record', () => {
  let harness: Harness;
  afterEach(() => harness.end());

  async function recording(
    verb: string,
    ...then: string[]
  ): Promise<{ leg: FakeLeg; hangUp: () => Promise<void> }> {
    let first = true;
    harness = new Harness({
      app: () => {
        const answer = first ? twiml(verb, ...then) : twiml('<Pause length="60"/>');
        first = false;
        return answer;
      },
    });
    const incoming = await harness.ring();
    return {
      leg: harness.media.legs[0]!,
      hangUp: async () => {
        incoming.dialog.hangUp();
        await harness.settle();
      },
    };
  }

  const asked = (): Record<string, string>[] => harness.sentTo('http://app.test/done');

  it('beeps, records as it is asked to, and tells its action', async () => {
    const { leg } = await recording(
      '<Record action="/done" timeout="10" maxLength="20" finishOnKey="*#" trim="do-not-trim" recordingStatusCallback="/status" recordingStatusCallbackEvent="in-progress completed"/>',
    );
    assert.deepEqual(leg.playing?.items, [{ kind: 'tone', tone: 'record-beep', durationMs: 500 }]);
    leg.playing.end();
    await harness.settle();
    const [recorder] = leg.recorders;
    const { file, ...options } = recorder!.options;
    assert.match(file, /recordings\/RE[0-9a-f]{32}\.wav$/);
    assert.deepEqual(options, {
      channels: 'mono',
      track: 'inbound',
      trimSilence: false,
      maxDurationMs: 20_000,
      silenceTimeoutMs: 10_000,
      finishOnDigits: '*#',
    });
    recorder!.end({ why: 'digit', digit: '#', durationMs: 4_200 });
    await harness.settle();
    const [sent] = asked();
    assert.equal(sent?.['Digits'], '#');
    assert.equal(sent['RecordingDuration'], '5');
    assert.match(
      sent['RecordingUrl'] ?? '',
      /^http:\/\/api\.test\/2010-04-01\/Accounts\/AC\w+\/Recordings\/RE\w+$/,
    );
    assert.deepEqual(
      harness.sentTo('http://app.test/status').map((params) => params['RecordingStatus']),
      ['in-progress', 'completed'],
    );
    assert.equal(harness.sentTo('http://app.test/status')[1]?.['RecordingSource'], 'RecordVerb');
  });

  it('ends by a digit that came by INFO', async () => {
    harness = new Harness({ app: () => twiml('<Record playBeep="false" action="/done" finishOnKey="5"/>') });
    const incoming = await harness.ring();
    incoming.dialog.handlers?.digit('4', 100);
    incoming.dialog.handlers?.digit('5', 100);
    await harness.settle();
    assert.equal(asked()[0]?.['Digits'], '5');
  });

  it('goes on with the document when there was nothing to record', async () => {
    const { leg } = await recording('<Record playBeep="false" action="/done" timeout="0"/>', '<Echo/>');
    assert.equal(leg.recorders[0]!.options.silenceTimeoutMs, undefined);
    leg.recorders[0]!.end({ why: 'silence', durationMs: 0 });
    await harness.settle();
    assert.deepEqual(asked(), []);
    assert.equal(leg.echoing, true);
  });

  it('tells its action of a caller who hung up', async () => {
    const { hangUp } = await recording('<Record playBeep="false" action="/done"/>');
    await hangUp();
    const [sent] = asked();
    assert.equal(sent?.['Digits'], 'hangup');
    assert.equal(sent['CallStatus'], 'completed');
    assert.equal(sent['RecordingDuration'], '2');
  });

  it('has its text heard, and tells of it', async () => {
    const { leg } = await recording(
      '<Record playBeep="false" action="/done" transcribe="true" transcribeCallback="/text"/>',
    );
    leg.taps[0]!.hear({ track: 'inbound', payload: new Uint8Array(160), timestampMs: 0 });
    leg.recorders[0]!.end({ durationMs: 3_000 });
    await harness.settle();
    const { last } = harness.recogniser;
    assert.equal(last.bytes, 160);
    assert.equal(last.finished, true);
    last.request.hear({ kind: 'final', text: 'the weather is sunny', confidence: 0.9 });
    await harness.settle();
    const [sent] = harness.sentTo('http://app.test/text');
    assert.equal(sent?.['TranscriptionText'], 'the weather is sunny');
    assert.equal(sent['TranscriptionStatus'], 'completed');
    const sid = sent['TranscriptionSid'] ?? '';
    assert.match(sid, /^TR[0-9a-f]{32}$/);
    assert.match(sent['RecordingSid'] ?? '', /^RE/);
    assert.equal(
      sent['TranscriptionUrl'],
      `http://api.test/2010-04-01/Accounts/${account.sid}/Transcriptions/${sid}`,
    );
    assert.equal(sent['CallSid'], harness.latest('inbound').sid);
    const row = harness.voice.transcriptions.get(sid);
    assert.deepEqual(
      [row?.status, row?.text, row?.durationMs, row?.recordingSid],
      ['completed', 'the weather is sunny', 3_000, sent['RecordingSid']],
    );
  });

  it('keeps its text where nobody asked to be told', async () => {
    const { leg } = await recording('<Record playBeep="false" action="/done" transcribe="true"/>');
    leg.recorders[0]!.end({ durationMs: 3_000 });
    await harness.settle();
    const listed = () => harness.voice.transcriptions.list(account.no, undefined, { limit: 9 }).rows;
    assert.equal(listed()[0]?.status, 'in-progress');
    harness.recogniser.last.request.hear({ kind: 'final', text: 'hello', confidence: 0.9 });
    await harness.settle();
    assert.deepEqual(
      listed().map(({ status, text }) => [status, text]),
      [['completed', 'hello']],
    );
  });

  it('says that what a restart cut short was not understood', async () => {
    const { leg } = await recording(
      '<Record playBeep="false" transcribe="true" transcribeCallback="/text"/>',
    );
    leg.recorders[0]!.end({ durationMs: 3_000 });
    await harness.settle();
    harness = new Harness(await harness.crash());
    await harness.settle();
    const [sent] = harness.sentTo('http://app.test/text');
    assert.equal(sent?.['TranscriptionStatus'], 'failed');
    assert.equal(sent['TranscriptionText'], '');
    assert.equal(harness.voice.transcriptions.get(sent['TranscriptionSid'] ?? '')?.status, 'failed');
  });

  it('keeps as much as a crash has left of it', async () => {
    await recording('<Record playBeep="false" recordingStatusCallback="/status"/>');
    const [row] = harness.voice.recordings.list(account.no, {}, { limit: 1 }).rows;
    const file = harness.voice.recordings.file(row?.sid ?? '');
    writeFileSync(file, Buffer.concat([wavHeader(1, unknownLength), Buffer.alloc(16_001)]));
    harness = new Harness(await harness.crash());
    await harness.voice.recordings.idle();
    await harness.settle();
    const mended = harness.voice.recordings.get(row?.sid ?? '');
    assert.deepEqual(
      [mended?.status, mended?.durationMs, mended?.bytes, mended?.errorCode],
      ['completed', 1_000, 16_044, 0],
    );
    assert.deepEqual(readFileSync(file).subarray(0, 44), wavHeader(1, 16_000));
    const [told] = harness.sentTo('http://app.test/status');
    assert.deepEqual([told?.['RecordingStatus'], told?.['RecordingDuration']], ['completed', '1']);
  });

  it('says that nothing is left of a recording of which a crash has left no file', async () => {
    await recording('<Record playBeep="false"/>');
    const [row] = harness.voice.recordings.list(account.no, {}, { limit: 1 }).rows;
    harness = new Harness(await harness.crash());
    await harness.voice.recordings.idle();
    const closed = harness.voice.recordings.get(row?.sid ?? '');
    assert.deepEqual([closed?.status, closed?.errorCode], ['absent', 12400]);
  });

  it('says that a recording is too long to be transcribed: 13617', async () => {
    const { leg } = await recording(
      '<Record playBeep="false" transcribe="true" transcribeCallback="/text"/>',
    );
    leg.recorders[0]!.end({ durationMs: 121_000 });
    await harness.settle();
    assert.deepEqual(
      harness.alerts.map(({ code }) => code),
      [13617],
    );
    assert.deepEqual(harness.sentTo('http://app.test/text'), []);
    assert.equal(harness.recogniser.last.cancelled, true);
  });
});

describe('Start and Stop Recording', () => {
  it('record beside the document', async () => {
    const harness = new Harness({
      app: () =>
        twiml(
          '<Start><Recording name="a" channels="mono" recordingStatusCallback="/status"/></Start>',
          '<Say>x</Say>',
          '<Stop><Recording name="a"/></Stop>',
          '<Stop><Recording name="b"/></Stop>',
          '<Echo/>',
        ),
    });
    await harness.ring();
    const leg = harness.media.legs[0]!;
    assert.equal(leg.recorders[0]!.options.channels, 'mono');
    assert.deepEqual(harness.sentTo('http://app.test/status'), []);
    leg.playing!.end();
    await harness.settle();
    const [sent] = harness.sentTo('http://app.test/status');
    assert.equal(sent?.['RecordingStatus'], 'completed');
    assert.equal(sent['RecordingSource'], 'StartCallRecordingTwiML');
    assert.deepEqual(
      harness.alerts.map(({ code }) => code),
      [14300],
    );
    assert.equal(leg.echoing, true);
    await harness.end();
  });
});
