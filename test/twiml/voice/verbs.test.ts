import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import twilio from 'twilio';
import { isSound, parseTwiml } from '../../../edge/twiml/twiml.ts';
import { codes, only, read } from './read.ts';

const { VoiceResponse } = twilio.twiml;

describe('verbs without much to say', () => {
  it('are read from the SDK', () => {
    const response = new VoiceResponse();
    response.echo();
    response.leave();
    response.reject({ reason: 'busy' });
    response.redirect({ method: 'GET' }, '/next');
    response.sms({ to: '+15551230000', from: '+15551230001', action: '/a', method: 'GET' }, 'hi');
    response.hangup();
    const twiml = read(response.toString());
    assert.deepEqual(twiml.warnings, []);
    assert.deepEqual(twiml.verbs, [
      { kind: 'echo', line: 1 },
      { kind: 'leave', line: 1 },
      { kind: 'reject', reason: 'busy', line: 1 },
      { kind: 'redirect', url: '/next', method: 'GET', line: 1 },
      {
        kind: 'message',
        to: '+15551230000',
        from: '+15551230001',
        action: '/a',
        method: 'GET',
        body: 'hi',
        media: [],
        line: 1,
      },
      { kind: 'hangup', line: 1 },
    ]);
  });

  it('take Message for Sms, and no attributes that they have not', () => {
    assert.equal(only('<Message>hi</Message>', 'message').body, 'hi');
    assert.deepEqual(codes(read('<Response><Hangup now="true"/></Response>')), [12200]);
    assert.deepEqual(codes(read('<Response><Reject reason="rude"/></Response>')), [13810]);
    assert.deepEqual(codes(read('<Response><Redirect method="HEAD">/x</Redirect></Response>')), [13710]);
  });

  it('may be as many messages as the document holds', () => {
    const twiml = read(`<Response>${'<Sms>x</Sms>'.repeat(14)}</Response>`);
    assert.equal(twiml.verbs.length, 14);
  });
});

describe('Refer', () => {
  it('has a SIP address', () => {
    const response = new VoiceResponse();
    response.refer({ action: '/referred', method: 'GET' }).sip('sip:alice@example.com?X-Reason=busy');
    assert.deepEqual(only(response.toString(), 'refer'), {
      kind: 'refer',
      action: '/referred',
      method: 'GET',
      to: { uri: 'sip:alice@example.com', headers: [['X-Reason', 'busy']] },
      line: 1,
    });
  });

  it('refers to nobody without one: 13243', () => {
    const twiml = read('<Response><Refer/></Response>');
    assert.deepEqual(codes(twiml), [13243]);
    assert.deepEqual(twiml.verbs, []);
  });
});

describe('Enqueue', () => {
  it('has a name and defaults', () => {
    assert.deepEqual(only('<Enqueue>support</Enqueue>', 'enqueue'), {
      kind: 'enqueue',
      name: 'support',
      method: 'POST',
      waitUrlMethod: 'POST',
      line: 1,
    });
  });

  it('has everything that the SDK can write', () => {
    const response = new VoiceResponse();
    response.enqueue(
      { action: '/left', maxQueueSize: 7, method: 'GET', waitUrl: '', waitUrlMethod: 'GET' },
      'support',
    );
    assert.deepEqual(only(response.toString(), 'enqueue'), {
      kind: 'enqueue',
      name: 'support',
      action: '/left',
      maxQueueSize: 7,
      method: 'GET',
      waitUrl: '',
      waitUrlMethod: 'GET',
      line: 1,
    });
  });

  it('queues nobody without a name, or with a long one', () => {
    for (const [name, code] of [
      [' ', 14204],
      ['q'.repeat(65), 14205],
    ] as const) {
      const twiml = read(`<Response><Enqueue>${name}</Enqueue></Response>`);
      assert.deepEqual(codes(twiml), [code]);
      assert.deepEqual(twiml.verbs, []);
    }
  });

  it("is not TaskRouter's: 14226", () => {
    const response = new VoiceResponse();
    response.enqueue({ workflowSid: 'WW1' }).task({ priority: 1, timeout: 2 }, '{"a":1}');
    assert.deepEqual(only(response.toString(), 'unsupported'), {
      kind: 'unsupported',
      name: 'Enqueue',
      code: 14226,
      line: 1,
    });
  });
});

