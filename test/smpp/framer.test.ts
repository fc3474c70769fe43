import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { encode } from '../../edge/smpp/encode.ts';
import { Framer } from '../../edge/smpp/framer.ts';
import { pdu } from './arbitrary.ts';

const frame = pdu.map((value) => {
  const result = encode(value);
  assert.ok(result.ok);
  return result.value;
});

function cut(stream: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0, i = 0; at < stream.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    chunks.push(stream.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

const header = (length: number): Buffer => {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32BE(length);
  return bytes;
};

describe('Framer', () => {
  it('gives the same PDUs however the stream is cut', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 6 }), sizes, (frames, pieces) => {
        const framer = new Framer();
        const got = cut(Buffer.concat(frames), pieces).flatMap((chunk) => [...framer.push(chunk)]);
        assert.deepEqual(got, frames);
        assert.equal(framer.buffered, 0);
      }),
    );
  });

  it('gives them byte by byte', () => {
    fc.assert(
      fc.property(fc.array(frame, { minLength: 1, maxLength: 3 }), (frames) => {
        const framer = new Framer();
        const got = cut(Buffer.concat(frames), [1]).flatMap((chunk) => [...framer.push(chunk)]);
        assert.deepEqual(got, frames);
      }),
    );
  });

  it('does not copy a PDU that lies in one chunk', () => {
    const chunk = Buffer.concat([header(16), header(16)]);
    const [first, second] = new Framer().push(chunk);
    assert.equal(first?.buffer, chunk.buffer);
    assert.equal(second?.byteOffset, chunk.byteOffset + 16);
  });

  it('keeps frames apart that were put together from pieces', () => {
    const framer = new Framer();
    const one = header(17);
    framer.push(one);
    const [first] = framer.push(Buffer.from([1]));
    framer.push(one);
    framer.push(Buffer.from([2]));
    assert.equal(first?.[16], 1);
  });

  it('refuses impossible lengths before it keeps anything, and reads nothing after', () => {
    for (const length of [0, 15, 65_537, 0xffffffff]) {
      const whole = new Framer();
      assert.deepEqual(whole.push(Buffer.concat([header(16), header(length)])), [header(16)]);
      assert.ok(whole.broken);
      const bytewise = new Framer();
      for (const byte of header(length)) bytewise.push(Buffer.from([byte]));
      assert.ok(bytewise.broken);
      assert.equal(bytewise.buffered, 0);
      assert.deepEqual(bytewise.push(header(16)), []);
    }
  });
});
