import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as path } from 'node:path';
import { describe, it } from 'node:test';
import { FileRecorder } from '../../../media/audio/file-recorder.ts';
import { frameSamples } from '../../../media/audio/frame.ts';
import { wavHeader } from '../../../media/audio/files/wav-header.ts';
import { mendWav } from '../../../media/audio/files/wav-mend.ts';
import type { RecordOptions } from '../../../media/media.ts';
import { FakeDisk, settle } from './disk.ts';
import { babble, frames, join, mixed, noise, silence, sines } from './support.ts';

const plain: RecordOptions = {
  file: 'r.wav',
  channels: 'mono',
  track: 'both',
  trimSilence: false,
  maxDurationMs: 3_600_000,
  finishOnDigits: '',
};

/** Records both sides to their end, letting the disk work between frames. */
async function feed(
  recorder: FileRecorder,
  inbound: Int16Array,
  outbound: Int16Array = new Int16Array(inbound.length),
): Promise<void> {
  const [ins, outs] = [frames(inbound), frames(outbound)];
  for (const [i, frame] of ins.entries()) {
    recorder.write(frame, outs[i]!);
    if (i % 25 === 0) await settle();
  }
}

/** The samples in a file, after its header has been checked. */
function samplesOf(disk: FakeDisk, channels: 1 | 2 = 1): Int16Array {
  const file = Buffer.from(disk.files.get('r.wav')!);
  assert.deepEqual(file.subarray(0, 44), wavHeader(channels, file.length - 44));
  return new Int16Array(Uint8Array.from(file.subarray(44)).buffer);
}

