import type { Clock, Timer } from '../base/clock.ts';
import { textsKey } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import type { Table } from '../store/table.ts';
import type { PhoneNumber } from './number.ts';

/** Numbers in a transaction: as long as one takes, other writers wait. */
const batchRows = 100;

/** Wide enough for any time; so keys are in the order of their times. */
const timeText = (ms: number): string => String(ms).padStart(15, '0');

/** The numbers that rest, by the end of their quarantine. Written within the transaction that changes the number. */
export class Quarantine {
  private readonly ends: Table<readonly string[], null>;

  constructor(store: Store) {
    this.ends = store.table<readonly string[], null>({ name: 'number-rests', key: textsKey, version: 1 });
  }

  move(before: PhoneNumber, after: PhoneNumber): void {
    const [from, to] = [endOf(before), endOf(after)];
    if (from === to) return;
    if (from !== undefined) this.ends.remove([timeText(from), before.e164]);
    if (to !== undefined) this.ends.put([timeText(to), after.e164], null);
  }

  /** Numbers whose quarantine is over, `limit` at most, the longest over first. */
  over(nowMs: number, limit = batchRows): readonly string[] {
    const range = { end: [timeText(nowMs + 1)], limit };
    return Array.from(this.ends.keys(range), ([, e164 = '']) => e164);
  }
}

const endOf = ({ state, withheld }: PhoneNumber): number | undefined =>
  state === 'quarantine' ? withheld?.restUntilMs : undefined;

const roundMs = 3_600_000;
const pauseMs = 100;

/** Puts numbers on sale whose quarantine is over: looks each hour, and goes on while there are any. */
export class QuarantineWatch {
  private readonly lives: { readonly endQuarantines: () => Promise<number> };
  private readonly clock: Clock;
  private readonly failed: (error: unknown) => void;
  private timer: Timer | undefined;
  private stopped = false;

  /** `failed` hears of a round that the store refused; the next one tries again. */
  constructor(
    lives: { readonly endQuarantines: () => Promise<number> },
    clock: Clock,
    failed: (error: unknown) => void,
  ) {
    this.lives = lives;
    this.clock = clock;
    this.failed = failed;
  }

  start(): void {
    this.next(0);
  }

  stop(): void {
    this.stopped = true;
    this.timer?.cancel();
  }

  private next(afterMs: number): void {
    if (this.stopped) return;
    this.timer = this.clock.after(afterMs, () => {
      this.lives.endQuarantines().then(
        (ended) => this.next(ended > 0 ? pauseMs : roundMs),
        (error: unknown) => {
          if (!this.stopped) this.failed(error);
          this.next(roundMs);
        },
      );
    });
  }
}
