import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dtmfSource } from '../../../media/audio/dtmf.ts';
import { newFrame } from '../../../media/audio/frame.ts';
import { toneSource } from '../../../media/audio/tones.ts';
import { drain, levelAt, samplesIn } from './support.ts';

describe('tones', () => {
  it('plays ringback at its frequencies and levels, in its cadence', () => {
    const heard = drain(toneSource('ringback', 12_000));
    assert.equal(heard.length, samplesIn(12_000));
    for (const from of [0, 6_000]) {
      const on = heard.subarray(samplesIn(from), samplesIn(from + 2_000));
      assert.ok(Math.abs(levelAt(on, 440) + 19) < 0.1);
      assert.ok(Math.abs(levelAt(on, 480) + 19) < 0.1);
      const off = heard.subarray(samplesIn(from + 2_000), samplesIn(from + 6_000));
      assert.ok(off.every((sample) => sample === 0));
    }
  });

  it('runs on across frames without a step', () => {
    const heard = drain(toneSource('record-beep'));
    assert.equal(heard.length, samplesIn(500));
    let steepest = 0;
    heard.forEach((sample, i) => (steepest = Math.max(steepest, Math.abs(sample - (heard[i - 1] ?? 0)))));
    // A sine of peak P and frequency f moves at most 2πfP/8000 between two samples.
    const peak = Math.max(...heard);
    assert.ok(steepest <= ((2 * Math.PI * 1_000) / 8_000) * peak + 2);
  });

  it('says silence where nothing sounds, and ends', () => {
    const source = toneSource('busy', 1_000);
    const said = Array.from({ length: 52 }, () => source.read(newFrame()));
    assert.deepEqual(said.slice(0, 25), Array(25).fill('frame'));
    assert.deepEqual(said.slice(25, 50), Array(25).fill('silence'));
    assert.deepEqual(said.slice(50), ['ended', 'ended']);
  });

  it('ends when closed, and for steps without length', () => {
    const source = toneSource('busy');
    source.close();
    assert.equal(source.read(newFrame()), 'ended');
    assert.equal(dtmfSource('x y').read(newFrame()), 'ended');
  });
});
