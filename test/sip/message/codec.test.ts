import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { SipFaultCode } from '../../../edge/sip/message/fault.ts';
import { Headers } from '../../../edge/sip/message/headers.ts';
import { noBody } from '../../../edge/sip/message/message.ts';
import type { SipMessage, SipRequest } from '../../../edge/sip/message/message.ts';
import { parseMessage } from '../../../edge/sip/message/parse.ts';
import { responseTo, responseToFault } from '../../../edge/sip/message/respond.ts';
import { validate } from '../../../edge/sip/message/validate.ts';
import { writeMessage } from '../../../edge/sip/message/write.ts';
import { message } from './arbitrary.ts';

const parse = (text: string): SipMessage => {
  const parsed = parseMessage(Buffer.from(text, 'utf8'));
  assert.ok(parsed.ok);
  return parsed.value;
};

const faultOf = (text: string | Buffer): SipFaultCode | undefined => {
  const parsed = parseMessage(Buffer.from(text));
  return parsed.ok ? undefined : parsed.error.code;
};

const options = [
  'OPTIONS sip:a@example.com SIP/2.0',
  'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1',
  'From: <sip:b@example.com>;tag=1',
  'To: <sip:a@example.com>',
  'Call-ID: 1',
  'CSeq: 1 OPTIONS',
];
const text = (lines: readonly string[], body = ''): string => `${lines.join('\r\n')}\r\n\r\n${body}`;

describe('messages', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(message, (written) => {
        const read = parseMessage(writeMessage(written));
        assert.ok(read.ok);
        assert.deepEqual(read.value, written);
      }),
    );
  });

  it('are written as they were read', () => {
    fc.assert(
      fc.property(message, (any) => {
        const bytes = writeMessage(any);
        const read = parseMessage(bytes);
        assert.ok(read.ok);
        assert.deepEqual(writeMessage(read.value), bytes);
      }),
    );
  });

  it('may follow line ends, and end at Content-Length', () => {
    const read = parse(`\r\n\r\n${text([...options, 'Content-Length: 3'], 'abcdef')}`);
    assert.equal(read.body.toString(), 'abc');
    assert.equal(parse(text(options, 'abc')).body.toString(), 'abc');
    assert.equal(parse(text([...options, 'l: 2', 'Content-Length: 02'], 'abc')).body.toString(), 'ab');
  });

  it('lie anywhere in a buffer', () => {
    const bytes = Buffer.from(`xx${text(options)}yy`);
    const read = parseMessage(bytes, 2, bytes.length - 2);
    assert.ok(read.ok);
    assert.equal(read.value.body.length, 0);
  });

  it('in Latin-1 are read, and written as UTF-8', () => {
    const read = parseMessage(Buffer.from(text([...options, 'Subject: caf\xe9']), 'latin1'));
    assert.ok(read.ok);
    assert.equal(read.value.headers.get('subject'), 'café');
    assert.ok(writeMessage(read.value).includes(Buffer.from('café', 'utf8')));
  });

  it('that are malformed are refused with a number', () => {
    const cases: readonly (readonly [string, SipFaultCode])[] = [
      ['', 'notSip'],
      ['\r\n\r\n', 'notSip'],
      ['GET / HTTP/1.1\r\n\r\n', 'notSip'],
      ['BAD@METHOD sip:a@b SIP/2.0\r\n\r\n', 'notSip'],
      ['SIP/2.0 99 Early\r\n\r\n', 'startLine'],
      ['SIP/2.0 700 Late\r\n\r\n', 'startLine'],
      ['SIP/2.0 20 Short\r\n\r\n', 'startLine'],
      ['SIP/3.0 200 OK\r\n\r\n', 'version'],
      ['OPTIONS sip:a@b SIP/2.0\r\nVia: x', 'truncated'],
      [text([...options, 'no colon']), 'header'],
      [text([...options, ': no name']), 'header'],
      [text([...options, 'bad name: x']), 'header'],
      [text([...options, 'Subject: a\nEvil: b']), 'header'],
      [text([...options, 'Subject: a\rEvil: b']), 'header'],
      [text([...options, 'Content-Length: 1', 'l: 2'], 'abc'), 'contentLength'],
      [text([...options, 'Content-Length: 0x2'], 'abc'), 'contentLength'],
      [text([...options, 'Content-Length: 65537']), 'tooLarge'],
      [text([...options, `Subject: ${'x'.repeat(17_000)}`]), 'tooLarge'],
      [text([...options, ...Array.from({ length: 260 }, () => 'a: b')]), 'tooLarge'],
      [text(options, 'x'.repeat(66_000)), 'tooLarge'],
    ];
    for (const [bytes, code] of cases) assert.equal(faultOf(bytes), code, bytes.slice(0, 60));
  });

  it('lead to the answer that a request gets, where it gets one', () => {
    const answer = (lines: readonly string[]): number | undefined => {
      const parsed = parseMessage(Buffer.from(text(lines)));
      const fault = parsed.ok ? validate(parsed.value) : parsed.error;
      return fault === undefined ? undefined : responseToFault(fault, 'tag1')?.status;
    };
    assert.equal(answer([...options, 'no colon']), 400);
    assert.equal(answer(['SIP/2.0 200 OK', ...options.slice(1), 'no colon']), undefined);
    assert.equal(answer(['ACK sip:a@example.com SIP/2.0', ...options.slice(1)]), undefined);
    assert.equal(answer([options[0]!, ...options.slice(2)]), undefined);
    assert.equal(answer([...options, 'Max-Forwards: 256']), 400);
    assert.equal(answer([...options, 'Subject: a', 's: b']), 400);
    assert.equal(answer(options.with(0, 'OPTIONS sip: SIP/2.0')), 400);
    assert.equal(answer(options.with(0, 'OPTIONS tel:+15551234567 SIP/2.0')), undefined);
    assert.equal(answer(options.with(1, 'Via: SIP/2.0/UDP')), 400);
    assert.equal(answer(options.with(4, 'Call-ID: a b')), 400);
    assert.equal(answer(options.with(5, 'CSeq: 2147483648 OPTIONS')), 400);
    assert.equal(answer(options), undefined);
  });
});

