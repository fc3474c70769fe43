import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { delayImpairment, meanOpinionScore, rating } from '../../../media/quality/e-model.ts';
import type { Connection } from '../../../media/quality/e-model.ts';

const clean: Connection = { codec: 'PCMU', lossPercent: 0, burstRatio: 1, delayMs: 0 };
const near = (actual: number, expected: number, by: number): void =>
  assert.ok(Math.abs(actual - expected) <= by, `${actual} is not near ${expected}`);

void describe('E-model', () => {
  void it('rates a connection whose parameters all have their defaults 93.2 (G.107, table 2)', () => {
    near(rating(clean), 93.2, 0.05);
    near(meanOpinionScore(rating(clean)), 4.41, 0.01);
  });

  void it('gives the scores of annex B for ratings at its bounds', () => {
    // Table B.1: R = 90, 80, 70, 60, 50 are MOS 4.34, 4.03, 3.60, 3.10, 2.58.
    for (const [r, mos] of [
      [90, 4.34],
      [80, 4.03],
      [70, 3.6],
      [60, 3.1],
      [50, 2.58],
    ] as const)
      near(meanOpinionScore(r), mos, 0.01);
    assert.equal(meanOpinionScore(0), 1);
    assert.equal(meanOpinionScore(-20), 1);
    assert.equal(meanOpinionScore(3), 1);
    assert.equal(meanOpinionScore(100), 4.5);
    assert.equal(meanOpinionScore(120), 4.5);
  });

  void it('charges delay as the linear fit of it does that is in wide use', () => {
    near(delayImpairment(0), 0.15, 0.01);
    // R. G. Cole and J. H. Rosenbluth, "Voice over IP performance monitoring", 2001, equation 5.
    const fit = (ms: number): number => 0.024 * ms + 0.11 * Math.max(0, ms - 177.3);
    for (const ms of [20, 60, 100, 150, 200, 300, 400]) near(delayImpairment(ms), fit(ms), 4);
  });

  void it('charges losses by the codec, and bursts more', () => {
    // Ie,eff = 95 · 10 / (10 + 25.1)
    near(rating(clean) - rating({ ...clean, lossPercent: 10 }), 27.07, 0.01);
    // Ie,eff = 95 · 10 / (10 / 2 + 25.1)
    near(rating(clean) - rating({ ...clean, lossPercent: 10, burstRatio: 2 }), 31.56, 0.01);
  });

  void it('never rises with loss, bursts or delay, and stays within its scale', () => {
    const amount = (max: number) => fc.double({ min: 0, max, noNaN: true });
    fc.assert(
      fc.property(amount(100), amount(20), amount(2_000), amount(10), (lossPercent, burst, delayMs, more) => {
        const connection: Connection = { codec: 'PCMA', lossPercent, burstRatio: burst, delayMs };
        const r = rating(connection);
        assert.ok(r >= 0 && r <= 93.5);
        const mos = meanOpinionScore(r);
        assert.ok(mos >= 1 && mos <= 4.5);
        const slack = 1e-9;
        assert.ok(rating({ ...connection, lossPercent: Math.min(100, lossPercent + more) }) <= r + slack);
        assert.ok(rating({ ...connection, burstRatio: burst + more }) <= r + slack);
        // Of the first milliseconds G.107 thinks a little better than of none.
        assert.ok(rating({ ...connection, delayMs: delayMs + more }) <= r + 0.3);
      }),
    );
  });
});
