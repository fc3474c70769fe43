import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import twilio from 'twilio';
import type { DialTarget } from '../../../edge/twiml/verbs/dial.ts';
import { codes, only, read } from './read.ts';

const { VoiceResponse } = twilio.twiml;
const callSid = `CA${'0'.repeat(32)}`;

function targetOf(inner: string): { target: DialTarget; codes: number[] } {
  const twiml = read(`<Response><Dial>${inner}</Dial></Response>`);
  const [dial] = twiml.verbs;
  assert.equal(dial?.kind, 'dial');
  return { target: dial.target, codes: codes(twiml) };
}

describe('Dial', () => {
  it('has a number and defaults', () => {
    const response = new VoiceResponse();
    response.dial('(415) 555-1212');
    assert.deepEqual(only(response.toString(), 'dial'), {
      kind: 'dial',
      target: {
        kind: 'endpoints',
        endpoints: [{ kind: 'number', number: '4155551212', method: 'POST', line: 1 }],
      },
      method: 'POST',
      timeoutMs: 30_000,
      timeLimitMs: 14_400_000,
      hangupOnStar: false,
      answerOnBridge: false,
      sequential: false,
      record: { kind: 'no' },
      referMethod: 'POST',
      line: 1,
    });
  });

  it('has everything that the SDK can write', () => {
    const response = new VoiceResponse();
    response.dial(
      {
        action: '/dialled',
        answerOnBridge: true,
        callerId: '+15551230000',
        events: 'call-progress-event',
        hangupOnStar: true,
        method: 'GET',
        passports: 'x',
        record: 'record-from-ringing-dual',
        recordingConfigurationId: 'x',
        recordingStatusCallback: '/recording',
        recordingStatusCallbackEvent: ['in-progress', 'absent'],
        recordingStatusCallbackMethod: 'GET',
        recordingTrack: 'inbound',
        referMethod: 'GET',
        referUrl: '/refer',
        ringTone: 'us-old',
        sequential: true,
        timeLimit: 600,
        timeout: 12,
        trim: 'trim-silence',
      },
      '+15551230001',
    );
    assert.deepEqual(only(response.toString(), 'dial'), {
      kind: 'dial',
      target: {
        kind: 'endpoints',
        endpoints: [{ kind: 'number', number: '+15551230001', method: 'POST', line: 1 }],
      },
      action: '/dialled',
      method: 'GET',
      timeoutMs: 12_000,
      timeLimitMs: 600_000,
      callerId: '+15551230000',
      hangupOnStar: true,
      answerOnBridge: true,
      sequential: true,
      ringTone: 'us-old',
      record: {
        kind: 'yes',
        from: 'ringing',
        channels: 'dual',
        track: 'inbound',
        trimSilence: true,
        recordingStatusCallback: { url: '/recording', method: 'GET', events: ['in-progress', 'absent'] },
      },
      referUrl: '/refer',
      referMethod: 'GET',
      line: 1,
    });
  });

  for (const [written, from, channels] of [
    ['true', 'answer', 'mono'],
    ['record-from-answer', 'answer', 'mono'],
    ['record-from-ringing', 'ringing', 'mono'],
    ['record-from-answer-dual', 'answer', 'dual'],
  ] as const) {
    it(`records when record is ${written}`, () => {
      const { record } = only(`<Dial record="${written}">+15551230000</Dial>`, 'dial');
      assert.deepEqual(record, { kind: 'yes', from, channels, track: 'both', trimSilence: false });
    });
  }

  for (const [attribute, code] of [
    ['method="PUT"', 13210],
    ['timeout="601"', 13212],
    ['hangupOnStar="*"', 13213],
    ['timeLimit="0"', 13216],
    ['record="always"', 13217],
    ['sequential="one"', 13218],
    ['answerOnBridge="1"', 13219],
    ['ringTone="loud"', 13220],
    [`callerId="${'1'.repeat(257)}"`, 13248],
  ] as const) {
    it(`warns of ${attribute.slice(0, 40)} by ${code} and goes by the default`, () => {
      const twiml = read(`<Response><Dial ${attribute}>+15551230000</Dial></Response>`);
      assert.deepEqual(codes(twiml), [code]);
      assert.deepEqual(twiml.verbs, read('<Response><Dial>+15551230000</Dial></Response>').verbs);
    });
  }

  for (const [name, inner, expected] of [
    ['nothing', '', [13223]],
    ['a name', 'Alice', [13223]],
    ['a Number that is none', '<Number>call me</Number>', [13223]],
    ['a Sip that is none', '<Sip>+15551230000</Sip>', [13243]],
    ['a Conference without a name', '<Conference/>', [13237]],
    ['a Queue without a name', '<Queue/>', [14212]],
    ['a Queue with a long name', `<Queue>${'q'.repeat(65)}</Queue>`, [14213]],
    ['a verb', '<Say>hello</Say>', [13215]],
  ] as const) {
    it(`has nobody to ring for ${name}: ${expected.join(', ')}`, () => {
      const found = targetOf(inner);
      assert.deepEqual(found, { target: { kind: 'endpoints', endpoints: [] }, codes: [...expected] });
    });
  }

  it('rings ten at most: 13250', () => {
    const found = targetOf('<Number>+15551230000</Number>'.repeat(12));
    assert.equal(found.target.kind === 'endpoints' && found.target.endpoints.length, 10);
    assert.deepEqual(found.codes, [13250, 13250]);
  });

  it('goes by the first noun where conferences and others are mixed: 13000', () => {
    const first = targetOf('<Conference>a</Conference><Number>+15551230000</Number>');
    assert.equal(first.target.kind, 'conference');
    assert.deepEqual(first.codes, [13000]);
    const second = targetOf('<Number>+15551230000</Number><Conference>a</Conference><Queue>q</Queue>');
    assert.equal(second.target.kind, 'endpoints');
    assert.deepEqual(second.codes, [13000, 13215]);
  });

  for (const [name, code] of [
    ['Application', 13215],
    ['Client', 13215],
    ['Sim', 13258],
    ['WhatsApp', 13215],
  ] as const) {
    it(`keeps ${name} as an endpoint that does not run here: ${code}`, () => {
      const found = targetOf(`<Number>+15551230000</Number><${name} url="/x"><Parameter/>a</${name}>`);
      assert.deepEqual(found.codes, []);
      assert.deepEqual(found.target.kind === 'endpoints' && found.target.endpoints[1], {
        kind: 'unsupported',
        name,
        code,
        line: 1,
      });
    });
  }
});

