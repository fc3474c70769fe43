import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Upsampler } from '../../../media/speech/pocketsphinx/upsampler.ts';

/** The strength of one frequency in samples at 16 kHz. */
function strength(samples: Int16Array, frequencyHz: number): number {
  let re = 0;
  let im = 0;
  for (const [index, sample] of samples.entries()) {
    const angle = (2 * Math.PI * frequencyHz * index) / 16_000;
    re += sample * Math.cos(angle);
    im += sample * Math.sin(angle);
  }
  return (2 * Math.hypot(re, im)) / samples.length;
}

const tone = Int16Array.from({ length: 8_000 }, (_, index) =>
  Math.round(10_000 * Math.sin((2 * Math.PI * 1_000 * index) / 8_000)),
);

describe('telephone speech for a wide-band model', () => {
  it('keeps its band and has the image of it, at half its strength, above', () => {
    const wide = new Upsampler().push(tone);
    assert.equal(wide.length, 16_000);
    assert.ok(Math.abs(strength(wide, 1_000) - 10_000) < 200);
    assert.ok(Math.abs(strength(wide, 7_000) - 5_000) < 200);
    assert.ok(strength(wide, 3_000) < 50);
  });

  it('is the same however it is cut', () => {
    const whole = new Upsampler().push(tone.subarray(0, 1_000));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 }), (lengths) => {
        const upsampler = new Upsampler();
        const parts: number[] = [];
        let at = 0;
        for (const length of [...lengths, 1_000]) {
          parts.push(...upsampler.push(tone.subarray(at, Math.min(1_000, at + length))));
          at = Math.min(1_000, at + length);
        }
        assert.deepEqual(Int16Array.from(parts), whole);
      }),
    );
  });

  it('cuts what is too loud', () => {
    const wide = new Upsampler().push(new Int16Array(100).fill(32_767));
    assert.equal(Math.max(...wide), 32_767);
  });
});
