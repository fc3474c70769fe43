import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { FeedQueue } from '../../../media/audio/feed-queue.ts';
import { newFrame } from '../../../media/audio/frame.ts';
import { encodeUlaw } from '../../../media/audio/g711.ts';

/** Octets that are heard as themselves: no negative zero among them. */
const octets = (length: number, from = 0): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => ((i + from) % 120) + 130);

/** Reads `ticks` frames; gives the µ-law that was heard, without its silent frames. */
function heard(queue: FeedQueue, ticks: number): Uint8Array {
  const out: number[] = [];
  const frame = newFrame();
  const wire = new Uint8Array(160);
  for (let i = 0; i < ticks; i++) {
    if (queue.read(frame) !== 'frame') continue;
    encodeUlaw(frame, wire);
    out.push(...wire);
  }
  return Uint8Array.from(out);
}

describe('FeedQueue', () => {
  it('gives what was pushed, in order, whatever the pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 12 }), (lengths) => {
        const queue = new FeedQueue();
        let total = 0;
        for (const length of lengths) {
          queue.push(octets(length, total));
          total += length;
        }
        const got = heard(queue, Math.ceil(total / 160) + 4);
        assert.deepEqual(got.subarray(0, total), octets(total));
        assert.ok(got.subarray(total).every((octet) => octet === 0xff));
        assert.equal(queue.queuedBytes, 0);
      }),
    );
  });

  it('gathers two frames after a silence, and waits no longer than 40 ms for them', () => {
    const queue = new FeedQueue();
    const said = (): string => queue.read(newFrame());
    assert.equal(said(), 'silence');
    queue.push(octets(160));
    assert.equal(said(), 'silence');
    queue.push(octets(160));
    assert.deepEqual([said(), said(), said()], ['frame', 'frame', 'silence']);
    queue.push(octets(100));
    assert.deepEqual([said(), said(), said(), said()], ['silence', 'silence', 'frame', 'silence']);
  });

  it('passes marks in order, each after the sound before it', () => {
    const queue = new FeedQueue();
    const passed: string[] = [];
    queue.mark(() => passed.push('first'));
    assert.deepEqual(passed, ['first']);
    queue.push(octets(320));
    queue.mark(() => passed.push('a'));
    queue.mark(() => passed.push('b'));
    queue.push(octets(160));
    queue.mark(() => passed.push('c'));
    heard(queue, 1);
    assert.deepEqual(passed, ['first']);
    heard(queue, 1);
    assert.deepEqual(passed, ['first', 'a', 'b']);
    heard(queue, 1);
    assert.deepEqual(passed, ['first', 'a', 'b', 'c']);
  });

  it('empties at once when cleared, and marks that waited pass', () => {
    const queue = new FeedQueue();
    const passed: string[] = [];
    queue.push(octets(8_000));
    queue.mark(() => passed.push('a'));
    heard(queue, 2);
    queue.clear();
    assert.deepEqual(passed, ['a']);
    assert.equal(heard(queue, 5).length, 0);
    queue.push(octets(320));
    assert.deepEqual(heard(queue, 4), octets(320));
  });

  it('takes five minutes and no more', () => {
    const queue = new FeedQueue();
    for (let i = 0; i < 300; i++) assert.ok(queue.push(octets(8_000)));
    assert.equal(queue.push(octets(1)), false);
    heard(queue, 1);
    assert.equal(queue.push(octets(160)), true);
  });

  it('takes no more marks than it can keep', () => {
    const queue = new FeedQueue();
    queue.push(octets(160));
    let passed = 0;
    for (let i = 0; i < 10_001; i++) queue.mark(() => passed++);
    assert.equal(passed, 0);
    queue.clear();
    assert.equal(passed, 10_000);
  });

  it('ends when closed', () => {
    const queue = new FeedQueue();
    queue.push(octets(160));
    queue.close();
    assert.equal(queue.read(newFrame()), 'ended');
    assert.equal(queue.push(octets(160)), false);
  });
});