describe('Number', () => {
  it('has everything that the SDK can write', () => {
    const response = new VoiceResponse();
    response.dial().number(
      {
        amdStatusCallback: '/amd',
        amdStatusCallbackMethod: 'GET',
        byoc: 'BY0',
        machineDetection: 'DetectMessageEnd',
        machineDetectionSilenceTimeout: 2000,
        machineDetectionSpeechEndThreshold: 500,
        machineDetectionSpeechThreshold: 1000,
        machineDetectionTimeout: 3,
        method: 'GET',
        sendDigits: 'wwww1928#',
        statusCallback: '/status',
        statusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'],
        statusCallbackMethod: 'GET',
        url: '/whisper',
      },
      '+1 415-555-1212',
    );
    const { target } = only(response.toString(), 'dial');
    assert.deepEqual(target.kind === 'endpoints' && target.endpoints, [
      {
        kind: 'number',
        number: '+14155551212',
        sendDigits: 'wwww1928#',
        url: '/whisper',
        method: 'GET',
        byoc: 'BY0',
        statusCallback: {
          url: '/status',
          method: 'GET',
          events: ['initiated', 'ringing', 'answered', 'completed'],
        },
        machineDetection: {
          mode: 'DetectMessageEnd',
          timeoutMs: 3000,
          speechThresholdMs: 1000,
          speechEndThresholdMs: 500,
          silenceTimeoutMs: 2000,
          callback: { url: '/amd', method: 'GET' },
        },
        line: 1,
      },
    ]);
  });

  it('tells of the end of the call and nothing more by default', () => {
    const { target } = targetOf(
      '<Number statusCallback="/s" machineDetection="enable">+15551230000</Number>',
    );
    assert.equal(target.kind, 'endpoints');
    const [number] = target.endpoints;
    assert.equal(number?.kind, 'number');
    assert.deepEqual(number.statusCallback, { url: '/s', method: 'POST', events: ['completed'] });
    assert.deepEqual(number.machineDetection, {
      mode: 'Enable',
      timeoutMs: 30_000,
      speechThresholdMs: 2400,
      speechEndThresholdMs: 1200,
      silenceTimeoutMs: 5000,
    });
  });

  for (const [attribute, code] of [
    ['sendDigits="12,34"', 13222],
    ['method="PUT"', 13221],
    ['machineDetection="Guess"', 21234],
    ['machineDetectionTimeout="2"', 21234],
    ['statusCallbackMethod="PUT"', 21209],
  ] as const) {
    it(`warns of ${attribute} by ${code}`, () => {
      assert.deepEqual(targetOf(`<Number ${attribute}>+15551230000</Number>`).codes, [code]);
    });
  }
});

