import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Course, firstIntervalMs, samplesMax } from '../../../media/quality/course.ts';
import { Sampler } from '../../../media/thread/sampler.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { figuresOf } from './figures.ts';

describe('the course of a leg', () => {
  it('is kept every ten seconds for an hour, and thinned evenly after it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20_000 }), (count) => {
        const course = new Course();
        let atMs = 0;
        for (let n = 0; n < count; n++) {
          atMs += course.intervalMs;
          course.add({ atMs, figures: figuresOf(atMs / 20) });
        }
        const { samples, intervalMs } = course;
        assert.ok(samples.length < samplesMax);
        assert.ok(samples.length >= Math.min(count, samplesMax / 2));
        // Evenly: each is an interval after the one before.
        for (const [i, sample] of samples.entries()) assert.equal(sample.atMs, (i + 1) * intervalMs);
        assert.equal(samples.at(-1)?.atMs ?? 0, atMs);
      }),
      { numRuns: 30 },
    );
  });
});

describe('the sampler of a leg', () => {
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('looks from the first agreement to the end, and no longer', async () => {
    const clock = new FakeClock();
    let packets = 0;
    const sampler = new Sampler({ clock, figures: () => Promise.resolve(figuresOf((packets += 500))) });
    clock.advance(60_000);
    assert.equal(packets, 0);
    sampler.start();
    sampler.start();
    for (let n = 0; n < 3; n++) {
      clock.advance(firstIntervalMs);
      await settled();
    }
    const samples = sampler.stop();
    assert.deepEqual(
      samples.map(({ figures }) => figures.received.packets),
      [500, 1_000, 1_500],
    );
    assert.deepEqual(
      samples.map(({ atMs }) => atMs - samples[0]!.atMs),
      [0, 10_000, 20_000],
    );
    clock.advance(60_000);
    await settled();
    sampler.start();
    clock.advance(60_000);
    assert.equal(packets, 1_500);
  });

  it('has nothing of a worker that does not count', async () => {
    const clock = new FakeClock();
    const sampler = new Sampler({ clock, figures: () => Promise.resolve(undefined) });
    sampler.start();
    clock.advance(firstIntervalMs);
    await settled();
    assert.deepEqual(sampler.stop(), []);
  });
});
