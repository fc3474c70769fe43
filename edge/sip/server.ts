import { Worker } from 'node:worker_threads';
import type { PassOn } from '../../control/base/overheard.ts';
import { systemRandom } from '../../control/base/random.ts';
import type { Random } from '../../control/base/random.ts';
import { assertNever } from '../../control/base/result.ts';
import { threadProgram } from '../../control/base/thread-program.ts';
import type { Listening } from './drachtio/drachtio.ts';
import type { EmbeddedSipOptions } from './options.ts';
import type { TlsMaterial } from './transport/tls-material.ts';
import type { FromThread, ThreadStart, ThreadStats, ToThread } from './thread-words.ts';

/**
 * Room for what lives shorter than a transaction. With V8's default of 16 MB a busy server copies what it will soon
 * drop, again and again.
 */
const youngMb = 96;

/** The SIP server in a thread of its own; drachtio-srf connects to `control`. */
export interface EmbeddedSip {
  readonly control: { readonly host: string; readonly port: number; readonly secret: string };
  readonly listening: readonly Listening[];
  stats(): Promise<ThreadStats>;
  /** From the next handshake on, this, which must be good, counts for everything in TLS. */
  exchange(tls: TlsMaterial): void;
  /** Resolves, with what went wrong, if the thread ends without having been asked to. */
  readonly died: Promise<Error>;
  close(): Promise<void>;
}

/** Starts the server; rejects with Node's code if a listener cannot be bound. `overheard` takes what passes under TLS. */
export async function startEmbeddedSip(
  options: EmbeddedSipOptions,
  random: Random = systemRandom,
  overheard?: PassOn,
): Promise<EmbeddedSip> {
  const control = options.control ?? {
    host: '127.0.0.1',
    port: 0,
    secret: random.bytes(24).toString('base64url'),
  };
  const thread = new Thread(
    new Worker(threadProgram('thread', import.meta.url), {
      workerData: { ...options, control, overheard: overheard !== undefined } satisfies ThreadStart,
      resourceLimits: { maxYoungGenerationSizeMb: youngMb },
    }),
    overheard,
  );
  const { controlPort, listening } = await thread.ready;
  return {
    control: { ...control, port: controlPort },
    listening,
    stats: () => thread.stats(),
    exchange: (tls) => thread.tell({ kind: 'exchange', tls }),
    died: thread.died,
    close: () => thread.close(),
  };
}

type Ready = Extract<FromThread, { kind: 'ready' }>;

/** This end of the conversation with the thread. */
class Thread {
  readonly ready: Promise<Ready>;
  readonly died: Promise<Error>;
  private readonly worker: Worker;
  private readonly overheard: PassOn | undefined;
  private readonly awaited = new Map<number, (stats: ThreadStats) => void>();
  private serial = 0;
  private closing: Promise<void> | undefined = undefined;
  private ended = false;

  constructor(worker: Worker, overheard: PassOn | undefined) {
    this.worker = worker;
    this.overheard = overheard;
    this.died = new Promise((resolve) => {
      worker.on('error', (error) => resolve(error instanceof Error ? error : new Error(String(error))));
      worker.on('exit', (code) => {
        this.ended = true;
        if (this.closing === undefined) resolve(new Error(`the SIP thread ended with ${code}`));
      });
    });
    this.ready = new Promise((resolve, reject) => {
      worker.on('message', (words: FromThread) => this.heard(words, resolve, reject));
      void this.died.then(reject);
    });
  }

  stats(): Promise<ThreadStats> {
    const serial = ++this.serial;
    return new Promise((resolve) => {
      this.awaited.set(serial, resolve);
      this.tell({ kind: 'stats', serial });
    });
  }

  close(): Promise<void> {
    if (this.ended) return Promise.resolve();
    this.closing ??= new Promise((resolve) => {
      this.worker.once('exit', () => resolve());
      this.tell({ kind: 'close' });
    });
    return this.closing;
  }

  tell(words: ToThread): void {
    this.worker.postMessage(words);
  }

  private heard(words: FromThread, ready: (words: Ready) => void, failed: (error: Error) => void): void {
    switch (words.kind) {
      case 'ready':
        ready(words);
        return;
      case 'failed':
        failed(Object.assign(new Error(words.message), { code: words.code }));
        return;
      case 'pulse':
        this.tell({ kind: 'pulse', serial: words.serial });
        return;
      case 'stats':
        this.awaited.get(words.serial)?.(words.stats);
        this.awaited.delete(words.serial);
        return;
      case 'overheard':
        this.overheard?.(words.batch, () => this.tell({ kind: 'taken' }));
        return;
      case 'closed':
        return;
      default:
        assertNever(words);
    }
  }
}
