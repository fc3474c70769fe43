import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { english, optOutTypes } from '../../control/optouts/keywords.ts';
import { keywordEffect } from '../../edge/messaging/inbound/keyword-effect.ts';
import { segment } from '../../edge/messaging/segments/segments.ts';

const nothing = { optOut: 'keep', answered: false };

describe('keywordEffect', () => {
  it('opts out once, with an answer', () => {
    for (const advanced of [false, true]) {
      assert.deepEqual(keywordEffect('STOP', false, advanced), { optOut: 'set', answered: true });
      assert.deepEqual(keywordEffect('STOP', true, advanced), nothing);
    }
  });

  it('opts back in who had opted out; others only hear of it with Advanced Opt-Out', () => {
    for (const advanced of [false, true])
      assert.deepEqual(keywordEffect('START', true, advanced), { optOut: 'clear', answered: true });
    assert.deepEqual(keywordEffect('START', false, false), nothing);
    assert.deepEqual(keywordEffect('START', false, true), { optOut: 'keep', answered: true });
  });

  it('answers HELP to who has not opted out', () => {
    for (const advanced of [false, true]) {
      assert.deepEqual(keywordEffect('HELP', false, advanced), { optOut: 'keep', answered: true });
      assert.deepEqual(keywordEffect('HELP', true, advanced), nothing);
    }
  });
});

it('the default answers take one segment each', () => {
  for (const type of optOutTypes) assert.equal(segment(english.replies[type]).count, 1);
});
