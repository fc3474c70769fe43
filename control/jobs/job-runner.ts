import type { Clock, Timer } from '../base/clock.ts';
import { Shares } from '../base/shares.ts';

/** What a job said: `done` if its group has nothing left, `more` to go on at once, or when to try again. */
export type JobEnd =
  | { readonly kind: 'done' }
  | { readonly kind: 'more' }
  | { readonly kind: 'retry'; readonly delayMs: number };

export interface JobRunnerOptions {
  readonly clock: Clock;
  /** Groups worked on at a time; each owner has its share of them (`Shares`). */
  readonly concurrency: number;
  /** Whose group it is, the account's number; undefined if nobody's any more. */
  readonly ownerOf: (id: Buffer) => number | undefined;
  /** Does the next job of a group, whose rows are on disk, and removes its row. */
  readonly run: (id: Buffer) => Promise<JobEnd>;
  /** Every group with work on disk, in their order, after this one or from the first. */
  readonly pending: (after: Buffer | undefined) => Iterable<Buffer>;
}

/** The groups of a runner, for the metrics. */
export interface JobLoad {
  readonly running: number;
  /** Waiting for their turn; those left on disk for want of room are not counted. */
  readonly waiting: number;
  /** Waiting for their next try. */
  readonly pausing: number;
  /** How long the one that has waited longest for its turn has done so. */
  readonly latestMs: number;
}

/** Groups that wait in memory for their turn; more of them wait on disk until these are worked off. */
const rememberedMax = 10_000;

/** With fewer than that in memory there is room for what waits on disk. */
const lowWater = rememberedMax / 10;

/** Groups looked at on disk in one turn of the event loop. */
const scanBatch = 1_000;

/** Groups that wait for their next try, beside those: so one dead application does not hold up the living. */
const pausingMax = 50_000;

/** Pause after a job that threw. */
const failedMs = 5_000;

type State =
  | { readonly kind: 'waiting'; readonly sinceMs: number }
  | { readonly kind: 'running'; again: boolean }
  | { readonly kind: 'pausing'; readonly timer: Timer };

/** Groups do not wait for anything but their owner's turn. */
const lane = '';

/** A group as it is worked on, or waits for that. */
interface Turn {
  readonly name: string;
  readonly owner: string;
}

/**
 * Works off jobs that lie in the store, each group (a message, a call) in order and alone, many groups at a time, of
 * which each owner has its share: an application that hangs holds up its own tenant. Memory is bounded; what does not
 * fit is found on disk again when there is room.
 */
export class JobRunner {
  private readonly options: JobRunnerOptions;
  private readonly groups = new Map<string, State>();
  private readonly shares: Shares<Turn>;
  private pausing = 0;
  /** Something was left on disk for want of room. */
  private overflow = false;
  private scanning = false;
  private stopped = false;
  private running = 0;
  private rested: (() => void) | undefined;

  constructor(options: JobRunnerOptions) {
    this.options = options;
    this.shares = new Shares({ slots: options.concurrency, perLane: Infinity, waitingMax: rememberedMax });
  }

  /** Takes up what an earlier run of the edge has left. */
  start(): void {
    this.scan(undefined);
  }

  /** Begins nothing new; resolves when what is under way has ended and is written. */
  rest(): Promise<void> {
    this.stop();
    return new Promise((resolve) => {
      this.rested = resolve;
      if (this.running === 0) resolve();
    });
  }

  stop(): void {
    this.stopped = true;
    for (const state of this.groups.values()) if (state.kind === 'pausing') state.timer.cancel();
  }

  /** Walks all groups in memory. */
  get load(): JobLoad {
    let oldestMs = Infinity;
    for (const state of this.groups.values())
      if (state.kind === 'waiting') oldestMs = Math.min(oldestMs, state.sinceMs);
    const { active: running, waiting } = this.shares.load;
    const latestMs = oldestMs === Infinity ? 0 : this.options.clock.monotonic() - oldestMs;
    return { running, waiting, pausing: this.pausing, latestMs };
  }

  /** A group has work. */
  due(id: Buffer): void {
    const name = id.toString('hex');
    const state = this.groups.get(name);
    if (state?.kind === 'running') state.again = true;
    if (state === undefined) this.enqueue(name, id);
  }

  private enqueue(name: string, id: Buffer): void {
    if (this.stopped) return;
    const turn: Turn = { name, owner: String(this.options.ownerOf(id)) };
    switch (this.shares.enter(turn.owner, lane, turn)) {
      case 'entered':
        void this.work(turn);
        return;
      case 'waiting':
        this.groups.set(name, { kind: 'waiting', sinceMs: this.options.clock.monotonic() });
        return;
      case 'full':
        this.groups.delete(name);
        this.overflow = true;
    }
  }

  /** Finds what lies on disk, a part in each turn of the event loop. */
  private scan(after: Buffer | undefined): void {
    if (this.stopped) return;
    if (after === undefined) this.overflow = false;
    this.scanning = true;
    let seen = 0;
    for (const id of this.options.pending(after)) {
      const name = id.toString('hex');
      if (!this.groups.has(name)) this.enqueue(name, id);
      if (++seen < scanBatch) continue;
      const last = Buffer.from(id);
      setImmediate(() => this.scan(last));
      return;
    }
    this.scanning = false;
  }

  private async work(turn: Turn): Promise<void> {
    const { name, owner } = turn;
    const state: State = { kind: 'running', again: false };
    this.groups.set(name, state);
    this.running++;
    const end = await this.run(name);
    if (--this.running === 0) this.rested?.();
    const next = this.shares.leave(owner, lane);
    if (this.stopped) return;
    for (const waiting of next) void this.work(waiting);
    // More work may have come between the job's last look at the store and now.
    if (end.kind === 'retry') this.retry(name, end.delayMs);
    else if (end.kind === 'more' || (state as { again: boolean }).again)
      this.enqueue(name, Buffer.from(name, 'hex'));
    else this.groups.delete(name);
    if (this.overflow && !this.scanning && this.shares.load.waiting < lowWater) this.scan(undefined);
  }

  /** A job that throws (the disk is full, say) has its row still. */
  private async run(name: string): Promise<JobEnd> {
    try {
      return await this.options.run(Buffer.from(name, 'hex'));
    } catch {
      return { kind: 'retry', delayMs: failedMs };
    }
  }

  private retry(name: string, delayMs: number): void {
    if (this.pausing >= pausingMax) {
      // It is found on disk again, sooner than it asked for.
      this.groups.delete(name);
      this.overflow = true;
      return;
    }
    this.pausing++;
    const timer = this.options.clock.after(delayMs, () => {
      this.pausing--;
      this.enqueue(name, Buffer.from(name, 'hex'));
    });
    this.groups.set(name, { kind: 'pausing', timer });
  }
}
