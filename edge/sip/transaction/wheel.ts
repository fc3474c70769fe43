import type { Clock, Timer } from '../../../control/base/clock.ts';

/** Whom a timer of the wheel calls. `name` tells several timers of one owner apart. */
export interface TimerOwner<N extends string> {
  due(name: N): void;
}

/** A timer that can be set again and again; it lies in at most one list of the wheel. */
export class WheelTimer<N extends string = string> {
  readonly owner: TimerOwner<N>;
  readonly name: N;
  /** The tick at which it falls due; -1 while it is not set. */
  dueTick = -1;
  previous: WheelTimer | undefined;
  next: WheelTimer | undefined;

  constructor(owner: TimerOwner<N>, name: N) {
    this.owner = owner;
    this.name = name;
  }

  get set(): boolean {
    return this.dueTick >= 0;
  }
}

const slotCount = 4_096;

/**
 * Timers by the ten thousand at the cost of one: a hashed wheel whose slots are lists. Setting and cancelling are a few
 * assignments. A timer fires at most one tick late and never early. Delays longer than a turn of the wheel are met
 * once each turn. While no timer is set the clock is left alone.
 */
export class TimerWheel {
  private readonly clock: Clock;
  private readonly tickMs: number;
  private readonly slots: (WheelTimer | undefined)[] = Array.from({ length: slotCount }, () => undefined);
  private readonly originMs: number;
  private doneTick = 0;
  private count = 0;
  private ticking: Timer | undefined;
  private lateMs = 0;

  constructor(clock: Clock, tickMs = 10) {
    this.clock = clock;
    this.tickMs = tickMs;
    this.originMs = clock.monotonic();
  }

  /** How many timers are set. */
  get size(): number {
    return this.count;
  }

  /** By how much the last tick came late, in milliseconds: how far the event loop lags. */
  get lagMs(): number {
    return this.count === 0 ? 0 : this.lateMs;
  }

  /** Sets a timer, whether or not it was set before. */
  start<N extends string>(timer: WheelTimer<N>, delayMs: number): void {
    const entry = timer as unknown as WheelTimer;
    if (entry.dueTick >= 0) this.unlink(entry);
    const nowTick = this.tickOf(this.clock.monotonic());
    if (this.count === 0) this.doneTick = nowTick;
    entry.dueTick = Math.max(this.doneTick + 1, nowTick + 1 + Math.ceil(Math.max(0, delayMs) / this.tickMs));
    const slot = entry.dueTick % slotCount;
    const head = this.slots[slot];
    entry.next = head;
    if (head !== undefined) head.previous = entry;
    this.slots[slot] = entry;
    this.count++;
    this.ticking ??= this.arm();
  }

  /** Takes a timer back; one that is not set stays so. */
  stop<N extends string>(timer: WheelTimer<N>): void {
    if (timer.dueTick >= 0) this.unlink(timer);
  }

  /** Ends all ticking; timers that are set never fire. */
  close(): void {
    this.ticking?.cancel();
    this.ticking = undefined;
    this.slots.fill(undefined);
    this.count = 0;
  }

  private tickOf(nowMs: number): number {
    return Math.floor((nowMs - this.originMs) / this.tickMs);
  }

  private arm(): Timer {
    const nextMs = this.originMs + (this.doneTick + 1) * this.tickMs;
    return this.clock.after(Math.max(1, Math.ceil(nextMs - this.clock.monotonic())), () => this.tick(nextMs));
  }

  private tick(dueMs: number): void {
    this.ticking = undefined;
    const nowMs = this.clock.monotonic();
    this.lateMs = Math.max(0, nowMs - dueMs);
    const nowTick = this.tickOf(nowMs);
    while (this.doneTick < nowTick && this.count > 0) this.fire(++this.doneTick);
    if (this.count > 0) this.ticking ??= this.arm();
  }

  private fire(tick: number): void {
    const due: WheelTimer[] = [];
    for (let timer = this.slots[tick % slotCount]; timer !== undefined; timer = timer.next)
      if (timer.dueTick <= tick) due.push(timer);
    // Lists hold the newest first; what was set first fires first.
    for (let at = due.length - 1; at >= 0; at--) {
      const timer = due[at];
      // One of the others may have stopped it or set it anew in the meantime.
      if (timer === undefined || timer.dueTick < 0 || timer.dueTick > tick) continue;
      this.unlink(timer);
      timer.owner.due(timer.name);
    }
  }

  private unlink<N extends string>(timer: WheelTimer<N>): void {
    if (timer.previous === undefined) this.slots[timer.dueTick % slotCount] = timer.next;
    else timer.previous.next = timer.next;
    if (timer.next !== undefined) timer.next.previous = timer.previous;
    timer.previous = undefined;
    timer.next = undefined;
    timer.dueTick = -1;
    this.count--;
  }
}
