import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { InboundLoad, SmscBehaviour, SmscCounts } from './smsc-behaviour.ts';
import type { Census, RecordedMessage } from './smsc-record.ts';

/** What the process that runs an SMSC can be asked. */
export type SmscQuestion =
  | { readonly ask: 'listen'; readonly port: number; readonly firstId: number }
  | { readonly ask: 'behave'; readonly behaviour: Partial<SmscBehaviour> }
  | { readonly ask: 'counts' }
  | { readonly ask: 'census'; readonly expected: number }
  | { readonly ask: 'messages'; readonly from: number; readonly limit: number }
  | { readonly ask: 'inbound'; readonly load: InboundLoad }
  | { readonly ask: 'drop' }
  | { readonly ask: 'reset' };

/** A question on its way to the process, and the answer on its way back. */
export interface SmscRequest {
  readonly id: number;
  readonly question: SmscQuestion;
}
export interface SmscReply {
  readonly id: number;
  readonly answer: unknown;
}

/**
 * A `FastSmsc` in a process of its own, so that it takes no turn from what is measured and outlives what is
 * killed. It ends with this process, however that ends.
 */
export class SmscProcess {
  private readonly child: ChildProcess;
  private readonly waiting = new Map<
    number,
    { resolve: (answer: unknown) => void; reject: (error: Error) => void }
  >();
  private lastId = 0;
  /** 0 until `start` has resolved. */
  port = 0;

  private constructor(child: ChildProcess) {
    this.child = child;
    child.on('message', (message) => {
      const reply = message as SmscReply;
      this.waiting.get(reply.id)?.resolve(reply.answer);
      this.waiting.delete(reply.id);
    });
    child.on('exit', () => {
      for (const { reject } of this.waiting.values()) reject(new Error('the SMSC process has ended'));
      this.waiting.clear();
    });
  }

  /** Starts one on 127.0.0.1; `port` 0 takes a free one. `firstId` keeps message ids apart over several lives. */
  static async start(behaviour: Partial<SmscBehaviour> = {}, port = 0, firstId = 1): Promise<SmscProcess> {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const main = fileURLToPath(new URL(`./fast-smsc-main.${extension}`, import.meta.url));
    const smsc = new SmscProcess(fork(main, [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }));
    await smsc.ask({ ask: 'behave', behaviour });
    smsc.port = (await smsc.ask({ ask: 'listen', port, firstId })) as number;
    return smsc;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  async behave(behaviour: Partial<SmscBehaviour>): Promise<void> {
    await this.ask({ ask: 'behave', behaviour });
  }

  async counts(): Promise<SmscCounts> {
    return (await this.ask({ ask: 'counts' })) as SmscCounts;
  }

  /** What arrived of the numbered messages below `expected`; needs `keep`. */
  async census(expected: number): Promise<Census> {
    return (await this.ask({ ask: 'census', expected })) as Census;
  }

  /** Recorded messages from index `from` on; needs `keep`. */
  async messages(from = 0, limit = 1000): Promise<RecordedMessage[]> {
    return (await this.ask({ ask: 'messages', from, limit })) as RecordedMessage[];
  }

  /** Begins to send inbound messages; false if no session can receive. */
  async sendInbound(load: InboundLoad): Promise<boolean> {
    return (await this.ask({ ask: 'inbound', load })) as boolean;
  }

  async dropSessions(): Promise<void> {
    await this.ask({ ask: 'drop' });
  }

  async reset(): Promise<void> {
    await this.ask({ ask: 'reset' });
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await ended;
  }

  private ask(question: SmscQuestion): Promise<unknown> {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      const request: SmscRequest = { id, question };
      this.child.send(request, (error) => {
        if (error === null) return;
        this.waiting.delete(id);
        reject(error);
      });
    });
  }
}