describe('Start and Stop', () => {
  it('have streams and recordings', () => {
    const response = new VoiceResponse();
    const start = response.start({ action: '/x', method: 'POST' });
    const stream = start.stream({
      audioFormat: 'audio/x-mulaw',
      name: 'ears',
      sampleRate: '8000',
      statusCallback: '/stream',
      statusCallbackMethod: 'GET',
      track: 'both_tracks',
      url: 'wss://app.example/audio',
    });
    stream.parameter({ name: 'FirstName', value: ' Jane ' });
    start.recording({
      channels: 'mono',
      recordingConfigurationId: 'x',
      recordingStatusCallback: '/recording',
      recordingStatusCallbackEvent: ['in-progress', 'completed'],
      recordingStatusCallbackMethod: 'GET',
      track: 'inbound',
      trim: 'do-not-trim',
    });
    response.stop().stream({ name: 'ears' });
    const twiml = read(response.toString());
    assert.deepEqual(twiml.warnings, []);
    assert.deepEqual(twiml.verbs, [
      {
        kind: 'start',
        nouns: [
          {
            kind: 'stream',
            url: 'wss://app.example/audio',
            name: 'ears',
            track: 'both_tracks',
            statusCallback: { url: '/stream', method: 'GET' },
            parameters: [['FirstName', ' Jane ']],
            line: 1,
          },
          {
            kind: 'recording',
            channels: 'mono',
            track: 'inbound',
            trimSilence: false,
            recordingStatusCallback: {
              url: '/recording',
              method: 'GET',
              events: ['in-progress', 'completed'],
            },
            line: 1,
          },
        ],
        line: 1,
      },
      { kind: 'stop', nouns: [{ kind: 'stream', name: 'ears', line: 1 }], line: 1 },
    ]);
  });

  it('have defaults', () => {
    const { nouns } = only('<Start><Recording/><Stream url="wss://a.example"/></Start>', 'start');
    assert.deepEqual(nouns, [
      { kind: 'recording', channels: 'dual', track: 'both', trimSilence: true, line: 1 },
      { kind: 'stream', url: 'wss://a.example', track: 'inbound_track', parameters: [], line: 1 },
    ]);
    assert.deepEqual(only('<Stop><Recording name="a"/></Stop>', 'stop').nouns, [
      { kind: 'recording', name: 'a', line: 1 },
    ]);
  });

  for (const [inner, expected] of [
    ['<Start/>', [14300]],
    ['<Start><Say>x</Say></Start>', [14300, 14300]],
    ['<Start><Stream/></Start>', [31923, 14300]],
    ['<Start><Stream url="/relative"/></Start>', [31923, 14300]],
    ['<Start><Stream url="https://app.example"/></Start>', [31922, 14300]],
    ['<Stop/>', [14300]],
    ['<Stop><Stream/></Stop>', [14300, 14300]],
  ] as const) {
    it(`leave ${inner}: ${expected.join(', ')}`, () => {
      const twiml = read(`<Response>${inner}</Response>`);
      assert.deepEqual(codes(twiml), [...expected]);
      assert.deepEqual(twiml.verbs, []);
    });
  }

  it('bound the parameters of a stream', () => {
    const twiml = read(
      `<Response><Start><Stream url="wss://a.example"><Parameter value="x"/><Parameter name="a" value="${'v'.repeat(500)}"/></Stream></Start></Response>`,
    );
    assert.deepEqual(codes(twiml), [12200, 12200]);
  });

  it("say what is Twilio's alone", () => {
    const response = new VoiceResponse();
    const start = response.start();
    start.siprec({ name: 'a', connectorName: 'b', track: 'both_tracks' });
    start.transcription({ name: 'a', languageCode: 'en-US' });
    start.stream({ name: 'a', connectorName: 'b' });
    const { nouns } = only(response.toString(), 'start');
    assert.deepEqual(
      nouns.map((noun) => noun.kind === 'unsupported' && [noun.name, noun.code]),
      [
        ['Siprec', 14300],
        ['Transcription', 14300],
        ['Stream', 31940],
      ],
    );
  });
});

