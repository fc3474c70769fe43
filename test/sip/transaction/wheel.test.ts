import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { TimerWheel, WheelTimer } from '../../../edge/sip/transaction/wheel.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const tickMs = 10;

/** Timers that note when they fired. */
function stand() {
  const clock = new FakeClock();
  const wheel = new TimerWheel(clock, tickMs);
  const begunMs = clock.monotonic();
  const fired: [name: string, atMs: number][] = [];
  const owner = { due: (name: string) => void fired.push([name, clock.monotonic() - begunMs]) };
  return { clock, wheel, fired, timer: (name: string) => new WheelTimer(owner, name) };
}

describe('TimerWheel', () => {
  it('fires each timer once, never early and at most two ticks late', () => {
    const delays = fc.array(fc.integer({ min: 0, max: 200_000 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(delays, (all) => {
        const { clock, wheel, fired, timer } = stand();
        all.forEach((delayMs, index) => wheel.start(timer(String(index)), delayMs));
        clock.advance(250_000);
        assert.equal(fired.length, all.length);
        for (const [name, atMs] of fired) {
          const delayMs = all[Number(name)] ?? 0;
          assert.ok(atMs >= delayMs && atMs <= delayMs + 2 * tickMs, `${delayMs} fired at ${atMs}`);
        }
        assert.equal(wheel.size, 0);
      }),
      { numRuns: 30 },
    );
  });

  it('does not fire what was stopped, and fires what was set anew only at its new time', () => {
    const { clock, wheel, fired, timer } = stand();
    const [stopped, moved] = [timer('stopped'), timer('moved')];
    wheel.start(stopped, 100);
    wheel.start(moved, 100);
    clock.advance(50);
    wheel.stop(stopped);
    wheel.start(moved, 500);
    clock.advance(400);
    assert.equal(fired.length, 0);
    clock.advance(200);
    assert.deepEqual(
      fired.map(([name]) => name),
      ['moved'],
    );
  });

  it('lets a timer that fires stop another of the same tick, and set itself again', () => {
    const clock = new FakeClock();
    const wheel = new TimerWheel(clock, tickMs);
    const fired: string[] = [];
    const first: WheelTimer = new WheelTimer(
      {
        due: () => {
          fired.push('first');
          wheel.stop(second);
          if (fired.length < 3) wheel.start(first, 20);
        },
      },
      'first',
    );
    const second: WheelTimer = new WheelTimer({ due: () => void fired.push('second') }, 'second');
    wheel.start(first, 20);
    wheel.start(second, 20);
    clock.advance(500);
    assert.deepEqual(fired, ['first', 'first', 'first']);
  });

  it('leaves the clock alone while nothing is set', () => {
    const { clock, wheel, timer } = stand();
    wheel.start(timer('one'), 30);
    clock.advance(100);
    assert.equal(clock.timers, 0);
    clock.advance(1_000_000);
    wheel.start(timer('two'), 30);
    assert.equal(clock.timers, 1);
  });
});
