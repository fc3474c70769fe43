import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { SipFramer } from '../../../edge/sip/message/framer.ts';
import type { Framed } from '../../../edge/sip/message/framer.ts';
import { writeMessage } from '../../../edge/sip/message/write.ts';
import { cut, message, pieces } from './arbitrary.ts';

const feed = (framer: SipFramer, chunks: readonly Buffer[]): Framed[] =>
  chunks.flatMap((chunk) => [...framer.push(chunk)]);

const head = (...fields: string[]): string =>
  ['OPTIONS sip:a@example.com SIP/2.0', 'Via: SIP/2.0/TCP a', ...fields, '', ''].join('\r\n');

const kinds = (framed: readonly Framed[]): string[] =>
  framed.map((found) => (found.kind === 'fault' ? found.fault.code : found.kind));

describe('SipFramer', () => {
  it('gives the same messages however the stream is cut', () => {
    const gap = fc.constantFrom('', '\r\n', '\r\n\r\n');
    fc.assert(
      fc.property(fc.array(fc.tuple(message, gap), { maxLength: 5 }), pieces, (messages, sizes) => {
        const stream = Buffer.concat(
          messages.flatMap(([one, between]) => [writeMessage(one), Buffer.from(between)]),
        );
        const framer = new SipFramer();
        const got = feed(framer, cut(stream, sizes));
        const wanted = messages.flatMap(([one, between]): Framed[] => {
          const found: Framed = { kind: 'message', message: one, octets: writeMessage(one) };
          return between.length === 4 ? [found, { kind: 'ping' }] : [found];
        });
        assert.deepEqual(got, wanted);
        assert.equal(framer.buffered, 0);
        assert.equal(framer.broken, false);
      }),
    );
  });

  it('keeps bodies apart that were put together from pieces', () => {
    const framer = new SipFramer();
    const bodies = ['abc', 'xyz'].map((body) => {
      const [found] = feed(framer, cut(Buffer.from(`${head('Content-Length: 3')}${body}`), [7]));
      assert.ok(found?.kind === 'message');
      return found.message.body;
    });
    assert.deepEqual(bodies.map(String), ['abc', 'xyz']);
  });

  it('goes on after a message that is wrong and whose length is known', () => {
    const framer = new SipFramer();
    const bytes = Buffer.from(`${head('no colon', 'Content-Length: 3')}abc${head('Content-Length: 0')}`);
    assert.deepEqual(kinds(framer.push(bytes)), ['header', 'message']);
    assert.equal(framer.broken, false);
  });

  it('stops at a length that cannot be relied on', () => {
    for (const [fields, code] of [
      [[], 'contentLength'],
      [['Content-Length: -1'], 'contentLength'],
      [['Content-Length: 1', 'l: 2'], 'contentLength'],
      [['Content-Length: 65537'], 'tooLarge'],
    ] as const) {
      const framer = new SipFramer();
      const [found] = framer.push(Buffer.from(head(...fields)));
      assert.ok(found?.kind === 'fault');
      assert.equal(found.fault.code, code);
      assert.ok(found.fault.request !== undefined);
      assert.ok(framer.broken);
      assert.deepEqual(framer.push(Buffer.from(head('Content-Length: 0'))), []);
    }
  });

  it('stops at what is not SIP', () => {
    const framer = new SipFramer();
    assert.deepEqual(kinds(framer.push(Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n'))), ['notSip']);
    assert.ok(framer.broken);
  });

  it('holds no more than a head before it refuses', () => {
    const framer = new SipFramer();
    const line = Buffer.from(`Subject: ${'x'.repeat(1000)}\r\n`);
    const found: Framed[] = [...framer.push(Buffer.from('OPTIONS sip:a SIP/2.0\r\n'))];
    for (let i = 0; i < 100 && !framer.broken; i++) found.push(...framer.push(line));
    assert.deepEqual(kinds(found), ['tooLarge']);
    assert.ok(framer.broken);
    assert.equal(framer.buffered, 0);
  });

  it('answers no half of a ping', () => {
    const framer = new SipFramer();
    assert.deepEqual(kinds(framer.push(Buffer.from('\r\n'))), []);
    assert.deepEqual(kinds(framer.push(Buffer.from(head('Content-Length: 0')))), ['message']);
    assert.deepEqual(kinds(framer.push(Buffer.from('\r\n'))), []);
    assert.deepEqual(kinds(framer.push(Buffer.from('\r\n'))), ['ping']);
    assert.deepEqual(kinds(framer.push(Buffer.from('\r\n\r\n\r\n\r\n'))), ['ping', 'ping']);
  });
});
