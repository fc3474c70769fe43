import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What a program forked by `Forked` is asked, and answers with the same id. */
export interface ForkedRequest<Ask> {
  readonly id: number;
  readonly ask: Ask;
}
export interface ForkedReply {
  readonly id: number;
  readonly answer?: unknown;
  readonly failure?: string;
}

/**
 * A program of this folder in a process of its own, asked over IPC. `serve` is its other end. It ends with this
 * process, however that ends.
 */
export class Forked<Ask> {
  private readonly child: ChildProcess;
  private readonly waiting = new Map<
    number,
    { readonly resolve: (answer: never) => void; readonly reject: (error: Error) => void }
  >();
  private lastId = 0;

  /** `name` without its ending, which is that of this file. `flags` are of V8 and Node. */
  constructor(name: string, flags: readonly string[] = []) {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    this.child = fork(fileURLToPath(new URL(`${name}.${extension}`, import.meta.url)), [], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
      execArgv: [...process.execArgv, ...flags],
    });
    this.child.on('message', (message) => {
      const { id, answer, failure } = message as ForkedReply;
      const waiting = this.waiting.get(id);
      this.waiting.delete(id);
      if (failure === undefined) waiting?.resolve(answer as never);
      else waiting?.reject(new Error(failure));
    });
    this.child.on('exit', () => {
      for (const { reject } of this.waiting.values()) reject(new Error(`${name} has ended`));
      this.waiting.clear();
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  ask<Answer>(ask: Ask): Promise<Answer> {
    const id = ++this.lastId;
    return new Promise<Answer>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.child.send({ id, ask } satisfies ForkedRequest<Ask>);
    });
  }

  /** Ends the program by closing the way to it, so that it can leave a profile behind. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.disconnect();
    await ended;
  }
}

/** The other end: answers one question after another, and ends when the way to its parent closes. */
export function serve(answer: (ask: never) => unknown, end: () => unknown = () => undefined): void {
  process.on('message', (message) => {
    const { id, ask } = message as ForkedRequest<never>;
    Promise.resolve()
      .then(() => answer(ask))
      .then(
        (value) => process.send?.({ id, answer: value } satisfies ForkedReply),
        (error: unknown) => process.send?.({ id, failure: String(error) } satisfies ForkedReply),
      );
  });
  process.once('disconnect', () => {
    void Promise.resolve(end()).finally(() => process.exit(0));
  });
}