describe('responseTo', () => {
  const request = parse(
    text([...options, 'Timestamp: 54', 'Subject: x', 'Via: SIP/2.0/UDP 192.0.2.2']),
  ) as SipRequest;

  it('copies what names the transaction, and adds a tag', () => {
    const response = responseTo(request, 404, undefined, 'abc');
    assert.equal(response.reason, 'Not Found');
    assert.deepEqual(
      Array.from(response.headers, ({ name, value }) => [name, value]),
      [
        ['Via', 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1'],
        ['Via', 'SIP/2.0/UDP 192.0.2.2'],
        ['From', '<sip:b@example.com>;tag=1'],
        ['To', '<sip:a@example.com>;tag=abc'],
        ['Call-ID', '1'],
        ['CSeq', '1 OPTIONS'],
      ],
    );
  });

  it('keeps a tag that is there, and tells 100 the timestamp', () => {
    const headers = request.headers.clone();
    headers.set('To', '<sip:a@example.com>;tag=there');
    const response = responseTo({ ...request, headers }, 100, undefined, 'abc');
    assert.equal(response.headers.get('to'), '<sip:a@example.com>;tag=there');
    assert.equal(response.headers.get('timestamp'), '54');
  });
});

describe('Headers', () => {
  const sample = (): Headers =>
    Headers.of([
      ['v', 'SIP/2.0/UDP a, SIP/2.0/UDP b'],
      ['X-Other', '1'],
      ['VIA', 'SIP/2.0/UDP c'],
      ['x-other', '2'],
    ]);
  const shown = (headers: Headers): string[] => Array.from(headers, ({ name, value }) => `${name}: ${value}`);

  it('are found by any spelling', () => {
    const headers = sample();
    assert.equal(headers.get('Via'), 'SIP/2.0/UDP a, SIP/2.0/UDP b');
    assert.deepEqual(headers.all('X-OTHER'), ['1', '2']);
    assert.deepEqual(headers.list('via'), ['SIP/2.0/UDP a', 'SIP/2.0/UDP b', 'SIP/2.0/UDP c']);
    assert.equal(headers.has('From'), false);
    assert.equal(headers.get('From'), undefined);
  });

  it('keep their order when they are changed', () => {
    const headers = sample();
    headers.set('x-other', '3');
    headers.prepend('Via', 'SIP/2.0/UDP z');
    headers.prepend('Route', '<sip:r>');
    headers.append('Subject', 'last');
    assert.deepEqual(shown(headers), [
      'Route: <sip:r>',
      'Via: SIP/2.0/UDP z',
      'v: SIP/2.0/UDP a, SIP/2.0/UDP b',
      'X-Other: 3',
      'VIA: SIP/2.0/UDP c',
      'Subject: last',
    ]);
    headers.remove('via');
    assert.deepEqual(shown(headers), ['Route: <sip:r>', 'X-Other: 3', 'Subject: last']);
  });

  it('replace or drop the first element of a list', () => {
    const headers = sample();
    headers.replaceFirst('via', 'SIP/2.0/UDP a;received=192.0.2.9');
    assert.equal(headers.list('via')?.[0], 'SIP/2.0/UDP a;received=192.0.2.9');
    headers.replaceFirst('via');
    assert.deepEqual(headers.list('via'), ['SIP/2.0/UDP b', 'SIP/2.0/UDP c']);
    headers.replaceFirst('via');
    headers.replaceFirst('via');
    assert.equal(headers.has('via'), false);
    headers.replaceFirst('via');
    assert.deepEqual(shown(headers), ['X-Other: 1', 'x-other: 2']);
  });

  it('let no value begin another field', () => {
    const headers = Headers.of([['Subject', 'a\r\nEvil: 1']]);
    headers.set('X-A', 'b\nEvil: 2');
    headers.prepend('X-B', 'c\r\n\r\nbody');
    const bytes = writeMessage({ kind: 'request', method: 'OPTIONS', uri: 'sip:a', headers, body: noBody });
    const again = parse(bytes.toString());
    assert.equal(again.headers.has('evil'), false);
    assert.equal(again.headers.get('subject'), 'a Evil: 1');
    assert.equal(again.headers.get('x-b'), 'c body');
  });

  it('are copied without ties', () => {
    const one = sample();
    const other = one.clone();
    other.remove('via');
    assert.equal(one.count('via'), 2);
  });
});