describe('Sip', () => {
  it('has everything that the SDK can write', () => {
    const response = new VoiceResponse();
    response.dial().sip(
      {
        amdStatusCallback: '/amd',
        amdStatusCallbackMethod: 'POST',
        machineDetection: 'Enable',
        method: 'GET',
        password: '1234',
        statusCallback: '/status',
        statusCallbackEvent: ['ringing'],
        statusCallbackMethod: 'POST',
        url: '/whisper',
        username: 'admin',
      },
      'sips:kate@example.com:5061;transport=tls?x-mycustomheader=foo%20bar&User-to-User=123',
    );
    const { target } = only(response.toString(), 'dial');
    assert.deepEqual(target.kind === 'endpoints' && target.endpoints, [
      {
        kind: 'sip',
        to: {
          uri: 'sips:kate@example.com:5061;transport=tls',
          headers: [
            ['x-mycustomheader', 'foo bar'],
            ['User-to-User', '123'],
          ],
        },
        credentials: { username: 'admin', password: '1234' },
        url: '/whisper',
        method: 'GET',
        statusCallback: { url: '/status', method: 'POST', events: ['ringing'] },
        machineDetection: {
          mode: 'Enable',
          timeoutMs: 30_000,
          speechThresholdMs: 2400,
          speechEndThresholdMs: 1200,
          silenceTimeoutMs: 5000,
          callback: { url: '/amd', method: 'POST' },
        },
        line: 1,
      },
    ]);
  });

  for (const uri of [
    'sip:example.com',
    'sip:a@[2001:db8::1]:5060;transport=tcp;lr',
    'sip:+15551230000@192.0.2.1',
    'sip:a%40b@example.com',
  ]) {
    it(`takes ${uri}`, () => {
      const { target, codes: found } = targetOf(`<Sip>${uri}</Sip>`);
      assert.deepEqual(found, []);
      const [sip] = target.kind === 'endpoints' ? target.endpoints : [];
      assert.deepEqual(sip?.kind === 'sip' && sip.to, { uri, headers: [] });
    });
  }

  for (const uri of ['tel:+15551230000', 'sip:', 'sip:a@', 'sip:a b@example.com', 'sip:a@exa\nmple.com']) {
    it(`refuses ${JSON.stringify(uri)}: 13243`, () => {
      assert.deepEqual(targetOf(`<Sip>${uri}</Sip>`).codes, [13243]);
    });
  }

  for (const [headers, code] of [
    ['Via=SIP/2.0', 13252],
    ['x-a=1%0d%0aContact:%20x', 13252],
    ['x-a=%', 13252],
    ['x-a:%20b=1', 13252],
    [`x-a=${'1'.repeat(1030)}`, 13253],
  ] as const) {
    it(`sends none of ?${headers.slice(0, 30)}: ${code}`, () => {
      const { target, codes: found } = targetOf(`<Sip>sip:a@example.com?${headers}</Sip>`);
      assert.deepEqual(found, [code]);
      const [sip] = target.kind === 'endpoints' ? target.endpoints : [];
      assert.deepEqual(sip?.kind === 'sip' && sip.to.headers, []);
    });
  }

  it('needs a username to a password: 13249', () => {
    assert.deepEqual(targetOf('<Sip password="x">sip:a@example.com</Sip>').codes, [13249]);
  });
});

