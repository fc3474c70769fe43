import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { columnHz, dtmfSource, keys, rowHz } from '../../../media/audio/dtmf.ts';
import { DtmfDetector } from '../../../media/audio/dtmf-detector.ts';
import type { HeardDigit } from '../../../media/audio/dtmf-detector.ts';
import { g711 } from '../../../media/audio/g711.ts';
import { babble, drain, frames, join, mixed, noise, silence, sines } from './support.ts';

function heardIn(samples: Int16Array): HeardDigit[] {
  const detector = new DtmfDetector();
  return frames(join(samples, silence(100))).flatMap((frame) => detector.write(frame) ?? []);
}

const digitsIn = (samples: Int16Array): string =>
  heardIn(samples)
    .map(({ digit }) => digit)
    .join('');

/** A key's two tones, each changed by a factor and given its own level. */
function key(
  digit: string,
  ms: number,
  { low = -10, high = -10, off = 1 }: { low?: number; high?: number; off?: number } = {},
): Int16Array {
  const at = keys.indexOf(digit);
  const row = sines([(rowHz[at >> 2] ?? 0) * off], ms, low);
  return mixed(row, sines([(columnHz[at & 3] ?? 0) * off], ms, high));
}

describe('in-band digits', () => {
  it('hears what was sent, wherever frames and blocks begin, through either law', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...Array.from(keys)), maxLength: 8 }),
        fc.integer({ min: 0, max: 300 }),
        fc.constantFrom('PCMU' as const, 'PCMA' as const),
        (digits, offset, law) => {
          const sound = join(new Int16Array(offset), drain(dtmfSource(digits)));
          const wire = new Uint8Array(sound.length);
          g711[law].encode(sound, wire);
          g711[law].decode(wire, sound);
          assert.equal(digitsIn(sound), digits);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('gives each digit once, with its duration', () => {
    for (const ms of [50, 100, 200, 1_000, 5_000]) {
      const [heard, ...more] = heardIn(join(silence(35), key('5', ms)));
      assert.deepEqual(more, []);
      assert.equal(heard?.digit, '5');
      assert.ok(Math.abs(heard.durationMs - ms) <= 26, `${ms} ms was heard as ${heard.durationMs}`);
    }
  });

  it('waits where w and W say so', () => {
    const plain = drain(dtmfSource('12')).length;
    assert.equal(drain(dtmfSource('1w2')).length - plain, 4_000);
    assert.equal(drain(dtmfSource('1W2')).length - plain, 8_000);
    assert.equal(digitsIn(drain(dtmfSource('1wW2'))), '12');
  });

  it('hears 40 ms and not 20, at any moment', () => {
    for (let lead = 0; lead < 40; lead++) {
      const before = new Int16Array(lead * 7);
      assert.equal(digitsIn(join(before, key('7', 40))), '7', `${lead}`);
      assert.equal(digitsIn(join(before, key('7', 20))), '', `${lead}`);
    }
  });

  it('tells two presses 45 ms apart, and bridges a gap of 10 ms', () => {
    assert.equal(digitsIn(join(key('2', 60), silence(45), key('2', 60))), '22');
    assert.equal(digitsIn(join(key('2', 60), silence(10), key('2', 60))), '2');
  });

  it('tells two keys without a gap', () => {
    assert.equal(digitsIn(join(key('2', 60), key('8', 60))), '28');
  });

  it('says which key is down', () => {
    const detector = new DtmfDetector();
    for (const frame of frames(key('9', 100))) detector.write(frame);
    assert.equal(detector.down, '9');
    for (const frame of frames(silence(60))) detector.write(frame);
    assert.equal(detector.down, undefined);
  });

  it('allows frequencies 1.5 % off and refuses 3.5 %', () => {
    for (const digit of keys) {
      for (const off of [0.985, 1.015]) assert.equal(digitsIn(key(digit, 100, { off })), digit);
      for (const off of [0.965, 1.035])
        assert.equal(digitsIn(key(digit, 100, { off })), '', `${digit} ${off}`);
    }
  });

  it('allows the twist of Q.24 and refuses more', () => {
    assert.equal(digitsIn(key('4', 100, { low: -10, high: -17 })), '4');
    assert.equal(digitsIn(key('4', 100, { low: -13, high: -10 })), '4');
    assert.equal(digitsIn(key('4', 100, { low: -8, high: -18 })), '');
    assert.equal(digitsIn(key('4', 100, { low: -16, high: -10 })), '');
  });

  it('hears weak digits and digits in noise', () => {
    assert.equal(digitsIn(key('6', 100, { low: -28, high: -28 })), '6');
    assert.equal(digitsIn(mixed(key('6', 100), noise(100, -25))), '6');
  });

  it('hears none in noise, music, voices, or one tone alone', () => {
    assert.equal(digitsIn(noise(20_000, -10)), '');
    assert.equal(digitsIn(babble(20_000)), '');
    assert.equal(digitsIn(sines([440, 550, 660, 1_320], 5_000)), '');
    assert.equal(digitsIn(sines([697], 2_000)), '');
    assert.equal(digitsIn(sines([350, 440], 2_000)), '');
  });
});
