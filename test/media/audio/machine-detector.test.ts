import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MachineDetector } from '../../../media/audio/machine-detector.ts';
import type { AnsweredBy, MachineOptions } from '../../../media/media.ts';
import { SingleTone } from '../../../media/audio/single-tone.ts';
import { babble, frames, join, mixed, noise, silence, sines } from './support.ts';

/** What is said of this sound, and when (to the nearest 100 ms). */
function answer(samples: Int16Array, options: Partial<MachineOptions> = {}): [AnsweredBy, number] | [] {
  const detector = new MachineDetector({ until: 'answer', ...options });
  for (const frame of frames(samples)) {
    const said = detector.write(frame);
    if (said !== undefined) return [said, Math.round(detector.elapsedMs / 100) * 100];
  }
  return [];
}

const hello = babble(700);
const greeting = babble(6_000);
const beep = sines([1_000], 400);
const atEnd = { until: 'message-end' } as const;

describe('MachineDetector', () => {
  it('takes a short greeting and a pause for a person', () => {
    assert.deepEqual(answer(join(silence(500), hello, silence(4_000))), ['human', 2_400]);
    assert.deepEqual(answer(join(silence(500), hello, silence(4_000)), atEnd), ['human', 2_400]);
  });

  it('takes a pause shorter than the threshold for part of the greeting', () => {
    const twice = join(hello, silence(900), hello, silence(900), hello, silence(900), hello, silence(3_000));
    assert.equal(answer(twice)[0], 'machine_start');
    assert.equal(answer(twice, { speechEndThresholdMs: 500 })[0], 'human');
  });

  it('takes long speech for a machine, by the threshold', () => {
    assert.deepEqual(answer(join(silence(500), greeting)), ['machine_start', 2_900]);
    assert.deepEqual(answer(join(silence(500), greeting), { speechThresholdMs: 4_000 }), [
      'machine_start',
      4_500,
    ]);
  });

  it('waits for the beep', () => {
    const heard = join(greeting, silence(700), beep, silence(3_000));
    assert.deepEqual(answer(heard, atEnd), ['machine_end_beep', 7_100]);
    assert.deepEqual(answer(mixed(heard, noise(11_000, -45)), atEnd), ['machine_end_beep', 7_100]);
  });

  it('hears a beep in the beginning', () => {
    assert.equal(answer(join(silence(500), beep, silence(3_000)))[0], 'machine_start');
    assert.equal(answer(join(hello, silence(300), beep, silence(3_000)), atEnd)[0], 'machine_end_beep');
  });

  it('ends with silence where no beep comes', () => {
    assert.deepEqual(answer(join(greeting, silence(5_000)), atEnd), ['machine_end_silence', 7_100]);
  });

  it('gives up at its time: known to be a machine, or not', () => {
    assert.deepEqual(answer(babble(40_000), { ...atEnd, timeoutMs: 10_000 }), ['machine_end_other', 10_000]);
    assert.deepEqual(answer(babble(2_000), { timeoutMs: 1_000 }), ['unknown', 1_000]);
  });

  it('says unknown when nobody speaks', () => {
    assert.deepEqual(answer(silence(10_000)), ['unknown', 5_000]);
    assert.deepEqual(answer(silence(10_000), { silenceTimeoutMs: 2_000 }), ['unknown', 2_000]);
    assert.deepEqual(answer(noise(10_000, -50)), ['unknown', 5_000]);
  });

  it('knows a fax by its calling and its answering tone', () => {
    assert.equal(answer(join(silence(800), sines([1_105], 500), silence(3_000)))[0], 'fax');
    assert.equal(answer(join(silence(800), sines([2_100], 3_000)))[0], 'fax');
  });

  it('does not take digits or ringback for a beep', () => {
    assert.equal(answer(join(sines([697, 1_209], 300), silence(900), silence(9_000)))[0], 'human');
    assert.notEqual(
      answer(join(greeting, sines([440, 480], 800), silence(400)), atEnd)[0],
      'machine_end_beep',
    );
  });

  it('says it once', () => {
    const detector = new MachineDetector({ until: 'answer', silenceTimeoutMs: 40 });
    const said = frames(silence(400)).flatMap((frame) => detector.write(frame) ?? []);
    assert.deepEqual(said, ['unknown']);
  });
});

describe('SingleTone', () => {
  it('knows the frequency, in noise too', () => {
    for (const hz of [400, 523, 1_000, 1_100, 1_963, 2_100]) {
      const tone = new SingleTone();
      for (const frame of frames(mixed(sines([hz], 300), noise(300, -38)))) tone.write(frame);
      assert.ok(Math.abs(tone.hz - hz) < 8, `${hz} heard as ${tone.hz}`);
      assert.equal(tone.heldMs, 300);
    }
  });

  it('hears none in voices, noise, silence and pairs', () => {
    for (const sound of [
      babble(5_000),
      noise(5_000, -20),
      silence(500),
      sines([697, 1_209], 1_000),
      sines([440, 480], 1_000),
    ]) {
      const tone = new SingleTone();
      let longestMs = 0;
      for (const frame of frames(sound)) {
        tone.write(frame);
        longestMs = Math.max(longestMs, tone.heldMs);
      }
      assert.ok(longestMs <= 60, `${longestMs} ms`);
    }
  });
});
