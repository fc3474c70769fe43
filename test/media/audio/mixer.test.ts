import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { MemorySource } from '../../../media/audio/memory-source.ts';
import { Mixer } from '../../../media/audio/mixer.ts';
import { newFrame, silentFrame } from '../../../media/audio/frame.ts';

const level = (value: number): Int16Array => newFrame().fill(value);
const clip = (value: number): number => Math.max(-32_768, Math.min(32_767, value));

interface Party {
  readonly says: number | undefined;
  readonly muted: boolean;
  readonly held: boolean;
  /** Index of the one who is coached. */
  readonly coaches: number | undefined;
}

const party = fc.record({
  says: fc.option(fc.integer({ min: -32_768, max: 32_767 }), { nil: undefined }),
  muted: fc.boolean(),
  held: fc.boolean(),
  coaches: fc.option(fc.nat(5), { nil: undefined, freq: 4 }),
});

/** What one party should hear, by the words of the contract rather than by sums and differences. */
function expected(parties: readonly Party[], listener: number): number {
  if (parties[listener]?.held === true) return 0;
  const heard = parties.map(({ says = 0, muted, held, coaches }, i) => {
    if (i === listener || muted || held) return 0;
    return coaches === undefined || coaches === listener ? says : 0;
  });
  return heard.reduce((sum, value) => sum + value, 0);
}

describe('Mixer', () => {
  it('lets everyone hear exactly those whom they should', () => {
    fc.assert(
      fc.property(fc.array(party, { minLength: 1, maxLength: 6 }), (drawn) => {
        const parties = drawn.map((each, i) => ({
          ...each,
          coaches:
            each.coaches === undefined || each.coaches >= drawn.length || each.coaches === i
              ? undefined
              : each.coaches,
        }));
        // Cut twice is not the same as cut once; the sum of three that coach is tried where nothing is cut.
        const scaled = parties.map((each) => ({ ...each, says: each.says && Math.trunc(each.says / 6) }));
        const mixer = new Mixer();
        const members = scaled.map(() => mixer.join());
        scaled.forEach(({ says, muted, held, coaches }, i) => {
          const member = members[i]!;
          member.muted = muted;
          member.held = held;
          member.coached = coaches === undefined ? undefined : members[coaches];
          if (says !== undefined) member.write(level(says));
        });
        mixer.tick();
        members.forEach((member, i) => {
          assert.deepEqual(member.heard, level(expected(scaled, i)), `party ${i}`);
        });
      }),
    );
  });

  it('cuts what is too loud, after the own words are taken out', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -32_768, max: 32_767 }), { maxLength: 8 }), (says) => {
        const mixer = new Mixer();
        const members = says.map((value) => {
          const member = mixer.join();
          member.write(level(value));
          return member;
        });
        mixer.tick();
        const sum = says.reduce((all, value) => all + value, 0);
        members.forEach((member, i) => assert.equal(member.heard[0], clip(sum - (says[i] ?? 0))));
        assert.equal(mixer.everything[0], clip(sum));
      }),
    );
  });

  it('gives those who only listen the same frame', () => {
    const mixer = new Mixer();
    const [speaker, one, two] = [mixer.join(), mixer.join(), mixer.join()];
    speaker.write(level(100));
    mixer.tick();
    assert.equal(one.heard, two.heard);
    assert.deepEqual(one.heard, level(100));
    assert.deepEqual(speaker.heard, level(0));
  });

  it('forgets what was said when the next tick has nothing', () => {
    const mixer = new Mixer();
    const [speaker, listener] = [mixer.join(), mixer.join()];
    speaker.write(level(100));
    mixer.tick();
    mixer.tick();
    assert.equal(listener.heard, silentFrame);
  });

  it('plays to everyone but those on hold, and says when it is over', () => {
    const mixer = new Mixer();
    const [one, held] = [mixer.join(), mixer.join()];
    held.held = true;
    let ended = 0;
    mixer.play(new MemorySource(new Int16Array(320).fill(7)), () => ended++);
    for (let i = 0; i < 2; i++) {
      one.write(level(100));
      mixer.tick();
      assert.deepEqual(one.heard, level(7));
      assert.deepEqual(held.heard, level(0));
      assert.deepEqual(mixer.everything, level(107));
    }
    assert.equal(ended, 0);
    mixer.tick();
    assert.equal(ended, 1);
    mixer.tick();
    assert.equal(ended, 1);
  });

  it('plays several things at once, and stops one', () => {
    const mixer = new Mixer();
    const listener = mixer.join();
    let ended = 0;
    const music = mixer.play(new MemorySource(new Int16Array(800).fill(7)), () => ended++);
    mixer.play(new MemorySource(new Int16Array(160).fill(30)), () => ended++);
    mixer.tick();
    assert.deepEqual(listener.heard, level(37));
    mixer.tick();
    assert.deepEqual([listener.heard, ended], [level(7), 1]);
    music.stop();
    mixer.tick();
    assert.deepEqual([listener.heard, ended], [level(0), 1]);
  });

  it('ends the coaching of one who leaves', () => {
    const mixer = new Mixer();
    const [coach, agent, caller] = [mixer.join(), mixer.join(), mixer.join()];
    coach.coached = agent;
    mixer.leave(agent);
    assert.equal(mixer.size, 2);
    coach.write(level(5));
    mixer.tick();
    assert.deepEqual(caller.heard, level(5));
  });
});