describe('Connect', () => {
  it('has a stream', () => {
    const response = new VoiceResponse();
    const connect = response.connect({ action: '/done', method: 'GET' });
    connect.stream({ url: 'wss://app.example/audio' }).parameter({ name: 'a', value: 'b' });
    assert.deepEqual(only(response.toString(), 'connect'), {
      kind: 'connect',
      action: '/done',
      method: 'GET',
      noun: {
        kind: 'stream',
        url: 'wss://app.example/audio',
        track: 'inbound_track',
        parameters: [['a', 'b']],
        line: 1,
      },
      line: 1,
    });
  });

  it('has the inbound track alone: 31941', () => {
    const twiml = read(
      '<Response><Connect><Stream url="wss://a.example" track="both_tracks"/></Connect></Response>',
    );
    assert.deepEqual(codes(twiml), [31941]);
    const [connect] = twiml.verbs;
    assert.equal(
      connect?.kind === 'connect' && connect.noun.kind === 'stream' && connect.noun.track,
      'inbound_track',
    );
  });

  it('connects to one thing', () => {
    const twiml = read(
      '<Response><Connect/><Connect><Stream url="wss://a.example"/><Room>r</Room></Connect></Response>',
    );
    assert.deepEqual(codes(twiml), [12200, 12200]);
    assert.equal(twiml.verbs.length, 1);
  });

  for (const [name, code] of [
    ['AiSession', 13750],
    ['Conversation', 32500],
    ['ConversationRelay', 13750],
    ['Room', 53104],
    ['VirtualAgent', 32600],
  ] as const) {
    it(`keeps ${name} as what does not run here: ${code}`, () => {
      const { noun } = only(`<Connect><${name} url="wss://x"><Language/></${name}></Connect>`, 'connect');
      assert.deepEqual(noun, { kind: 'unsupported', name, code, line: 1 });
    });
  }
});

describe('verbs that do not run here', () => {
  for (const [inner, name, code] of [
    ['<Pay chargeAmount="20"><Prompt for="security-code"><Say>x</Say></Prompt></Pay>', 'Pay', 64002],
    ['<Prompt for="postal-code"/>', 'Prompt', 13750],
    ['<Queue>a</Queue>', 'Queue', 13750],
  ] as const) {
    it(`are kept with their number: ${name} ${code}`, () => {
      assert.deepEqual(only(inner, 'unsupported'), { kind: 'unsupported', name, code, line: 1 });
    });
  }
});

describe('answers to a call that are no TwiML', () => {
  it('are said when they are plain text', () => {
    const result = parseTwiml('Sunny & <warm>', 'text/plain', 'voice');
    assert.deepEqual(result, {
      ok: true,
      value: {
        verbs: [{ kind: 'say', voice: 'man', loop: 1, ssml: 'Sunny &amp; &lt;warm&gt;', line: 1 }],
        warnings: [],
      },
    });
  });

  it('are said without what speech markup may not hold', () => {
    const result = parseTwiml('a\0b\ud800c', 'text/plain', 'voice');
    const [say] = result.ok ? result.value.verbs : [];
    assert.equal(say?.kind === 'say' && say.ssml, 'abc');
  });

  it('are played when they are sound, whatever their size', () => {
    const result = parseTwiml(Buffer.alloc(100_000, 0xff), 'audio/mpeg', 'voice');
    assert.deepEqual(result, {
      ok: true,
      value: { verbs: [{ kind: 'play', sound: { kind: 'url', url: '' }, loop: 1, line: 1 }], warnings: [] },
    });
    assert.equal(isSound('Audio/X-WAV; rate=8000'), true);
    assert.equal(isSound('text/xml'), false);
    assert.equal(isSound(undefined), false);
  });
});
