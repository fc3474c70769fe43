import { Worker } from 'node:worker_threads';
import type { Clock, Timer } from '../../control/base/clock.ts';
import { fail, ok, type Result } from '../../control/base/result.ts';
import type { DecodeRefusal, DecodeReply, Job } from './decoding.ts';
import { Slots } from './slots.ts';
import { threadProgram } from '../../control/base/thread-program.ts';

export interface DecoderOptions {
  readonly clock: Clock;
  /** Threads. */
  readonly parallel: number;
  readonly waitingMax: number;
  /** For one sound. */
  readonly timeoutMs: number;
  /** The thread's program; default: the one in this folder. */
  readonly program?: URL;
}

const heapMaxMegabytes = 256;

/**
 * Decodes in threads, one sound at a time in each. Sounds come from strangers: a thread that takes too long is ended,
 * one that dies costs the sound it was at, and the next sound gets a new one.
 */
export class Decoder {
  private readonly options: DecoderOptions;
  private readonly slots: Slots;
  private readonly idle: Worker[] = [];
  private readonly all = new Set<Worker>();

  constructor(options: DecoderOptions) {
    this.options = options;
    this.slots = new Slots(options.parallel, options.waitingMax);
  }

  get load(): { readonly active: number; readonly waiting: number } {
    return this.slots.load;
  }

  /** Takes `bytes` away: their memory moves to the thread. */
  run(job: Job): Promise<Result<void, DecodeRefusal | 'timeout' | 'busy'>> {
    return this.slots.run(() => this.runOn(this.idle.pop() ?? this.hire(), job));
  }

  /** Ends all threads; sounds at which they were are `damaged`. */
  async close(): Promise<void> {
    await Promise.all(Array.from(this.all, (worker) => worker.terminate()));
  }

  private hire(): Worker {
    const worker = new Worker(this.options.program ?? threadProgram('decode-worker', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: heapMaxMegabytes },
    });
    this.all.add(worker);
    // Without a listener an error of the thread would be one of the process.
    worker.on('error', () => undefined);
    worker.once('exit', () => {
      this.all.delete(worker);
      const at = this.idle.indexOf(worker);
      if (at >= 0) this.idle.splice(at, 1);
    });
    return worker;
  }

  private runOn(worker: Worker, job: Job): Promise<Result<void, DecodeRefusal | 'timeout'>> {
    return new Promise((resolve) => {
      let timer: Timer | undefined = undefined;
      const finish = (outcome: Result<void, DecodeRefusal | 'timeout'>, fit: boolean): void => {
        timer?.cancel();
        worker.off('message', onReply).off('exit', onExit);
        if (fit) {
          worker.unref();
          this.idle.push(worker);
        } else {
          void worker.terminate();
        }
        resolve(outcome);
      };
      const onReply = (reply: DecodeReply): void =>
        finish(reply.ok ? ok(undefined) : fail(reply.error), true);
      const onExit = (): void => finish(fail('damaged'), false);
      worker.ref();
      worker.on('message', onReply).on('exit', onExit);
      timer = this.options.clock.after(this.options.timeoutMs, () => finish(fail('timeout'), false));
      worker.postMessage(job, job.kind === 'decode' ? [job.bytes.buffer as ArrayBuffer] : []);
    });
  }
}
