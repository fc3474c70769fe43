import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { toneShare } from '../../peers/rtp-phone.ts';
import { Stage } from './stage.ts';
import type { Call } from './stage.ts';

let stage: Stage;
before(async () => {
  stage = await Stage.open({ workers: 2 });
});
after(() => stage.close());

const tones = [440, 1_000, 1_600] as const;

/** Three phones in a room, each saying its own tone. */
async function conference() {
  const room = await stage.media.openRoom();
  const calls = [await stage.call(), await stage.call({ codecs: ['PCMA'] }), await stage.call()] as const;
  for (const [i, { leg, phone }] of calls.entries()) {
    phone.say(tones[i] ?? 0);
    await room.join(leg);
  }
  const leave = async (): Promise<void> => {
    await room.close();
    for (const { leg } of calls) await leg.close();
  };
  return { room, calls, leave };
}

const hears = ({ phone }: Call, ...hz: readonly number[]): Promise<void> =>
  phone.until(() => tones.every((tone) => phone.share(tone) > 0.2 === hz.includes(tone)));

describe('a room', () => {
  it('lets everyone hear everyone else, and nobody themselves', async () => {
    const { calls, leave } = await conference();
    await Promise.all([
      hears(calls[0], 1_000, 1_600),
      hears(calls[1], 440, 1_600),
      hears(calls[2], 440, 1_000),
    ]);
    await leave();
  });

  it('mutes, holds and lets go', async () => {
    const { room, calls, leave } = await conference();
    room.mute(calls[0].leg, true);
    await Promise.all([hears(calls[0], 1_000, 1_600), hears(calls[1], 1_600), hears(calls[2], 1_000)]);
    room.mute(calls[0].leg, false);
    room.hold(calls[1].leg, true);
    await Promise.all([hears(calls[0], 1_600), hears(calls[1]), hears(calls[2], 440)]);
    room.hold(calls[1].leg, false);
    await hears(calls[1], 440, 1_600);
    await room.leave(calls[2].leg);
    await Promise.all([hears(calls[0], 1_000), hears(calls[1], 440)]);
    await leave();
  });

  it('lets a coach speak to one alone', async () => {
    const { room, calls, leave } = await conference();
    room.coach(calls[0].leg, calls[1].leg);
    await Promise.all([hears(calls[0], 1_000, 1_600), hears(calls[1], 440, 1_600), hears(calls[2], 1_000)]);
    room.coach(calls[0].leg, undefined);
    await hears(calls[2], 440, 1_000);
    await leave();
  });

  it('plays to everyone, and is recorded', async () => {
    const { room, calls, leave } = await conference();
    for (const { phone } of calls) phone.say();
    const file = join(stage.folder, 'room.wav');
    const recorder = await room.record({
      file,
      channels: 'mono',
      track: 'both',
      trimSilence: false,
      maxDurationMs: 60_000,
      finishOnDigits: '',
    });
    const playing = room.play([{ kind: 'file', file: stage.tone(700, 600) }]);
    await Promise.all(calls.map(({ phone }) => phone.hears(700)));
    assert.equal(await playing.done, 'ended');
    recorder.stop();
    assert.equal((await recorder.done).why, 'stopped');
    const bytes = readFileSync(file);
    const samples = Int16Array.from({ length: (bytes.length - 44) >> 1 }, (_, i) =>
      bytes.readInt16LE(44 + 2 * i),
    );
    const begins = samples.findIndex((sample) => Math.abs(sample) > 500);
    assert.ok(toneShare(samples.subarray(begins, begins + 4_000), 700) > 0.9);
    await leave();
  });

  it('ends what it plays when it is closed, and its members are free', async () => {
    const { room, calls } = await conference();
    const playing = room.play([{ kind: 'silence', durationMs: 60_000 }]);
    await room.close();
    assert.equal(await playing.done, 'closed');
    assert.equal(await room.play([{ kind: 'silence', durationMs: 20 }]).done, 'closed');
    await calls[0].leg.bridge(calls[2].leg);
    await hears(calls[0], 1_600);
  });
});
