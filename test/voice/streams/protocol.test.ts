import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readRequest, StreamWriter } from '../../../edge/voice/streams/protocol.ts';

const facts = {
  streamSid: 'MZ0',
  accountSid: 'AC0',
  callSid: 'CA0',
  tracks: ['inbound', 'outbound'],
  parameters: [['FirstName', 'Jane']],
} as const;

const codeOf = (text: string): number | undefined => {
  const read = readRequest(text, 'MZ0');
  return read.ok ? undefined : read.error.code;
};

describe('messages to an application', () => {
  it('are as Twilio writes them', () => {
    const writer = new StreamWriter(facts);
    const read = (text: string): unknown => JSON.parse(text);
    assert.deepEqual(read(writer.connected()), { event: 'connected', protocol: 'Call', version: '1.0.0' });
    assert.deepEqual(read(writer.start()), {
      event: 'start',
      sequenceNumber: '1',
      start: {
        accountSid: 'AC0',
        streamSid: 'MZ0',
        callSid: 'CA0',
        tracks: ['inbound', 'outbound'],
        mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
        customParameters: { FirstName: 'Jane' },
      },
      streamSid: 'MZ0',
    });
    assert.deepEqual(read(writer.media('inbound', 20, Buffer.from([1, 2, 3]))), {
      event: 'media',
      sequenceNumber: '2',
      media: { track: 'inbound', chunk: '1', timestamp: '20', payload: 'AQID' },
      streamSid: 'MZ0',
    });
    assert.deepEqual(read(writer.media('outbound', 20, Buffer.from([4]))), {
      event: 'media',
      sequenceNumber: '3',
      media: { track: 'outbound', chunk: '1', timestamp: '20', payload: 'BA==' },
      streamSid: 'MZ0',
    });
    assert.deepEqual(read(writer.dtmf('1')), {
      event: 'dtmf',
      sequenceNumber: '4',
      dtmf: { track: 'inbound_track', digit: '1' },
      streamSid: 'MZ0',
    });
    assert.deepEqual(read(writer.mark('a')), {
      event: 'mark',
      sequenceNumber: '5',
      mark: { name: 'a' },
      streamSid: 'MZ0',
    });
    assert.deepEqual(read(writer.stop()), {
      event: 'stop',
      sequenceNumber: '6',
      stop: { accountSid: 'AC0', callSid: 'CA0' },
      streamSid: 'MZ0',
    });
  });

  it('hold the sound of a view into a larger buffer, and nothing else of it', () => {
    const whole = new Uint8Array([9, 1, 2, 3, 9]);
    const message = new StreamWriter(facts).media('inbound', 0, whole.subarray(1, 4));
    assert.match(message, /"payload":"AQID"/);
  });
});

describe('messages of an application', () => {
  it('are sound, marks and clear', () => {
    assert.deepEqual(readRequest('{"event":"media","streamSid":"MZ0","media":{"payload":"AQID"}}', 'MZ0'), {
      ok: true,
      value: { kind: 'media', payload: Buffer.from([1, 2, 3]) },
    });
    assert.deepEqual(readRequest('{"event":"mark","streamSid":"MZ0","mark":{"name":"a"}}', 'MZ0'), {
      ok: true,
      value: { kind: 'mark', name: 'a' },
    });
    assert.deepEqual(readRequest('{"event":"clear","streamSid":"MZ0"}', 'MZ0'), {
      ok: true,
      value: { kind: 'clear' },
    });
  });

  for (const [text, code] of [
    ['', 31950],
    ['hello', 31950],
    ['[]', 31950],
    ['null', 31950],
    ['{"event":"clear"}', 31951],
    ['{"event":"clear","streamSid":"MZ1"}', 31951],
    ['{"event":"media","streamSid":"MZ0"}', 31951],
    ['{"event":"media","streamSid":"MZ0","media":{"payload":""}}', 31951],
    ['{"event":"media","streamSid":"MZ0","media":{"payload":"not base64!"}}', 31951],
    ['{"event":"media","streamSid":"MZ0","media":{"payload":"A"}}', 31951],
    ['{"event":"mark","streamSid":"MZ0","mark":{}}', 31951],
    ['{"event":"dance","streamSid":"MZ0"}', 31951],
  ] as const) {
    it(`are not ${text}: ${code}`, () => {
      assert.equal(codeOf(text), code);
    });
  }

  it('are read or refused, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.jsonValue().map((v) => JSON.stringify(v)),
        ),
        (text) => {
          assert.ok([31950, 31951].includes(codeOf(text) ?? 31950));
        },
      ),
    );
  });
});
