import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { decimalText, parseMicros, priceText } from '../../../control/billing/micros.ts';

describe('Money', () => {
  it('is read exactly, or refused', () => {
    assert.deepEqual(parseMicros('25.00'), { ok: true, value: 25_000_000 });
    assert.deepEqual(parseMicros('-0.000001'), { ok: true, value: -1 });
    for (const text of ['', '1.0000001', '1e3', '.5', '1.', '+1', ' 1', 'NaN']) {
      assert.deepEqual(parseMicros(text), { ok: false, error: 'badAmount' });
    }
    assert.deepEqual(parseMicros('9007199254.740991'), { ok: true, value: Number.MAX_SAFE_INTEGER });
    assert.deepEqual(parseMicros('9007199254.740992'), { ok: false, error: 'tooLarge' });
  });

  it('is written as it was read', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer({ min: 0, max: 6 }), (micros, decimals) => {
        const read = parseMicros(decimalText(micros, decimals));
        assert.deepEqual(read, { ok: true, value: micros });
      }),
    );
  });

  it('is a negative price with five decimals, or six where it has them', () => {
    assert.equal(priceText(7_500), '-0.00750');
    assert.equal(priceText(1), '-0.000001');
    assert.equal(priceText(0), '0.00000');
  });
});
