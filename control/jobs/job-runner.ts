import type { Clock, Timer } from '../base/clock.ts';

/** What a job said: `done` if its group has nothing left, `more` to go on at once, or when to try again. */
export type JobEnd =
  | { readonly kind: 'done' }
  | { readonly kind: 'more' }
  | { readonly kind: 'retry'; readonly delayMs: number };

export interface JobRunnerOptions {
  readonly clock: Clock;
  /** Groups worked on at a time. */
  readonly concurrency: number;
  /** Does the next job of a group, whose rows are on disk, and removes its row. */
  readonly run: (id: Buffer) => Promise<JobEnd>;
  /** Every group with work on disk. */
  readonly pending: () => Iterable<Buffer>;
}

/** Groups remembered in memory; more of them wait on disk until these are worked off. */
const rememberedMax = 10_000;

/** Groups that wait for their next try, beside those: so one dead application does not hold up the living. */
const pausingMax = 50_000;

/** Pause after a job that threw. */
const failedMs = 5_000;

type State = { kind: 'waiting' } | { kind: 'running'; again: boolean } | { kind: 'pausing'; timer: Timer };

/**
 * Works off jobs that lie in the store, each group (a message, a call) in order and alone, many groups at a time. Memory is
 * bounded; what does not fit is found on disk again when there is room.
 */
export class JobRunner {
  private readonly options: JobRunnerOptions;
  private readonly groups = new Map<string, State>();
  private readonly waiting: string[] = [];
  private running = 0;
  private pausing = 0;
  private overflow = false;
  private stopped = false;

  constructor(options: JobRunnerOptions) {
    this.options = options;
  }

  /** Takes up what an earlier run of the edge has left. */
  start(): void {
    this.rescan();
  }

  stop(): void {
    this.stopped = true;
    for (const state of this.groups.values()) if (state.kind === 'pausing') state.timer.cancel();
  }

  /** A group has work. */
  due(id: Buffer): void {
    const name = id.toString('hex');
    const state = this.groups.get(name);
    if (state?.kind === 'running') state.again = true;
    if (state !== undefined) return;
    if (this.full) {
      this.overflow = true;
      return;
    }
    this.enqueue(name);
    this.fill();
  }

  private get full(): boolean {
    return this.groups.size - this.pausing >= rememberedMax;
  }

  private enqueue(name: string): void {
    this.groups.set(name, { kind: 'waiting' });
    this.waiting.push(name);
  }

  private rescan(): void {
    this.overflow = false;
    for (const id of this.options.pending()) {
      if (this.full) {
        this.overflow = true;
        break;
      }
      const name = id.toString('hex');
      if (!this.groups.has(name)) this.enqueue(name);
    }
    this.fill();
  }

  private fill(): void {
    while (!this.stopped && this.running < this.options.concurrency) {
      const name = this.waiting.shift();
      if (name === undefined) break;
      void this.work(name);
    }
  }

  private async work(name: string): Promise<void> {
    this.running++;
    const state: State = { kind: 'running', again: false };
    this.groups.set(name, state);
    const end = await this.run(name);
    this.running--;
    if (this.stopped) return;
    if (end.kind === 'retry') this.retry(name, end.delayMs);
    // More work may have come between the job's last look at the store and now.
    else if (end.kind === 'more' || (state as { again: boolean }).again) this.enqueue(name);
    else this.groups.delete(name);
    if (this.overflow && this.waiting.length === 0) this.rescan();
    else this.fill();
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
      this.enqueue(name);
      this.fill();
    });
    this.groups.set(name, { kind: 'pausing', timer });
  }
}