describe('FileRecorder', () => {
  const voice = babble(3_000);
  const answer = sines([500], 3_000);

  it('keeps both voices together in one channel', async () => {
    const disk = new FakeDisk();
    const recorder = new FileRecorder(plain, disk);
    await feed(recorder, voice, answer);
    recorder.stop();
    const result = await recorder.done;
    assert.deepEqual(result, { why: 'stopped', durationMs: 3_000, bytes: 48_044 });
    assert.deepEqual(samplesOf(disk), mixed(voice, answer));
    assert.equal(disk.openFiles, 0);
  });

  it('keeps them apart in two', async () => {
    const disk = new FakeDisk();
    const recorder = new FileRecorder({ ...plain, channels: 'dual' }, disk);
    await feed(recorder, voice, answer);
    recorder.legClosed();
    assert.equal((await recorder.done).why, 'leg-closed');
    const both = samplesOf(disk, 2);
    assert.deepEqual(
      both.filter((_, i) => i % 2 === 0),
      voice,
    );
    assert.deepEqual(
      both.filter((_, i) => i % 2 === 1),
      answer,
    );
  });

  it('keeps one track where that is wanted', async () => {
    for (const [track, wanted] of [['inbound', voice] as const, ['outbound', answer] as const]) {
      const disk = new FakeDisk();
      const recorder = new FileRecorder({ ...plain, track }, disk);
      await feed(recorder, voice, answer);
      recorder.stop();
      await recorder.done;
      assert.deepEqual(samplesOf(disk), wanted);
    }
  });

  it('leaves out a pause, or keeps its time', async () => {
    const parts = [babble(1_000), sines([700], 1_000), babble(1_000)] as const;
    for (const [behavior, middle] of [['skip', silence(0)] as const, ['silence', silence(1_000)] as const]) {
      const disk = new FakeDisk();
      const recorder = new FileRecorder(plain, disk);
      await feed(recorder, parts[0]);
      recorder.pause(behavior);
      await feed(recorder, parts[1]);
      recorder.resume();
      await feed(recorder, parts[2]);
      recorder.stop();
      await recorder.done;
      assert.deepEqual(samplesOf(disk), join(parts[0], middle, parts[2]), behavior);
    }
  });

  it('trims silence at both ends and none between', async () => {
    const disk = new FakeDisk();
    const recorder = new FileRecorder({ ...plain, trimSilence: true }, disk);
    const words = join(babble(960), silence(2_000), babble(960));
    await feed(recorder, mixed(join(silence(4_000), words, silence(5_000)), noise(12_920, -55)));
    recorder.stop();
    const { durationMs } = await recorder.done;
    assert.ok(durationMs >= 3_900 && durationMs <= 4_700, `${durationMs}`);
    const kept = samplesOf(disk);
    assert.equal(kept.length, durationMs * 8);
  });

  it('keeps nothing of silence alone', async () => {
    const disk = new FakeDisk();
    const recorder = new FileRecorder({ ...plain, trimSilence: true }, disk);
    await feed(recorder, silence(3_000));
    recorder.stop();
    assert.deepEqual(await recorder.done, { why: 'stopped', durationMs: 0, bytes: 44 });
  });

  it('ends after so much silence of the party, whatever it hears', async () => {
    const recorder = new FileRecorder({ ...plain, silenceTimeoutMs: 2_000 }, new FakeDisk());
    const inbound = join(silence(1_000), babble(960), silence(6_000));
    await feed(recorder, inbound, sines([400], 7_960));
    const { why, durationMs } = await recorder.done;
    assert.equal(why, 'silence');
    assert.ok(Math.abs(durationMs - 3_960) <= 120, `${durationMs}`);
  });

  it('ends where nobody ever speaks', async () => {
    const recorder = new FileRecorder({ ...plain, silenceTimeoutMs: 2_000 }, new FakeDisk());
    await feed(recorder, silence(6_000));
    assert.deepEqual(await recorder.done, { why: 'silence', durationMs: 2_000, bytes: 32_044 });
  });

  it('ends at its longest, also while it waits for the first word', async () => {
    for (const trimSilence of [false, true]) {
      const recorder = new FileRecorder({ ...plain, trimSilence, maxDurationMs: 1_000 }, new FakeDisk());
      await feed(recorder, silence(3_000));
      const { why, durationMs } = await recorder.done;
      assert.deepEqual([why, durationMs], ['max-duration', trimSilence ? 0 : 1_000]);
    }
  });

  it('ends with a digit, which is not in it', async () => {
    const disk = new FakeDisk();
    const recorder = new FileRecorder({ ...plain, finishOnDigits: '#*' }, disk);
    await feed(recorder, voice);
    recorder.digit('1', 100, true);
    assert.equal(recorder.ended, false);
    await feed(recorder, sines([941, 1_477], 120));
    recorder.digit('#', 120, true);
    const result = await recorder.done;
    assert.deepEqual([result.why, result.digit, result.durationMs], ['digit', '#', 2_940]);
    assert.deepEqual(samplesOf(disk), voice.subarray(0, 2_940 * 8));
  });

  it('cuts nothing for a digit that was an event', async () => {
    const recorder = new FileRecorder({ ...plain, finishOnDigits: '#' }, new FakeDisk());
    await feed(recorder, voice);
    recorder.digit('#', 120, false);
    assert.equal((await recorder.done).durationMs, 3_000);
  });

  it('loses sound to a slow disk, counts it, and keeps the rest at its time', async () => {
    const disk = new FakeDisk();
    const recorder = new FileRecorder(plain, disk);
    await settle();
    disk.held = true;
    const sound = sines([300], 20_000);
    const all = frames(sound);
    for (const frame of all.slice(0, 600)) recorder.write(frame, new Int16Array(frameSamples));
    assert.equal(recorder.lostSamples, 32_000);
    disk.held = false;
    await settle();
    await feed(recorder, sound.subarray(600 * frameSamples));
    recorder.stop();
    assert.equal((await recorder.done).durationMs, 20_000);
    const kept = samplesOf(disk);
    assert.deepEqual(kept.subarray(0, 64_000), sound.subarray(0, 64_000));
    assert.ok(kept.subarray(64_000, 96_000).every((sample) => sample === 0));
    assert.deepEqual(kept.subarray(96_000), sound.subarray(96_000));
  });

  it('says that it failed where the disk does', async () => {
    const never = new FakeDisk();
    never.broken = true;
    const recorder = new FileRecorder(plain, never);
    await feed(recorder, voice);
    const { why, bytes } = await recorder.done;
    assert.deepEqual([why, bytes], ['failed', 0]);

    const later = new FakeDisk();
    const second = new FileRecorder(plain, later);
    await feed(second, voice);
    later.broken = true;
    await feed(second, voice);
    assert.equal((await second.done).why, 'failed');
    assert.equal(later.openFiles, 0);
  });
});

describe('mendWav', () => {
  it('makes what a crash left a whole file', async () => {
    const folder = await mkdtemp(path(tmpdir(), 'strowger-wav-'));
    try {
      const file = path(folder, 'r.wav');
      const left = Buffer.concat([wavHeader(2, 0xffff_ffff), Buffer.alloc(16_003, 1)]);
      await writeFile(file, left);
      assert.deepEqual(await mendWav(file), { ok: true, value: { durationMs: 500, bytes: 16_044 } });
      const mended = await readFile(file);
      assert.deepEqual(mended, Buffer.concat([wavHeader(2, 16_000), Buffer.alloc(16_000, 1)]));
      assert.deepEqual(await mendWav(file), { ok: true, value: { durationMs: 500, bytes: 16_044 } });
      await writeFile(file, 'something else entirely, and long enough to have a header');
      assert.deepEqual(await mendWav(file), { ok: false, error: 'foreign' });
      assert.deepEqual(await mendWav(path(folder, 'none')), { ok: false, error: 'unreadable' });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
