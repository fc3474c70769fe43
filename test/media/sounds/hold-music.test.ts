import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { DtmfDetector } from '../../../media/audio/dtmf-detector.ts';
import { addEcho, addNote, levelled, pitchOf } from '../../../media/audio/notes.ts';
import { holdMusic } from '../../../media/sounds/hold-music.ts';

const decibels = (samples: Int16Array): number =>
  10 * Math.log10(samples.reduce((sum, sample) => sum + sample ** 2, 0) / samples.length / 32_768 ** 2);

/** The largest step between neighbours. */
const steepest = (samples: Int16Array): number =>
  samples.reduce((most, sample, at) => Math.max(most, Math.abs(sample - (samples[at - 1] ?? sample))), 0);

const sine = {
  partials: [
    [1, 1],
    [4, 1],
  ],
  attackMs: 10,
  decayMs: Infinity,
  releaseMs: 10,
} as const;

describe('a note', () => {
  it('has the pitch of its name', () => {
    assert.equal(pitchOf('A4'), 440);
    assert.equal(pitchOf('A3'), 220);
    assert.ok(Math.abs(pitchOf('C4') - 261.626) < 0.001);
    assert.ok(Math.abs(pitchOf('F#4') - 369.994) < 0.001);
    assert.throws(() => pitchOf('H4'), /not a note/);
  });

  it('that sounds on beyond the end is heard at the beginning', () => {
    const piece = new Float32Array(800);
    addNote(piece, sine, { hz: 1_000, startMs: 90, heldMs: 10, gain: 1 });
    assert.ok(piece.subarray(0, 80).some((sample) => Math.abs(sample) > 0.3));
    assert.ok(piece.subarray(80, 720).every((sample) => sample === 0));
  });

  it('has no partials that a telephone does not carry', () => {
    const [low, high] = [new Float32Array(800), new Float32Array(800)];
    addNote(low, sine, { hz: 800, startMs: 0, heldMs: 50, gain: 1 });
    addNote(high, sine, { hz: 900, startMs: 0, heldMs: 50, gain: 1 });
    const power = (piece: Float32Array): number => piece.reduce((sum, sample) => sum + sample ** 2, 0);
    assert.ok(Math.abs(power(low) / power(high) - 2) < 0.1);
  });

  it('comes back as an echo, and as loud as it may be', () => {
    const piece = new Float32Array(80);
    piece[0] = 0.1;
    addEcho(piece, 5, 0.5);
    assert.deepEqual([levelled(piece, 1_000)[0], levelled(piece, 1_000)[40]], [1_000, 500]);
    assert.deepEqual(levelled(new Float32Array(2), 1_000), new Int16Array(2));
  });
});

describe('hold music', () => {
  let music: Int16Array;
  before(() => {
    music = holdMusic();
  });

  it('lasts most of a minute, as loud as a voice all the time', () => {
    assert.equal(music.length, 51.2 * 8_000);
    assert.ok(music.every((sample) => Math.abs(sample) <= 11_000));
    for (let from = 0; from + 8_000 <= music.length; from += 8_000) {
      const level = decibels(music.subarray(from, from + 8_000));
      assert.ok(level > -30 && level < -16, `${level} dB after ${from / 8_000} s`);
    }
  });

  it('goes round without a click', () => {
    const seam = Math.abs((music[0] ?? 0) - (music.at(-1) ?? 0));
    assert.ok(seam <= steepest(music.subarray(1)), `${seam}`);
  });

  it('holds nothing that is taken for a digit', () => {
    const detector = new DtmfDetector();
    for (let from = 0; from + 160 <= music.length; from += 160)
      assert.equal(detector.write(music.subarray(from, from + 160)), undefined);
  });
});
