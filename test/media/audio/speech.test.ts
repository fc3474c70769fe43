import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SpeechDetector } from '../../../media/audio/speech-detector.ts';
import type { SpeechChange } from '../../../media/media.ts';
import { babble, frames, join, mixed, noise, silence } from './support.ts';

function changesIn(samples: Int16Array): SpeechChange[] {
  const detector = new SpeechDetector();
  return frames(samples).flatMap((frame) => detector.write(frame) ?? []);
}

function near(actual: readonly SpeechChange[], wanted: readonly (readonly [string, number])[]): void {
  assert.deepEqual(
    actual.map(({ kind }) => kind),
    wanted.map(([kind]) => kind),
  );
  actual.forEach(({ atMs }, i) => {
    const wantedMs = wanted[i]?.[1] ?? 0;
    assert.ok(Math.abs(atMs - wantedMs) <= 80, `${atMs} for ${wantedMs}`);
  });
}

describe('SpeechDetector', () => {
  const spoken = join(silence(2_000), babble(960), silence(1_500), babble(1_440), silence(1_000));
  const wanted = [
    ['speech', 2_000],
    ['silence', 2_900],
    ['speech', 4_460],
    ['silence', 5_840],
  ] as const;

  it('says when speech begins and ends, and where', () => {
    near(changesIn(spoken), wanted);
  });

  it('says the same over a steady background', () => {
    near(changesIn(mixed(spoken, noise(6_900, -38))), wanted);
  });

  it('hears nothing in steady noise', () => {
    assert.deepEqual(changesIn(noise(20_000, -40)), []);
  });

  it('hears no speech in clicks', () => {
    const click = join(silence(300), noise(20, -5));
    assert.deepEqual(changesIn(join(...Array<Int16Array>(20).fill(click))), []);
  });

  it('goes on hearing what is loud and does not pause', () => {
    near(changesIn(join(silence(1_000), noise(10_000, -12), silence(600))), [
      ['speech', 1_000],
      ['silence', 11_000],
    ]);
  });
});
