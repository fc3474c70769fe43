import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  beginGathering,
  gatherStep,
  recogniseTimeoutMs,
  type GatherEffect,
  type GatherEvent,
  type GatherRules,
} from '../../../edge/voice/gather/collector.ts';

const rules: GatherRules = {
  dtmf: true,
  speech: true,
  timeoutMs: 5_000,
  finishOnKey: '#',
  numDigits: 4,
  speechTimeoutMs: 2_000,
  maxSpeechMs: 60_000,
  bargeIn: true,
};

/** What a gathering asks for at each of these events; a number lets time pass. */
function play(change: Partial<GatherRules>, ...events: readonly (GatherEvent | number)[]): GatherEffect[][] {
  const own = { ...rules, ...change };
  let nowMs = 0;
  let { state, effects } = beginGathering(own);
  const all = [[...effects]];
  for (const event of events) {
    if (typeof event === 'number') {
      nowMs += event;
      continue;
    }
    ({ state, effects } = gatherStep(own, state, event, nowMs));
    all.push([...effects]);
  }
  return all;
}

const digit = (key: string): GatherEvent => ({ kind: 'digit', digit: key });
const promptsEnded: GatherEvent = { kind: 'prompts-ended' };
const speech: GatherEvent = { kind: 'speech' };
const silence: GatherEvent = { kind: 'silence' };
const timer: GatherEvent = { kind: 'timer' };
const understood = (text: string): GatherEvent => ({ kind: 'understood', text, confidence: 0.5 });

const resultOf = (steps: readonly (readonly GatherEffect[])[]): unknown => {
  const [done] = steps.flat().filter((effect) => effect.kind === 'done');
  return done?.result;
};
const digits = (text: string, finishedOnKey = ''): object => ({
  kind: 'digits',
  digits: text,
  finishedOnKey,
});

describe('digits', () => {
  const dtmf = { speech: false };

  it('end by their number, by the key, and by a pause', () => {
    assert.deepEqual(resultOf(play(dtmf, ...['1', '2', '3', '4'].map(digit))), digits('1234'));
    assert.deepEqual(resultOf(play(dtmf, digit('1'), digit('#'))), digits('1', '#'));
    assert.deepEqual(resultOf(play(dtmf, digit('1'), digit('2'), timer)), digits('12'));
  });

  it('stop the prompts and begin the waiting, each anew', () => {
    const waiting: GatherEffect = { kind: 'timer', afterMs: 5_000 };
    assert.deepEqual(play(dtmf, digit('1'), digit('2'), promptsEnded), [
      [],
      [{ kind: 'stop-prompts' }, waiting],
      [waiting],
      [],
    ]);
  });

  it('are waited for only once the prompts have been heard', () => {
    assert.deepEqual(play(dtmf, promptsEnded, timer), [
      [],
      [{ kind: 'timer', afterMs: 5_000 }],
      [
        { kind: 'timer', afterMs: undefined },
        { kind: 'done', result: { kind: 'nothing' } },
      ],
    ]);
  });

  it('are not ended by a key that no digit came before, nor by one that is no key', () => {
    assert.equal(resultOf(play(dtmf, digit('#'))), undefined);
    assert.deepEqual(
      resultOf(play({ ...dtmf, finishOnKey: '' }, ...['1', '#', '*', '#'].map(digit))),
      digits('1#*#'),
    );
  });

  it('are kept while prompts are heard that may not be interrupted', () => {
    const uninterrupted = { ...dtmf, bargeIn: false, numDigits: 2 };
    const steps = play(uninterrupted, digit('1'), digit('2'), digit('3'), promptsEnded);
    assert.deepEqual(steps.slice(0, 4), [[], [], [], []]);
    assert.deepEqual(resultOf(steps), digits('12'));
  });

  it('are not heard where speech alone is asked for', () => {
    assert.equal(resultOf(play({ dtmf: false }, ...['1', '2', '3', '4', '#'].map(digit))), undefined);
  });
});

