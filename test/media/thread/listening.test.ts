import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { deferred } from '../../../edge/voice/deferred.ts';
import type { RecordOptions, TapFrame } from '../../../media/media.ts';
import { companded, expanded } from '../../peers/rtp-bytes.ts';
import { toneShare } from '../../peers/rtp-phone.ts';
import { Stage } from './stage.ts';

let stage: Stage;
before(async () => {
  stage = await Stage.open();
});
after(() => stage.close());

const recording = (name: string, options: Partial<RecordOptions> = {}): RecordOptions => ({
  file: join(stage.folder, name),
  channels: 'mono',
  track: 'both',
  trimSilence: false,
  maxDurationMs: 60_000,
  finishOnDigits: '',
  ...options,
});

/** The samples of one channel of a WAV file made here. */
function channel(file: string, index = 0, channels = 1): Int16Array {
  const bytes = readFileSync(file);
  const samples = new Int16Array((bytes.length - 44) / 2);
  for (let i = 0; i < samples.length; i++) samples[i] = bytes.readInt16LE(44 + 2 * i);
  return samples.filter((_, i) => i % channels === index);
}

/** The middle of what was recorded, away from where it began and ended. */
const middle = (samples: Int16Array): Int16Array =>
  samples.subarray(samples.length >> 1, (samples.length >> 1) + 1_600);

describe('a recording', () => {
  it('contains what the party said', async () => {
    const { leg, phone } = await stage.call();
    phone.say(440);
    const options = recording('said.wav', { maxDurationMs: 1_000 });
    const result = await (await leg.record(options)).done;
    assert.equal(result.why, 'max-duration');
    assert.equal(result.durationMs, 1_000);
    const samples = channel(options.file);
    assert.equal(samples.length, 8_000);
    assert.ok(toneShare(middle(samples), 440) > 0.9);
  });

  it('of a bridge has one party on each side', async () => {
    const [one, other] = [await stage.call(), await stage.call()];
    await one.leg.bridge(other.leg);
    one.phone.say(440);
    other.phone.say(1_000);
    await one.phone.hears(1_000);
    const options = recording('dual.wav', { channels: 'dual', maxDurationMs: 1_000 });
    await (
      await one.leg.record(options)
    ).done;
    assert.ok(toneShare(middle(channel(options.file, 0, 2)), 440) > 0.9);
    assert.ok(toneShare(middle(channel(options.file, 1, 2)), 1_000) > 0.9);
  });

  it('contains what was played to the party', async () => {
    const { leg } = await stage.call();
    leg.play([{ kind: 'file', file: stage.tone(600, 200) }], { loop: 0 });
    const options = recording('played.wav', { track: 'outbound', maxDurationMs: 800 });
    await (
      await leg.record(options)
    ).done;
    assert.ok(toneShare(middle(channel(options.file)), 600) > 0.9);
  });

  it('ends by a digit, when it is stopped, and when the leg is closed', async () => {
    const { leg, phone } = await stage.call();
    phone.say(440);
    const byDigit = await leg.record(recording('digit.wav', { finishOnDigits: '#' }));
    await phone.dial('1#');
    const result = await byDigit.done;
    assert.deepEqual([result.why, result.digit], ['digit', '#']);
    const stopped = await leg.record(recording('stopped.wav'));
    stopped.stop();
    assert.equal((await stopped.done).why, 'stopped');
    const closed = await leg.record(recording('closed.wav'));
    await leg.close();
    assert.equal((await closed.done).why, 'leg-closed');
    const late = await leg.record(recording('late.wav'));
    assert.equal((await late.done).why, 'leg-closed');
  });

  it('leaves out what is said in a pause', async () => {
    const { leg, phone } = await stage.call();
    phone.say(440);
    const recorder = await leg.record(recording('paused.wav', { maxDurationMs: 1_000 }));
    recorder.pause('skip');
    await phone.ticks(20);
    phone.say(880);
    await phone.ticks(10);
    recorder.resume();
    await recorder.done;
    assert.ok(toneShare(channel(join(stage.folder, 'paused.wav')), 880) > 0.7);
  });

  it('fails where there is no folder', async () => {
    const { leg, phone } = await stage.call();
    phone.say(440);
    const recorder = await leg.record(recording('nowhere/at-all.wav', { maxDurationMs: 200 }));
    assert.equal((await recorder.done).why, 'failed');
  });
});

