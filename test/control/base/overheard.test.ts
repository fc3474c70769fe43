import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Overhearing, type OverheardBatch } from '../../../control/base/overheard.ts';
import { WallClock } from '../../../control/base/wall-clock.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const here = { address: '127.0.0.1', port: 5061 };
const there = { address: '192.0.2.1', port: 40_000 };

const open = () => {
  const clock = new FakeClock();
  const batches: OverheardBatch[] = [];
  const taken: (() => void)[] = [];
  const { overhear } = new Overhearing(clock, (batch, done) => {
    batches.push(batch);
    taken.push(done);
  });
  return { clock, batches, taken, say: (text: string) => overhear('sip', there, here, Buffer.from(text)) };
};

describe('What is overheard', () => {
  it('is gathered, and leaves a batch at a time, when the one before has been taken', () => {
    const { clock, batches, taken, say } = open();
    say('one');
    say('two');
    assert.equal(batches.length, 0);
    clock.advance(100);
    say('three');
    clock.advance(10_000);
    assert.equal(batches.length, 1);
    taken[0]?.();
    clock.advance(100);
    const words = batches.map(({ messages }) => messages.map(({ bytes }) => Buffer.from(bytes).toString()));
    assert.deepEqual(words, [['one', 'two'], ['three']]);
    assert.deepEqual(batches[0]?.messages[0]?.source, there);
    taken[1]?.();
    assert.equal(clock.timers, 0);
  });

  it('has bytes of its own, whatever becomes of those it was given', () => {
    const clock = new FakeClock();
    const batches: OverheardBatch[] = [];
    const { overhear } = new Overhearing(clock, (batch) => batches.push(batch));
    const given = Buffer.from('whole');
    overhear('smpp', here, there, given);
    given.fill(0);
    clock.advance(100);
    const bytes = batches[0]?.messages[0]?.bytes;
    assert.equal(Buffer.from(bytes ?? []).toString(), 'whole');
    assert.equal(bytes?.buffer.byteLength, 5);
  });

  it('is missed, and counted, where nobody takes it: memory stays bounded', () => {
    const { clock, batches, taken, say } = open();
    say('first');
    clock.advance(100);
    for (let count = 0; count < 20_000; count++) say('x'.repeat(1_000));
    taken[0]?.();
    clock.advance(100);
    const { messages, missed } = batches[1] ?? assert.fail('nothing came');
    assert.ok(messages.length > 3_000 && messages.length < 4_200, String(messages.length));
    assert.equal(messages.length + missed, 20_000);
    taken[1]?.();
    say('again');
    clock.advance(100);
    assert.deepEqual([batches[2]?.messages.length, batches[2]?.missed], [1, 0]);
  });
});

describe('The time of day in microseconds', () => {
  it('goes on within a millisecond, never leaves it, and follows a clock that is set', () => {
    const times = { now: 1_000, monotonic: 7 };
    const wall = new WallClock({ now: () => times.now, monotonic: () => times.monotonic });
    const at = (now: number, monotonic: number): number => {
      Object.assign(times, { now, monotonic });
      return wall.nowUs();
    };
    assert.equal(at(1_000, 7), 1_000_500);
    assert.equal(at(1_000, 7.25), 1_000_750);
    assert.equal(at(1_000, 7.75), 1_000_999);
    assert.equal(at(1_001, 8), 1_001_249);
    assert.equal(at(5_000, 8.5), 5_000_000);
    assert.equal(at(5_000, 8.75), 5_000_250);
  });
});