describe('speech', () => {
  it('is listened to from the beginning, and stops the prompts', () => {
    const [first, second] = play({}, speech);
    assert.deepEqual(first, [{ kind: 'listen' }]);
    assert.deepEqual(second, [{ kind: 'stop-prompts' }, { kind: 'timer', afterMs: 60_000 }]);
  });

  it('is listened to after the prompts where these may not be interrupted', () => {
    assert.deepEqual(play({ bargeIn: false }, speech, promptsEnded, speech), [
      [],
      [],
      [{ kind: 'listen' }, { kind: 'timer', afterMs: 5_000 }],
      [{ kind: 'timer', afterMs: 60_000 }],
    ]);
  });

  it('ends by silence, and is what the recogniser says then', () => {
    const steps = play(
      {},
      promptsEnded,
      speech,
      1_000,
      silence,
      500,
      speech,
      1_000,
      silence,
      timer,
      understood('hello'),
    );
    assert.deepEqual(steps.slice(2, 7), [
      [{ kind: 'timer', afterMs: 60_000 }],
      [{ kind: 'timer', afterMs: 2_000 }],
      [{ kind: 'timer', afterMs: 58_500 }],
      [{ kind: 'timer', afterMs: 2_000 }],
      [{ kind: 'finish-listening' }, { kind: 'timer', afterMs: recogniseTimeoutMs }],
    ]);
    assert.deepEqual(resultOf(steps), { kind: 'speech', text: 'hello', confidence: 0.5 });
  });

  it('ends when it has lasted as long as it may', () => {
    const steps = play({ maxSpeechMs: 3_000 }, speech, 2_500, silence);
    assert.deepEqual(steps.at(-1), [{ kind: 'timer', afterMs: 500 }]);
  });

  it('is nothing when it was not understood, or nobody spoke', () => {
    const nothing = { kind: 'nothing' };
    assert.deepEqual(resultOf(play({}, speech, silence, timer, understood(''))), nothing);
    assert.deepEqual(resultOf(play({}, speech, silence, timer, timer)), nothing);
    assert.deepEqual(resultOf(play({}, promptsEnded, timer)), nothing);
    assert.equal(resultOf(play({}, promptsEnded, understood(''))), undefined);
  });

  it('gives way to digits', () => {
    const steps = play({}, speech, digit('1'), silence, understood('one'), timer);
    assert.deepEqual(steps[2], [{ kind: 'cancel-listening' }, { kind: 'timer', afterMs: 5_000 }]);
    assert.deepEqual(resultOf(steps), digits('1'));
  });
});

describe('any gathering', () => {
  const event = fc.oneof(
    fc.constantFrom('1', '9', '#', '*').map(digit),
    fc.constantFrom(promptsEnded, speech, silence, timer, understood(''), understood('yes')),
    fc.integer({ min: 0, max: 70_000 }),
  );
  const anyRules = fc.record({
    dtmf: fc.boolean(),
    speech: fc.boolean(),
    bargeIn: fc.boolean(),
    numDigits: fc.constantFrom(1, 4, Infinity),
    finishOnKey: fc.constantFrom('#', ''),
  });

  it('ends once, and asks for nothing after that', () => {
    fc.assert(
      fc.property(anyRules, fc.array(event, { maxLength: 30 }), (change, events) => {
        const steps = play(change, ...events);
        const at = steps.findIndex((effects) => effects.some(({ kind }) => kind === 'done'));
        if (at === -1) return;
        assert.deepEqual(steps.slice(at + 1).flat(), []);
        assert.equal(steps[at]!.filter(({ kind }) => kind === 'done').length, 1);
      }),
    );
  });

  it('ends by its timers alone once the prompts have been heard', () => {
    fc.assert(
      fc.property(anyRules, fc.array(event, { maxLength: 30 }), (change, events) => {
        const steps = play(change, ...events, promptsEnded, timer, timer);
        assert.notEqual(resultOf(steps), undefined);
      }),
    );
  });

  it('sets no timer that lies in the past', () => {
    fc.assert(
      fc.property(anyRules, fc.array(event, { maxLength: 30 }), (change, events) => {
        for (const effect of play(change, ...events).flat()) {
          if (effect.kind === 'timer' && effect.afterMs !== undefined) assert.ok(effect.afterMs >= 0);
        }
      }),
    );
  });
});
