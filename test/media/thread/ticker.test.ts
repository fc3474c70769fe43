import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Ticker } from '../../../media/thread/ticker.ts';
import { FakeClock } from '../../support/fake-clock.ts';

/** A clock whose timers may be seen late, as in a process that is busy. */
class BusyClock extends FakeClock {
  private aheadMs = 0;

  leap(ms: number): void {
    this.aheadMs += ms;
  }

  override monotonic(): number {
    return super.monotonic() + this.aheadMs;
  }
}

function running() {
  const clock = new BusyClock();
  const beganMs = clock.monotonic();
  const ticks: number[] = [];
  const atMs: number[] = [];
  const parts: number[] = [];
  const ticker = new Ticker(clock, (tick, part) => {
    parts.push(part);
    if (part > 0) return;
    ticks.push(tick);
    atMs.push(clock.monotonic() - beganMs);
  });
  return { clock, ticks, parts, atMs, ticker };
}

describe('the ticker', () => {
  it('ticks at every multiple of 20 ms', () => {
    const { clock, ticks, atMs, ticker } = running();
    clock.advance(7);
    ticker.start();
    clock.advance(100);
    assert.deepEqual(ticks, [1, 2, 3, 4, 5]);
    assert.deepEqual(atMs, [20, 40, 60, 80, 100]);
  });

  it('has four parts to a tick', () => {
    const { clock, parts, ticker } = running();
    ticker.start();
    clock.advance(40);
    assert.deepEqual(parts, [1, 2, 3, 0, 1, 2, 3, 0]);
  });

  it('does not drift, however late a tick is', () => {
    const { clock, ticks, ticker } = running();
    ticker.start();
    // Time passes in leaps of 33 ms: timers are seen late, ticks are made up.
    for (let i = 0; i < 100; i++) {
      clock.leap(13);
      clock.advance(20);
    }
    assert.deepEqual(
      ticks,
      Array.from({ length: 165 }, (_, i) => i + 1),
    );
  });

  it('gives up what was missed in a long stall', () => {
    const { clock, ticks, ticker } = running();
    ticker.start();
    clock.leap(1_000);
    clock.advance(20);
    assert.deepEqual(ticks, [51]);
    clock.advance(20);
    assert.deepEqual(ticks, [51, 52]);
  });

  it('counts on while it stands still', () => {
    const { clock, ticks, ticker } = running();
    ticker.start();
    clock.advance(40);
    ticker.stop();
    clock.advance(100);
    assert.deepEqual(ticks, [1, 2]);
    assert.equal(clock.timers, 0);
    ticker.start();
    ticker.start();
    clock.advance(20);
    assert.deepEqual(ticks, [1, 2, 8]);
  });
});
