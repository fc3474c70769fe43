import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { HttpLoad, HttpLoadResult } from './http-load.ts';
import type { SmppLoad, SmppLoadResult } from './smpp-load.ts';

export type LoadJob =
  { readonly kind: 'http'; readonly load: HttpLoad } | { readonly kind: 'smpp'; readonly load: SmppLoad };

export type LoadOutcome =
  | { readonly kind: 'http'; readonly result: HttpLoadResult }
  | { readonly kind: 'smpp'; readonly result: SmppLoadResult }
  | { readonly kind: 'failed'; readonly reason: string };

/** `benchmarks/load.ts` in a process of its own. It ends with this process. */
export class LoadProcess {
  private readonly child: ChildProcess;

  constructor() {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const main = fileURLToPath(new URL(`../load.${extension}`, import.meta.url));
    this.child = fork(main, [], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  async http(load: HttpLoad): Promise<HttpLoadResult> {
    const outcome = await this.run({ kind: 'http', load });
    if (outcome.kind !== 'http') throw new Error(`load failed: ${JSON.stringify(outcome)}`);
    return outcome.result;
  }

  async smpp(load: SmppLoad): Promise<SmppLoadResult> {
    const outcome = await this.run({ kind: 'smpp', load });
    if (outcome.kind !== 'smpp') throw new Error(`load failed: ${JSON.stringify(outcome)}`);
    return outcome.result;
  }

  stop(): void {
    this.child.kill('SIGKILL');
  }

  private run(job: LoadJob): Promise<LoadOutcome> {
    return new Promise((resolve, reject) => {
      const onExit = (): void => reject(new Error('the load generator has ended'));
      this.child.once('exit', onExit);
      this.child.once('message', (message) => {
        this.child.removeListener('exit', onExit);
        resolve(message as LoadOutcome);
      });
      this.child.send(job);
    });
  }
}
