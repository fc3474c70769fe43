import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { newFrame } from '../../../media/audio/frame.ts';
import { JitterBuffer } from '../../../media/rtp/jitter-buffer.ts';

const packet = (value: number, length = 160): Int16Array => new Int16Array(length).fill(value);

/** Reads so many frames; the first sample of each, undefined where there was nothing. */
function read(buffer: JitterBuffer, frames: number): (number | undefined)[] {
  const frame = newFrame();
  return Array.from({ length: frames }, () => (buffer.read(frame) ? frame[0] : undefined));
}

describe('the jitter buffer', () => {
  it('says nothing before anything came', () => {
    assert.deepEqual(read(new JitterBuffer(), 3), [undefined, undefined, undefined]);
  });

  it('gives packets in the order of their timestamps, two frames late', () => {
    const buffer = new JitterBuffer();
    for (const at of [0, 2, 1, 3]) buffer.write(1_000 + at * 160, packet(at + 1), 160);
    assert.deepEqual(read(buffer, 6), [0, 0, 1, 2, 3, 4]);
    assert.deepEqual(read(buffer, 1), [undefined]);
  });

  it('puts silence where a packet was lost', () => {
    const buffer = new JitterBuffer();
    buffer.write(0, packet(1), 160);
    buffer.write(320, packet(3), 160);
    assert.deepEqual(read(buffer, 5), [0, 0, 1, 0, 3]);
  });

  it('takes packets of any length, across the wrap of the timestamp', () => {
    fc.assert(
      fc.property(fc.constantFrom(80, 160, 240, 320, 480), fc.nat(0xffff_ffff), (length, start) => {
        const buffer = new JitterBuffer();
        const frame = newFrame();
        const out: number[] = [];
        let written = 0;
        for (let tick = 0; tick < 60; tick++) {
          while (written < (tick + 1) * 160) {
            const samples = Int16Array.from({ length }, (_, i) => written + i + 1);
            buffer.write((start + written) >>> 0, samples, length);
            written += length;
          }
          buffer.read(frame);
          out.push(...frame);
        }
        // Two frames of nothing, then every sample once.
        assert.ok(out.slice(320).every((sample, i) => sample === i + 1));
      }),
    );
  });

  it('follows a stream that has moved', () => {
    const buffer = new JitterBuffer();
    buffer.write(0, packet(1), 160);
    read(buffer, 3);
    for (let i = 0; i < 3; i++) buffer.write(1_000_000 + i * 160, packet(7 + i), 160);
    assert.deepEqual(read(buffer, 3), [0, 0, 9]);
  });

  it('keeps up with a peer whose clock is fast, and never holds more than it may', () => {
    const buffer = new JitterBuffer();
    let lag = 0;
    for (let i = 0; i < 5_000; i++) {
      buffer.write(i * 160, packet((i % 30_000) + 1), 160);
      // A frame in twenty is not read: the peer is 5 % ahead.
      if (i % 20 === 0) continue;
      const [value = 0] = read(buffer, 1);
      if (i > 500) lag = Math.max(lag, (i % 30_000) + 1 - value);
    }
    assert.ok(lag <= 10, `${lag} frames behind`);
  });
});