describe('a tap', () => {
  it('gives both directions, 20 ms at a time', async () => {
    const { leg, phone } = await stage.call();
    phone.say(440);
    leg.play([{ kind: 'file', file: stage.tone(900, 200) }], { loop: 0 });
    const frames: TapFrame[] = [];
    let tap: { close(): void } | undefined;
    await new Promise<void>((resolve) => {
      void leg
        .tap('both', (frame) => {
          frames.push(frame);
          if (frames.length === 80) resolve();
        })
        .then((opened) => (tap = opened));
    });
    tap?.close();
    for (const [track, hz] of [
      ['inbound', 440],
      ['outbound', 900],
    ] as const) {
      const own = frames.filter((frame) => frame.track === track);
      assert.ok(own.every(({ payload, timestampMs }, i) => payload.length === 160 && timestampMs === i * 20));
      const sound = own.slice(-20).flatMap(({ payload }) => Array.from(expanded('PCMU', payload)));
      assert.ok(toneShare(Int16Array.from(sound), hz) > 0.9, track);
    }
  });

  it('is still after it has been closed', async () => {
    const { leg, phone } = await stage.call();
    phone.say(440);
    let heard = 0;
    const tap = await leg.tap('inbound', () => heard++);
    await phone.ticks(10);
    tap.close();
    // Whatever is answered now was asked after it.
    await leg.echo(false);
    const before = heard;
    await phone.ticks(10);
    assert.equal(heard, before);
  });
});

describe('watching for speech', () => {
  it('tells when somebody begins and when they stop', async () => {
    const { leg, phone } = await stage.call();
    phone.say();
    const changes: string[] = [];
    await new Promise<void>((resolve) => {
      void leg
        .watchSpeech(({ kind }) => {
          changes.push(kind);
          if (changes.length === 2) resolve();
        })
        .then(async () => {
          await phone.ticks(10);
          phone.say(300, 1_100, 2_300);
          await phone.ticks(25);
          phone.say();
        });
    });
    assert.deepEqual(changes, ['speech', 'silence']);
  });
});

describe('a feed', () => {
  const sound = (hz: number, ms: number): Uint8Array =>
    companded(
      'PCMU',
      Int16Array.from({ length: ms * 8 }, (_, i) => 8_000 * Math.sin((2 * Math.PI * hz * i) / 8_000)),
    );

  it('is heard in real time, and its marks pass in order', async () => {
    const { leg, phone } = await stage.call();
    const feed = await leg.feed();
    const passed: string[] = [];
    feed.push(sound(500, 300));
    feed.mark(() => passed.push('first'));
    feed.push(sound(500, 33));
    await new Promise<void>((resolve) => {
      feed.mark(() => {
        passed.push('second');
        resolve();
      });
    });
    assert.deepEqual(passed, ['first', 'second']);
    await phone.until(() => {
      const begins = phone.heard.findIndex((sample) => Math.abs(sample) > 500);
      const heard = phone.heard.subarray(begins, begins + 2_400);
      return begins >= 0 && heard.length === 2_400 && toneShare(heard, 500) > 0.9;
    });
    feed.close();
  });

  it('is emptied at once, and then its marks pass', async () => {
    const { leg, phone } = await stage.call();
    const feed = await leg.feed();
    feed.push(sound(500, 10_000));
    await phone.hears(500);
    await new Promise<void>((resolve) => {
      feed.mark(resolve);
      feed.clear();
    });
    await phone.hearsNot(500);
    await leg.close();
    feed.push(sound(500, 20));
  });
});

describe('who has answered', () => {
  it('is told once: somebody who goes on and on is a machine', async () => {
    const { leg, phone } = await stage.call();
    const verdicts: string[] = [];
    const { promise, resolve } = deferred<undefined>();
    const watch = await leg.watchMachine({ until: 'answer', speechThresholdMs: 600 }, (by) => {
      verdicts.push(by);
      resolve(undefined);
    });
    for (let word = 0; word < 5 && verdicts.length === 0; word++) await phone.speak(murmur(400));
    await promise;
    await phone.speak(murmur(400));
    assert.deepEqual(verdicts, ['machine_start']);
    watch.close();
  });
});

/** Something like a voice: noise that rises and falls. */
function murmur(durationMs: number): Int16Array {
  let seed = 1;
  return Int16Array.from({ length: durationMs * 8 }, (_, i) => {
    seed = (seed * 16_807) % 2_147_483_647;
    return ((seed / 2_147_483_647) * 2 - 1) * 8_000 * Math.abs(Math.sin((i * Math.PI) / 1_600));
  });
}
