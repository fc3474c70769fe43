import { spawn, type ChildProcess, type SendHandle } from 'node:child_process';
import { environmentWith } from '../../../control/config/environment.ts';
import type { Handle } from '../listeners.ts';
import { succeedsVariable, type ToPredecessor, type ToSuccessor } from './words.ts';

type Word<Kind extends ToPredecessor['kind']> = Extract<ToPredecessor, { kind: Kind }>;

/** A process that is to take this one's place: started as this one was, from what is installed now. */
export class Successor {
  private readonly child: ChildProcess;
  private readonly heard: ToPredecessor[] = [];
  private readonly ended: Promise<never>;
  private readonly exited: Promise<void>;
  private listener: (() => void) | undefined;

  private constructor(child: ChildProcess) {
    this.child = child;
    child.on('message', (word: ToPredecessor) => {
      this.heard.push(word);
      this.listener?.();
    });
    this.exited = new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', () => resolve());
    });
    this.ended = new Promise((_resolve, reject) => {
      child.once('error', (error) => reject(error));
      child.once('exit', (status, signal) =>
        reject(
          new Error(`the new process ended with ${signal ?? status ?? 'nothing'}; see what it has logged`),
        ),
      );
    });
    // Whoever waits for a word hears of it; nobody need.
    this.ended.catch(() => undefined);
  }

  static start(): Successor {
    const [, ...words] = process.argv;
    const child = spawn(process.execPath, [...process.execArgv, ...words], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: environmentWith({ [succeedsVariable]: '1' }),
    });
    return new Successor(child);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Resolves with the next word of this kind; rejects, with the reason, if the process ends or `limitMs` are over. */
  async hear<Kind extends ToPredecessor['kind']>(kind: Kind, limitMs: number): Promise<Word<Kind>> {
    let limit: NodeJS.Timeout | undefined;
    const word = new Promise<Word<Kind>>((resolve, reject) => {
      const look = (): void => {
        const at = this.heard.findIndex((one) => one.kind === kind);
        if (at < 0) return;
        const [found] = this.heard.splice(at, 1);
        this.listener = undefined;
        resolve(found as Word<Kind>);
      };
      this.listener = look;
      look();
      if (Number.isFinite(limitMs))
        limit = setTimeout(
          () => reject(new Error(`the new process has not said '${kind}' within ${limitMs / 1000} s`)),
          limitMs,
        );
    });
    try {
      return await Promise.race([word, this.ended]);
    } finally {
      clearTimeout(limit);
    }
  }

  tell(word: ToSuccessor, handle?: Handle): void {
    // Whether it hears is seen by what it says, or by its end.
    this.child.send(word, handle as SendHandle | undefined, () => undefined);
  }

  /** Ends it at once; resolves when it has ended. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }

  /** From now on neither needs the other. */
  leave(): void {
    if (this.child.connected) this.child.disconnect();
    this.child.unref();
  }
}
