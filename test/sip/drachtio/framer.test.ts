import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { controlMax, ControlFramer } from '../../../edge/sip/drachtio/framer.ts';

const framed = (text: string): Buffer => Buffer.from(`${Buffer.byteLength(text)}#${text}`);

describe('ControlFramer', () => {
  it('gives the same messages however the stream is cut', () => {
    const texts = fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { maxLength: 8 });
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 9 }), (all, size) => {
        const stream = Buffer.concat(all.map(framed));
        const framer = new ControlFramer();
        const got: string[] = [];
        for (let at = 0; at < stream.length; at += size)
          got.push(...framer.push(stream.subarray(at, at + size)));
        assert.deepEqual(
          got,
          all.map((text) => Buffer.from(text).toString()),
        );
        assert.equal(framer.broken, false);
      }),
    );
  });

  it('refuses a length that is none, before anything is kept', () => {
    for (const start of ['x#', '-1#', '0#', '#a', '1234567', `${controlMax + 1}#`]) {
      const framer = new ControlFramer();
      assert.deepEqual(framer.push(Buffer.from(start)), []);
      assert.equal(framer.broken, true, start);
      assert.deepEqual(framer.push(framed('later')), []);
    }
  });

  it('gives what came before the refused length', () => {
    const framer = new ControlFramer();
    assert.deepEqual(framer.push(Buffer.concat([framed('one'), Buffer.from('zwei')])), ['one']);
    assert.equal(framer.broken, true);
  });
});
