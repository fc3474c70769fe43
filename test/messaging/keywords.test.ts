import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { keywordEffect, keywordOf } from '../../edge/messaging/keywords.ts';
import { segment } from '../../edge/messaging/segments/segments.ts';

describe('keywordOf', () => {
  it('knows the default keywords', () => {
    for (const word of ['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT']) {
      assert.equal(keywordOf(word), 'STOP');
    }
    for (const word of ['START', 'YES', 'UNSTOP']) assert.equal(keywordOf(word), 'START');
    for (const word of ['HELP', 'INFO']) assert.equal(keywordOf(word), 'HELP');
  });

  it('minds neither case nor the space around', () => {
    assert.equal(keywordOf('  stoP\r\n'), 'STOP');
    assert.equal(keywordOf('\u00a0Help '), 'HELP');
  });

  it('wants the whole body', () => {
    for (const body of ['', ' ', 'STOP PLEASE', 'please stop', 'stop.', 'STOPP', 'toString', '__proto__']) {
      assert.equal(keywordOf(body), null);
    }
    assert.equal(keywordOf(`STOP${' '.repeat(1600)}`), null);
  });
});

describe('keywordEffect', () => {
  it('opts out once, with an answer', () => {
    const first = keywordEffect('STOP', false);
    assert.equal(first.optOut, 'set');
    assert.match(first.reply ?? '', /unsubscribed.*START/);
    assert.deepEqual(keywordEffect('STOP', true), { optOut: 'keep', reply: null });
  });

  it('opts back in only who had opted out', () => {
    const back = keywordEffect('START', true);
    assert.equal(back.optOut, 'clear');
    assert.match(back.reply ?? '', /re-subscribed.*STOP/);
    assert.deepEqual(keywordEffect('START', false), { optOut: 'keep', reply: null });
  });

  it('answers HELP to who has not opted out', () => {
    const help = keywordEffect('HELP', false);
    assert.equal(help.optOut, 'keep');
    assert.match(help.reply ?? '', /STOP/);
    assert.deepEqual(keywordEffect('HELP', true), { optOut: 'keep', reply: null });
  });

  it('lets everything else alone', () => {
    assert.deepEqual(keywordEffect(null, false), { optOut: 'keep', reply: null });
    assert.deepEqual(keywordEffect(null, true), { optOut: 'keep', reply: null });
  });

  it('answers in one segment each', () => {
    for (const effect of [
      keywordEffect('STOP', false),
      keywordEffect('START', true),
      keywordEffect('HELP', false),
    ]) {
      assert.equal(segment(effect.reply ?? '').count, 1);
    }
  });
});
