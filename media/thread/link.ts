import { Worker } from 'node:worker_threads';
import { threadProgram } from '../../control/base/thread-program.ts';
import type {
  Answer,
  Ask,
  Event,
  FromThread,
  Order,
  RequestName,
  ThreadOptions,
  ToThread,
} from './protocol.ts';

export interface LinkObserver {
  readonly event: (event: Event) => void;
  /** The thread ended without having been asked to: everything in it is gone. */
  readonly lost: (reason: string) => void;
  readonly trouble: (reason: string) => void;
}

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
}

/** The main thread's end of the media thread: requests with answers, orders without, events. */
export class ThreadLink {
  private readonly thread: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;
  private over = false;

  private constructor(thread: Worker) {
    this.thread = thread;
  }

  /** Rejects when the thread cannot do its work, with the reason. */
  static async open(
    options: ThreadOptions,
    workerBin: string | undefined,
    observer: LinkObserver,
  ): Promise<ThreadLink> {
    const thread = new Worker(threadProgram('main', import.meta.url), {
      name: 'media',
      workerData: options,
      // mediasoup finds its binary by its environment, and hands that environment on to it: nothing else is in it.
      env: workerBin === undefined ? {} : { MEDIASOUP_WORKER_BIN: workerBin },
    });
    const link = new ThreadLink(thread);
    let isUp = false;
    const ready = new Promise<void>((resolve, reject) => {
      thread.on('message', (message: FromThread) => {
        if (message.kind === 'ready') resolve();
        else if (message.kind === 'unable') reject(new Error(message.reason));
        else link.receive(message, observer);
      });
      thread.once('error', (error) => {
        reject(error);
        if (isUp) link.lose(error.message, observer);
      });
      thread.once('exit', (code) => {
        reject(new Error(`the media thread ended with ${code}`));
        if (isUp) link.lose(`ended with ${code}`, observer);
      });
    });
    try {
      await ready;
      isUp = true;
    } catch (error) {
      link.over = true;
      await thread.terminate();
      throw error;
    }
    return link;
  }

  /** Rejects when the thread is lost, or the worker refuses. */
  async request<N extends RequestName>(name: N, ask: Ask<N>): Promise<Answer<N>> {
    if (this.over) throw new Error('the media thread is closed');
    const id = ++this.lastId;
    return new Promise<Answer<N>>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.post({ kind: 'request', id, name, ask });
    });
  }

  order(order: Order): void {
    if (!this.over) this.post({ kind: 'order', order });
  }

  async close(): Promise<void> {
    if (this.over) return;
    const closing = this.request('close', {});
    this.over = true;
    await closing.catch(() => undefined);
    await this.thread.terminate();
  }

  private post(message: ToThread): void {
    this.thread.postMessage(message);
  }

  private receive(message: FromThread, observer: LinkObserver): void {
    switch (message.kind) {
      case 'answer':
        this.waiting.get(message.id)?.resolve(message.answer as never);
        this.waiting.delete(message.id);
        return;
      case 'refused':
        this.waiting.get(message.id)?.reject(new Error(message.reason));
        this.waiting.delete(message.id);
        return;
      case 'trouble':
        observer.trouble(message.reason);
        return;
      case 'events':
        for (const event of message.events) observer.event(event);
        return;
      case 'ready':
      case 'unable':
        return;
    }
  }

  private lose(reason: string, observer: LinkObserver): void {
    for (const { reject } of this.waiting.values()) reject(new Error(reason));
    this.waiting.clear();
    if (this.over) return;
    this.over = true;
    observer.lost(reason);
  }
}
