import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Health, healthText } from '../../../control/health/health.ts';

describe('health', () => {
  it('is well with no checks, and as well as its worst check', () => {
    const health = new Health();
    assert.deepEqual(health.report(), { ok: true, checks: [] });
    health.register('store', () => ({ ok: true, words: 'writes take 2 ms' }));
    assert.equal(health.report().ok, true);
    const remove = health.register('carrier alpha', () => ({ ok: false, words: 'down for 3 min' }));
    assert.equal(health.report().ok, false);
    assert.equal(
      healthText(health.report()),
      'not ok\nWRONG carrier alpha: down for 3 min\nok    store: writes take 2 ms\n',
    );
    remove();
    assert.equal(health.report().ok, true);
  });

  it('counts a check that throws as a bad one', () => {
    const health = new Health();
    health.register('store', () => {
      throw new Error('closed');
    });
    assert.deepEqual(health.report().checks, [
      { name: 'store', ok: false, words: 'the check failed: closed' },
    ]);
  });

  it('refuses a second check of one name', () => {
    const health = new Health();
    health.register('store', () => ({ ok: true, words: '' }));
    assert.throws(() => health.register('store', () => ({ ok: true, words: '' })));
  });
});
