import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  CaptureProcess,
  type CaptureObserver,
  type StartChild,
} from '../../../edge/capture/process/capture-process.ts';
import type {
  CaptureReport,
  CaptureStart,
  FromCapture,
  ToCapture,
} from '../../../edge/capture/process/words.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const settings: CaptureStart = {
  kind: 'start',
  interfaces: ['any'],
  scope: { ports: [], media: null, except: null },
  rtp: 'none',
  directory: '/nowhere',
  ringBytes: 8_000_000,
  ringMs: 60_000,
  hep: null,
};

interface Child {
  readonly heard: ToCapture[];
  killed: boolean;
  sent: (() => void) | undefined;
  readonly say: (words: FromCapture) => void;
  readonly end: (reason: string) => void;
}

class Stage {
  readonly clock = new FakeClock();
  readonly children: Child[] = [];
  readonly reports: CaptureReport[] = [];
  readonly told: string[] = [];
  readonly process: CaptureProcess;

  constructor() {
    const observer: CaptureObserver = {
      report: (added) => this.reports.push(added),
      trouble: (what, reason) => this.told.push(`${what}: ${reason}`),
      died: (reason, againMs) => this.told.push(`${reason}, again in ${againMs}`),
    };
    const random = { fraction: () => 1, bytes: () => Buffer.alloc(0) };
    const start: StartChild = (say, end) => {
      const child: Child = { heard: [], killed: false, sent: undefined, say, end };
      this.children.push(child);
      return {
        send: (words, sent) => {
          child.heard.push(words);
          child.sent = sent;
        },
        kill: () => {
          child.killed = true;
          end('status SIGKILL');
        },
      };
    };
    this.process = new CaptureProcess(settings, { clock: this.clock, random, observer }, start);
    this.process.start();
  }

  get child(): Child {
    const child = this.children.at(-1);
    assert.ok(child !== undefined);
    return child;
  }
}

const report = (seen: number, ringBytes: number): FromCapture => ({
  kind: 'report',
  seen,
  droppedByKernel: seen / 10,
  missed: seen / 20,
  unwritten: 0,
  ringBytes,
  exported: 0,
  open: ['any'],
});

describe('the capture process, beside the edge', () => {
  it('is told what to do, and what it has done is added up', () => {
    const stage = new Stage();
    assert.deepEqual(stage.child.heard, [settings]);
    stage.child.say(report(10, 1_000));
    stage.child.say(report(30, 3_000));
    stage.child.say({ kind: 'trouble', what: 'eth9', reason: 'No such device exists' });
    assert.deepEqual(
      stage.reports.map(({ seen, droppedByKernel, ringBytes }) => [seen, droppedByKernel, ringBytes]),
      [
        [10, 1, 1_000],
        [20, 2, 3_000],
      ],
    );
    assert.deepEqual(stage.told, ['eth9: No such device exists']);
  });

  it('is handed what passed under TLS, when it has room', () => {
    const stage = new Stage();
    const batch = { messages: [], missed: 3 };
    let taken = 0;
    stage.process.overheard(batch, () => taken++);
    assert.deepEqual(stage.child.heard.at(-1), { kind: 'overheard', batch });
    assert.equal(taken, 0);
    stage.child.sent?.();
    assert.equal(taken, 1);
    stage.child.say(report(20, 0));
    stage.child.say(report(60, 0));
    assert.deepEqual(
      stage.reports.map(({ missed }) => missed),
      [1, 2],
    );
    stage.child.end('status 1');
    stage.process.overheard(batch, () => taken++);
    assert.equal(taken, 2);
  });

  it('is started anew when it dies, later each time, and soon again once it has lived', () => {
    const stage = new Stage();
    stage.child.say(report(10, 1_000));
    stage.child.end('status 1');
    assert.deepEqual(stage.reports.at(-1)?.open, []);
    assert.equal(stage.reports.at(-1)?.ringBytes, 1_000);
    stage.clock.advance(1_000);
    assert.equal(stage.children.length, 2);
    stage.child.say(report(5, 1_000));
    assert.equal(stage.reports.at(-1)?.seen, 5);
    stage.child.end('status 1');
    stage.clock.advance(1_999);
    assert.equal(stage.children.length, 2);
    stage.clock.advance(1);
    assert.equal(stage.children.length, 3);
    stage.clock.advance(60_000);
    stage.child.end('status SIGSEGV');
    assert.deepEqual(stage.told, [
      'status 1, again in 1000',
      'status 1, again in 2000',
      'status SIGSEGV, again in 1000',
    ]);
  });

  it('ends with the edge: by itself, else by force, and not again', async () => {
    const kind = new Stage();
    const ended = kind.process.stop();
    assert.deepEqual(kind.child.heard.at(-1), { kind: 'stop' });
    kind.child.end('status 0');
    await ended;
    assert.deepEqual([kind.children.length, kind.clock.timers, kind.told], [1, 0, []]);

    const stubborn = new Stage();
    const killed = stubborn.process.stop();
    stubborn.clock.advance(2_000);
    await killed;
    assert.equal(stubborn.child.killed, true);

    const waiting = new Stage();
    waiting.child.end('status 1');
    await waiting.process.stop();
    waiting.clock.advance(600_000);
    assert.equal(waiting.children.length, 1);
  });
});
