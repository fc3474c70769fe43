import type { Clock } from '../base/clock.ts';
import type { OrderedKey } from '../store/keys.ts';
import type { Table } from '../store/table.ts';
import { JobRunner, type JobEnd, type JobLoad } from './job-runner.ts';

/** Tries of one job beyond the first, and the pause before each. Then it is given up. */
const retryDelaysMs: readonly number[] = [1_000, 5_000, 30_000, 120_000, 600_000];

/** A job in the store counts the tries that have failed. */
export interface OrderedJob {
  readonly attempts: number;
}

export interface OrderedJobsOptions<Job extends OrderedJob> {
  readonly rows: Table<OrderedKey, Job>;
  /** The greatest order that a key of these rows may hold. */
  readonly orderMax: number;
  /** Resolves once what has been written is on disk. */
  readonly durable: () => Promise<void>;
  readonly clock: Clock;
  /** Jobs under way at a time; each owner has its share of them. */
  readonly concurrency: number;
  /** Whose group it is, the account's number; undefined if nobody's any more. */
  readonly ownerOf: (id: Buffer) => number | undefined;
  /** Does a job: true if that is the end of it, false to try again later. */
  readonly attempt: (job: Job, id: Buffer) => Promise<boolean>;
}

/** Jobs that lie in the store: those of one group (`id`) in their order, each until it is done or given up. */
export class OrderedJobs<Job extends OrderedJob> {
  private readonly options: OrderedJobsOptions<Job>;
  private readonly runner: JobRunner;
  private stopped = false;

  constructor(options: OrderedJobsOptions<Job>) {
    this.options = options;
    this.runner = new JobRunner({
      clock: options.clock,
      concurrency: options.concurrency,
      ownerOf: options.ownerOf,
      run: (id) => this.next(id),
      pending: (after) => this.pending(after),
    });
  }

  /** Takes up what an earlier run of the edge has left. */
  start(): void {
    this.runner.start();
  }

  /** Begins nothing new; resolves when what is under way has ended and is written. */
  rest(): Promise<void> {
    return this.runner.rest();
  }

  /** Begins nothing new. What is under way is done again after the next start: nobody may write any more. */
  stop(): void {
    this.stopped = true;
    this.runner.stop();
  }

  get load(): JobLoad {
    return this.runner.load;
  }

  /** A group has jobs on disk. */
  due(id: Buffer): void {
    this.runner.due(id);
  }

  /** The job of a group whose turn is next. */
  first(id: Buffer): readonly [OrderedKey, Job] | undefined {
    const { rows, orderMax } = this.options;
    const [first] = rows.entries({ start: { id, order: 0 }, end: { id, order: orderMax }, limit: 1 });
    return first;
  }

  private *pending(after: Buffer | undefined): Iterable<Buffer> {
    const { rows, orderMax } = this.options;
    let before: Buffer | undefined;
    for (const { id } of rows.keys(after === undefined ? {} : { start: { id: after, order: orderMax } })) {
      if (before?.equals(id) === true) continue;
      before = Buffer.from(id);
      yield before;
    }
  }

  private async next(id: Buffer): Promise<JobEnd> {
    const { rows, attempt, durable } = this.options;
    const first = this.first(id);
    if (first === undefined) return { kind: 'done' };
    const [key, job] = first;
    const done = await attempt(job, id);
    if (this.stopped) return { kind: 'done' };
    const delayMs = retryDelaysMs[job.attempts];
    if (done || delayMs === undefined) {
      rows.remove(key);
      await durable();
      return { kind: 'more' };
    }
    rows.put(key, { ...job, attempts: job.attempts + 1 });
    return { kind: 'retry', delayMs };
  }
}
