import type { types } from 'mediasoup';
import type { Clock } from '../../control/base/clock.ts';
import type { Random } from '../../control/base/random.ts';
import { OwnStreams } from '../rtp/own-streams.ts';
import { routerCodecs } from './codecs.ts';
import { startWorker } from './start-worker.ts';
import type { Channel } from './start-worker.ts';

/** One mediasoup process, and what all legs in it share. */
export interface Seat {
  readonly pid: number;
  readonly router: types.Router;
  /** Where packets pass between the process and this thread. */
  readonly direct: types.DirectTransport;
  /** What this thread says to the legs of the process. */
  readonly streams: OwnStreams;
  /** The way to the process: what is sent while it is corked leaves in one go. */
  readonly channel: Channel;
  legs: number;
}

/** A process that dies at once when it starts is tried again after this, doubled each time up to the longest. */
const firstRetryMs = 500;
const longestRetryMs = 30_000;

/** The mediasoup processes. One that dies takes its legs with it, and is replaced. */
export class WorkerPool {
  private readonly clock: Clock;
  private readonly random: Random;
  private readonly died: (seat: Seat) => void;
  private readonly seats = new Set<Seat>();
  private readonly workers = new Set<types.Worker>();
  private closed = false;

  private constructor(clock: Clock, random: Random, died: (seat: Seat) => void) {
    this.clock = clock;
    this.random = random;
    this.died = died;
  }

  /** Rejects when no process can be started at all: the worker is not installed, or cannot run. */
  static async open(
    count: number,
    clock: Clock,
    random: Random,
    died: (seat: Seat) => void,
  ): Promise<WorkerPool> {
    const pool = new WorkerPool(clock, random, died);
    try {
      for (let i = 0; i < count; i++) await pool.start();
    } catch (error) {
      await pool.close();
      throw error;
    }
    return pool;
  }

  /** The seat with the fewest legs; undefined while none runs. */
  pick(): Seat | undefined {
    let best: Seat | undefined;
    for (const seat of this.seats) if (best === undefined || seat.legs < best.legs) best = seat;
    return best;
  }

  /** Runs `work`, and lets what it sends leave in one go. */
  together(work: () => void): void {
    for (const { channel } of this.seats) channel.cork();
    try {
      work();
    } finally {
      for (const { channel } of this.seats) channel.uncork();
    }
  }

  /** Resolves when the processes have ended. */
  async close(): Promise<void> {
    this.closed = true;
    this.seats.clear();
    const ended = Array.from(this.workers, async (worker) => {
      if (worker.subprocessClosed) return;
      const closed = new Promise<void>((resolve) => worker.once('subprocessclose', () => resolve()));
      worker.close();
      await closed;
    });
    this.workers.clear();
    await Promise.all(ended);
  }

  private async start(retryMs = firstRetryMs): Promise<void> {
    const { worker, channel } = await startWorker();
    this.workers.add(worker);
    const router = await worker.createRouter({ mediaCodecs: routerCodecs() });
    const direct = await router.createDirectTransport();
    const streams = new OwnStreams(direct, this.random);
    const seat: Seat = { pid: worker.pid, router, direct, streams, channel, legs: 0 };
    if (this.closed) {
      worker.close();
      return;
    }
    this.seats.add(seat);
    const begunMs = this.clock.monotonic();
    worker.once('died', () => {
      this.workers.delete(worker);
      this.seats.delete(seat);
      this.died(seat);
      const ranLong = this.clock.monotonic() - begunMs > longestRetryMs;
      this.restart(ranLong ? firstRetryMs : retryMs);
    });
  }

  private restart(afterMs: number): void {
    const next = Math.min(afterMs * 2, longestRetryMs);
    this.clock.after(afterMs, () => {
      if (!this.closed) this.start(next).catch(() => this.restart(next));
    });
  }
}
