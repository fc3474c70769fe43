import { fork } from 'node:child_process';
import type { Clock, Timer } from '../../../control/base/clock.ts';
import type { OverheardBatch } from '../../../control/base/overheard.ts';
import type { Random } from '../../../control/base/random.ts';
import { assertNever } from '../../../control/base/result.ts';
import { childProgram } from '../../../control/base/thread-program.ts';
import { Backoff } from '../../smpp/backoff.ts';
import type { CaptureReport, CaptureStart, FromCapture, ToCapture } from './words.ts';

/** A process that captures, as its parent sees it. */
export interface CaptureChild {
  /** `sent` is called when the words have left, or cannot. */
  send(words: ToCapture, sent?: () => void): void;
  kill(): void;
}

/** Starts one; `ended` is called once, with the reason. */
export type StartChild = (
  hear: (words: FromCapture) => void,
  ended: (reason: string) => void,
) => CaptureChild;

export interface CaptureObserver {
  /** What has been added since the last report, and how things are now. */
  report(added: CaptureReport): void;
  /** Something is not captured, or not written. */
  trouble(what: string, reason: string): void;
  /** The process died; another is started after `againMs`. */
  died(reason: string, againMs: number): void;
}

const againFirstMs = 1_000;
const againLastMs = 60_000;
/** One that has lived so long is no part of a series. */
const wellAfterMs = 60_000;
/** What is buffered is written in no time; a process that does not end by itself is killed. */
const stopMs = 2_000;

const nothing: CaptureReport = {
  seen: 0,
  droppedByKernel: 0,
  missed: 0,
  unwritten: 0,
  ringBytes: 0,
  exported: 0,
  open: [],
};

/** Keeps a capture process running beside the edge: packets never wait for it, and a fault of libpcap's ends it alone. */
export class CaptureProcess {
  private readonly settings: CaptureStart;
  private readonly clock: Clock;
  private readonly observer: CaptureObserver;
  private readonly startChild: StartChild;
  private readonly backoff: Backoff;
  private child: CaptureChild | undefined;
  private timer: Timer | undefined;
  private beganMs = 0;
  private last = nothing;
  /** Why an interface is not captured, or the ring not written, since the process began. */
  readonly troubles = new Map<string, string>();
  private stopping: (() => void) | undefined;

  constructor(
    settings: CaptureStart,
    around: { readonly clock: Clock; readonly random: Random; readonly observer: CaptureObserver },
    startChild: StartChild = forked,
  ) {
    this.settings = settings;
    this.clock = around.clock;
    this.observer = around.observer;
    this.startChild = startChild;
    this.backoff = new Backoff(againFirstMs, againLastMs, around.random);
  }

  /** Interfaces that are captured now. */
  get open(): readonly string[] {
    return this.last.open;
  }

  start(): void {
    this.beganMs = this.clock.monotonic();
    this.last = nothing;
    this.troubles.clear();
    this.child = this.startChild(
      (words) => this.heard(words),
      (reason) => this.ended(reason),
    );
    this.child.send(this.settings);
  }

  /** Hands over what passed under TLS; `taken` is called when there is room for more. Without a process it is lost. */
  overheard(batch: OverheardBatch, taken: () => void): void {
    if (this.child === undefined) taken();
    else this.child.send({ kind: 'overheard', batch }, taken);
  }

  /** Resolves when the process has ended, and all it had is written. */
  stop(): Promise<void> {
    this.timer?.cancel();
    const { child } = this;
    if (child === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      this.stopping = resolve;
      this.timer = this.clock.after(stopMs, () => child.kill());
      child.send({ kind: 'stop' });
    });
  }

  private heard(words: FromCapture): void {
    switch (words.kind) {
      case 'report': {
        const { last } = this;
        this.last = words;
        this.observer.report({
          ...words,
          seen: words.seen - last.seen,
          droppedByKernel: words.droppedByKernel - last.droppedByKernel,
          missed: words.missed - last.missed,
          unwritten: words.unwritten - last.unwritten,
          exported: words.exported - last.exported,
        });
        return;
      }
      case 'trouble':
        this.troubles.set(words.what, words.reason);
        this.observer.trouble(words.what, words.reason);
        return;
      default:
        assertNever(words);
    }
  }

  private ended(reason: string): void {
    this.child = undefined;
    this.troubles.set('process', reason);
    if (this.stopping !== undefined) {
      this.timer?.cancel();
      this.stopping();
      return;
    }
    if (this.clock.monotonic() - this.beganMs >= wellAfterMs) this.backoff.reset();
    const againMs = this.backoff.next();
    this.last = { ...nothing, ringBytes: this.last.ringBytes };
    this.observer.report(this.last);
    this.observer.died(reason, againMs);
    this.timer = this.clock.after(againMs, () => this.start());
  }
}

/** A process of this edge's own program, with nothing of its environment. */
const forked: StartChild = (hear, ended) => {
  const { file, execArgv } = childProgram('main', import.meta.url);
  const child = fork(file, [], {
    execArgv: [...execArgv],
    env: {},
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // JSON has no bytes.
    serialization: 'advanced',
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-saidMax)));
  let over = false;
  const end = (reason: string): void => {
    if (!over) ended(reason);
    over = true;
  };
  child.on('message', (words) => hear(words as FromCapture));
  child.on('error', ({ message }) => end(message));
  child.on('exit', (code, signal) => {
    const [line = ''] = said.split('\n').filter((one) => one.includes('Error'));
    end(`status ${code ?? signal ?? ''}${line === '' ? '' : `: ${line}`}`);
  });
  return {
    // One that has ended meanwhile hears nothing; `exit` tells.
    send: (words, sent) => void child.send(words, () => sent?.()),
    kill: () => void child.kill('SIGKILL'),
  };
};

/** What is kept of the last words of one that crashed. */
const saidMax = 4_096;
