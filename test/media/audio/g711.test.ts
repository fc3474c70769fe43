import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { alawToUlaw, g711, ulawToAlaw } from '../../../media/audio/g711.ts';
import type { Law } from '../../../media/audio/g711.ts';

const every = Uint8Array.from({ length: 256 }, (_, octet) => octet);

function expanded(law: Law, octets: Uint8Array): Int16Array {
  const samples = new Int16Array(octets.length);
  law.decode(octets, samples);
  return samples;
}

function compressed(law: Law, samples: Int16Array): Uint8Array {
  const octets = new Uint8Array(samples.length);
  law.encode(samples, octets);
  return octets;
}

describe('G.711', () => {
  it('knows the values of the Recommendation', () => {
    // The largest, the smallest and the ends of segments, scaled to 16 bits.
    assert.deepEqual(
      Array.from(expanded(g711.PCMU, Uint8Array.of(0x80, 0x8f, 0xf0, 0xfe, 0xff, 0x7f, 0x00))),
      [32_124, 16_764, 120, 8, 0, 0, -32_124],
    );
    assert.deepEqual(
      Array.from(expanded(g711.PCMA, Uint8Array.of(0xaa, 0xd5, 0x55, 0x2a))),
      [32_256, 8, -8, -32_256],
    );
  });

  it('gives every octet back, but for the negative zero of µ-law', () => {
    assert.deepEqual(compressed(g711.PCMA, expanded(g711.PCMA, every)), every);
    const wanted = every.slice();
    wanted[0x7f] = 0xff;
    assert.deepEqual(compressed(g711.PCMU, expanded(g711.PCMU, every)), wanted);
  });

  for (const [name, law] of Object.entries(g711)) {
    it(`${name} loses no more than half a step`, () => {
      fc.assert(
        fc.property(fc.integer({ min: -32_768, max: 32_767 }), (sample) => {
          const [heard = 0] = expanded(law, compressed(law, Int16Array.of(sample)));
          // A step is a sixteenth of its segment; the last level of each law stands for all beyond it.
          const bound = Math.max(16, (Math.abs(sample) + 132) / 32 + 1, Math.abs(sample) - 32_124);
          assert.ok(Math.abs(heard - sample) <= bound, `${sample} became ${heard}`);
        }),
      );
    });

    it(`${name} keeps the order of samples`, () => {
      const rising = Int16Array.from({ length: 65_536 }, (_, i) => i - 32_768);
      const heard = expanded(law, compressed(law, rising));
      assert.ok(heard.every((value, i) => i === 0 || value >= (heard[i - 1] ?? 0)));
    });

    it(`${name} has silence where it says`, () => {
      assert.equal(compressed(law, Int16Array.of(0))[0], law.silence);
    });
  }

  it('translates as by way of linear samples, also in place', () => {
    const alaw = new Uint8Array(256);
    ulawToAlaw(every, alaw);
    assert.deepEqual(alaw, compressed(g711.PCMA, expanded(g711.PCMU, every)));
    const ulaw = every.slice();
    alawToUlaw(ulaw, ulaw);
    assert.deepEqual(ulaw, compressed(g711.PCMU, expanded(g711.PCMA, every)));
  });

  it('loses nothing more after the first translation', () => {
    const alaw = new Uint8Array(256);
    const back = new Uint8Array(256);
    ulawToAlaw(every, alaw);
    alawToUlaw(alaw, back);
    const again = new Uint8Array(256);
    ulawToAlaw(back, again);
    const difference = expanded(g711.PCMA, again).map(
      (value, i) => value - (expanded(g711.PCMA, alaw)[i] ?? 0),
    );
    assert.ok(difference.every((value) => Math.abs(value) <= 16));
  });
});
