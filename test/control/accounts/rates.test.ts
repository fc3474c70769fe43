import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Rates } from '../../../control/accounts/rates.ts';
import { FakeClock } from '../../support/fake-clock.ts';

describe('Rates', () => {
  it('lets a second’s worth through at once, and then one in its time', () => {
    const clock = new FakeClock();
    const rates = new Rates(clock, () => 4);
    for (let n = 0; n < 4; n++) assert.equal(rates.enter(['AC1']), undefined);
    const excess = rates.enter(['AC1']);
    assert.deepEqual([excess?.sid, excess?.perSecond, excess?.waitMs], ['AC1', 4, 250]);
    assert.equal(rates.enter(['AC2']), undefined);
    clock.advance(250);
    assert.equal(rates.enter(['AC1']), undefined);
    assert.notEqual(rates.enter(['AC1']), undefined);
  });

  it('never lets through more than a second’s worth beyond the rate', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.nat(300), { maxLength: 200 }),
        (rate, pauses) => {
          const clock = new FakeClock();
          const rates = new Rates(clock, () => rate);
          let passed = 0;
          let passedMs = 0;
          for (const pauseMs of pauses) {
            clock.advance(pauseMs);
            passedMs += pauseMs;
            if (rates.enter(['AC1']) === undefined) passed++;
          }
          assert.ok(passed <= rate + (passedMs / 1_000) * rate + 0.001);
        },
      ),
    );
  });

  it('counts for the account only what its key lets through', () => {
    const rates = new Rates(new FakeClock(), (sid) => (sid === 'SK1' ? 1 : 2));
    assert.equal(rates.enter(['AC1', 'SK1']), undefined);
    assert.equal(rates.enter(['AC1', 'SK1'])?.sid, 'SK1');
    assert.equal(rates.enter(['AC1']), undefined);
    assert.equal(rates.enter(['AC1'])?.sid, 'AC1');
  });

  it('remembers no more senders than it is told to', () => {
    const rates = new Rates(new FakeClock(), () => 1, 2);
    for (const sid of ['AC1', 'AC2', 'AC3']) assert.equal(rates.enter([sid]), undefined);
    assert.notEqual(rates.enter(['AC3']), undefined);
    assert.equal(rates.enter(['AC1']), undefined);
  });
});
