import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import twilio from 'twilio';
import { codes, only, read } from './read.ts';

const { VoiceResponse } = twilio.twiml;

describe('Gather', () => {
  it('has defaults', () => {
    const response = new VoiceResponse();
    response.gather();
    assert.deepEqual(only(response.toString(), 'gather'), {
      kind: 'gather',
      method: 'POST',
      input: ['dtmf'],
      timeoutMs: 5000,
      finishOnKey: '#',
      speechTimeoutMs: 5000,
      maxSpeechMs: 60_000,
      language: 'en-US',
      hints: [],
      profanityFilter: true,
      speechModel: 'default',
      enhanced: false,
      bargeIn: true,
      actionOnEmptyResult: false,
      partialResultCallbackMethod: 'POST',
      prompts: [],
      line: 1,
    });
  });

  it('has everything that the SDK can write', () => {
    const response = new VoiceResponse();
    const gather = response.gather({
      action: '/gathered',
      actionOnEmptyResult: true,
      bargeIn: false,
      debug: true,
      enhanced: true,
      finishOnKey: '*',
      hints: 'this is a phrase, $OOV_CLASS_ALPHANUMERIC_SEQUENCE,,word',
      input: ['dtmf', 'speech'],
      language: 'yue-Hant-HK',
      maxSpeechTime: 30,
      method: 'GET',
      numDigits: 4,
      partialResultCallback: '/partial',
      partialResultCallbackMethod: 'GET',
      profanityFilter: false,
      speechModel: 'phone_call',
      speechTimeout: '3',
      timeout: 7,
    });
    gather.say({ loop: 2 }, 'press four');
    gather.pause({ length: 1 });
    gather.play('/beep.wav');
    assert.deepEqual(only(response.toString(), 'gather'), {
      kind: 'gather',
      method: 'GET',
      action: '/gathered',
      input: ['dtmf', 'speech'],
      timeoutMs: 7000,
      finishOnKey: '*',
      numDigits: 4,
      speechTimeoutMs: 3000,
      maxSpeechMs: 30_000,
      language: 'yue-Hant-HK',
      hints: ['this is a phrase', '$OOV_CLASS_ALPHANUMERIC_SEQUENCE', 'word'],
      profanityFilter: false,
      speechModel: 'phone_call',
      enhanced: true,
      bargeIn: false,
      actionOnEmptyResult: true,
      partialResultCallback: '/partial',
      partialResultCallbackMethod: 'GET',
      prompts: [
        { kind: 'say', voice: 'man', loop: 2, ssml: 'press four', line: 1 },
        { kind: 'pause', lengthMs: 1000, line: 1 },
        { kind: 'play', sound: { kind: 'url', url: '/beep.wav' }, loop: 1, line: 1 },
      ],
      line: 1,
    });
  });

  it('takes an empty finishOnKey as none, and auto as a speech time-out', () => {
    const gather = only('<Gather finishOnKey="" speechTimeout="auto" input="speech,dtmf"/>', 'gather');
    assert.equal(gather.finishOnKey, '');
    assert.equal(gather.speechTimeoutMs, 'auto');
    assert.deepEqual(gather.input, ['dtmf', 'speech']);
  });

  for (const [attribute, code] of [
    ['method="PUT"', 13312],
    ['timeout="0"', 13313],
    ['timeout="1.5"', 13313],
    ['finishOnKey="##"', 13310],
    ['finishOnKey="A"', 13310],
    ['numDigits="0"', 13314],
    ['input="voice"', 13326],
    ['input="dtmf voice"', 13326],
    ['speechTimeout="soon"', 13327],
    ['maxSpeechTime="61"', 13328],
    ['partialResultCallbackMethod="DELETE"', 13329],
    ['language="english please"', 13331],
    ['bargeIn="yes"', 13332],
    ['profanityFilter="1"', 13333],
    ['speechModel="no spaces"', 13334],
    ['actionOnEmptyResult="maybe"', 13338],
    [`hints="${'x'.repeat(101)}"`, 13330],
    ['action="ftp://x/"', 11100],
  ] as const) {
    it(`warns of ${attribute.slice(0, 40)} by ${code} and goes by the default`, () => {
      const twiml = read(`<Response><Gather ${attribute}/></Response>`);
      assert.deepEqual(codes(twiml), [code]);
      assert.deepEqual(twiml.verbs, read('<Response><Gather/></Response>').verbs);
    });
  }

  it('holds no other verb: 13320', () => {
    const twiml = read('<Response><Gather><Say>a</Say><Record/></Gather></Response>');
    assert.deepEqual(codes(twiml), [13320]);
    const [gather] = twiml.verbs;
    assert.equal(gather?.kind === 'gather' && gather.prompts.length, 1);
  });
});

describe('Record', () => {
  it('has defaults', () => {
    const response = new VoiceResponse();
    response.record();
    assert.deepEqual(only(response.toString(), 'record'), {
      kind: 'record',
      method: 'POST',
      timeoutMs: 5000,
      finishOnKey: '1234567890*#',
      maxLengthMs: 3_600_000,
      playBeep: true,
      trimSilence: true,
      transcribe: false,
      line: 1,
    });
  });

  it('lasts two minutes where it is to be transcribed, which a URL alone does not ask for', () => {
    const [asked, told] = [new VoiceResponse(), new VoiceResponse()];
    asked.record({ transcribe: true });
    told.record({ transcribeCallback: '/transcribed' });
    const { transcribe, maxLengthMs } = only(asked.toString(), 'record');
    assert.deepEqual([transcribe, maxLengthMs], [true, 120_000]);
    assert.equal(only(told.toString(), 'record').transcribe, false);
  });

  it('has everything that the SDK can write', () => {
    const response = new VoiceResponse();
    response.record({
      action: '/recorded',
      finishOnKey: '1#',
      maxLength: 20,
      method: 'GET',
      playBeep: false,
      recordingConfigurationId: 'x',
      recordingStatusCallback: '/status',
      recordingStatusCallbackEvent: ['in-progress', 'completed', 'absent'],
      recordingStatusCallbackMethod: 'GET',
      timeout: 0,
      transcribe: true,
      transcribeCallback: '/transcribed',
      trim: 'do-not-trim',
    });
    assert.deepEqual(only(response.toString(), 'record'), {
      kind: 'record',
      action: '/recorded',
      method: 'GET',
      timeoutMs: 0,
      finishOnKey: '1#',
      maxLengthMs: 20_000,
      playBeep: false,
      trimSilence: false,
      recordingStatusCallback: {
        url: '/status',
        method: 'GET',
        events: ['in-progress', 'completed', 'absent'],
      },
      transcribe: true,
      transcribeCallback: '/transcribed',
      line: 1,
    });
  });

  for (const [attribute, code] of [
    ['method="PUT"', 13610],
    ['timeout="-1"', 13611],
    ['maxLength="0"', 13612],
    ['finishOnKey="abc"', 13613],
    ['transcribe="please"', 13614],
    ['playBeep="loud"', 13616],
    ['trim="a bit"', 13699],
    ['recordingStatusCallback="mailto:a@b.example"', 13256],
    ['recordingStatusCallbackEvent="done"', 13621],
    ['transcribeCallback="data:,x"', 13257],
  ] as const) {
    it(`warns of ${attribute} by ${code} and goes by the default`, () => {
      const twiml = read(`<Response><Record ${attribute}/></Response>`);
      assert.deepEqual(codes(twiml), [code]);
      assert.deepEqual(twiml.verbs, read('<Response><Record/></Response>').verbs);
    });
  }
});