describe('Conference', () => {
  it('has defaults', () => {
    assert.deepEqual(targetOf('<Conference> Room 1234 </Conference>'), {
      target: {
        kind: 'conference',
        name: 'Room 1234',
        muted: false,
        beep: 'true',
        startConferenceOnEnter: true,
        endConferenceOnExit: false,
        waitMethod: 'POST',
        maxParticipants: 250,
        record: false,
        trimSilence: true,
        jitterBufferSize: 'large',
        line: 1,
      },
      codes: [],
    });
  });

  it('has everything that the SDK can write', () => {
    const response = new VoiceResponse();
    response.dial().conference(
      {
        beep: 'onEnter',
        coach: callSid,
        endConferenceOnExit: true,
        eventCallbackUrl: '/event',
        jitterBufferSize: 'off',
        maxParticipants: 10,
        muted: true,
        participantLabel: 'supervisor',
        record: 'record-from-start',
        recordingConfigurationId: 'x',
        recordingStatusCallback: '/recording',
        recordingStatusCallbackEvent: ['in-progress'],
        recordingStatusCallbackMethod: 'GET',
        region: 'ie1',
        startConferenceOnEnter: false,
        statusCallback: '/conference',
        statusCallbackEvent: [
          'start',
          'end',
          'join',
          'leave',
          'mute',
          'hold',
          'modify',
          'speaker',
          'announcement',
        ],
        statusCallbackMethod: 'GET',
        trim: 'do-not-trim',
        waitMethod: 'GET',
        waitUrl: '',
      },
      'Room 1234',
    );
    assert.deepEqual(only(response.toString(), 'dial').target, {
      kind: 'conference',
      name: 'Room 1234',
      muted: true,
      beep: 'onEnter',
      startConferenceOnEnter: false,
      endConferenceOnExit: true,
      waitUrl: '',
      waitMethod: 'GET',
      maxParticipants: 10,
      record: true,
      trimSilence: false,
      recordingStatusCallback: { url: '/recording', method: 'GET', events: ['in-progress'] },
      statusCallback: {
        url: '/conference',
        method: 'GET',
        events: ['start', 'end', 'join', 'leave', 'mute', 'hold', 'modify', 'speaker', 'announcement'],
      },
      eventCallbackUrl: '/event',
      participantLabel: 'supervisor',
      coach: callSid,
      region: 'ie1',
      jitterBufferSize: 'off',
      line: 1,
    });
  });

  for (const [attribute, code] of [
    ['muted="no"', 13230],
    ['endConferenceOnExit="x"', 13231],
    ['startConferenceOnEnter="x"', 13232],
    ['waitUrl="ftp://x/"', 13233],
    ['waitMethod="PUT"', 13234],
    ['beep="twice"', 13235],
    ['trim="x"', 13239],
    ['coach="Anna"', 13240],
    ['participantLabel="a/b"', 16023],
    [`participantLabel="${callSid}"`, 16023],
    ['maxParticipants="251"', 16002],
  ] as const) {
    it(`warns of ${attribute} by ${code} and goes by the default`, () => {
      const found = targetOf(`<Conference ${attribute}>a</Conference>`);
      assert.deepEqual(found.codes, [code]);
      assert.deepEqual(found.target, targetOf('<Conference>a</Conference>').target);
    });
  }
});

describe('Queue', () => {
  it('has a name and what its caller hears', () => {
    const response = new VoiceResponse();
    response.dial().queue({ url: '/about-to-connect', method: 'GET' }, 'support');
    assert.deepEqual(only(response.toString(), 'dial').target, {
      kind: 'queue',
      name: 'support',
      url: '/about-to-connect',
      method: 'GET',
      line: 1,
    });
  });

  it("is not TaskRouter's: 14219", () => {
    const { target } = targetOf('<Queue reservationSid="WR1" postWorkActivitySid="WA1"/>');
    assert.deepEqual(target, {
      kind: 'endpoints',
      endpoints: [{ kind: 'unsupported', name: 'Queue', code: 14219, line: 1 }],
    });
  });
});
