import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { JobRunner, type JobEnd } from '../../../control/jobs/job-runner.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const idOf = (n: number): Buffer => {
  const id = Buffer.alloc(16);
  id.writeUInt32BE(n, 0);
  return id;
};

const turns = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};

/** A runner over rows that the test keeps, all of one owner unless said otherwise; `run` decides of each job. */
function runnerOver(
  rows: Set<number>,
  run: (n: number) => JobEnd | Promise<JobEnd>,
  clock = new FakeClock(),
  ownerOf: (n: number) => number = () => 1,
): JobRunner {
  return new JobRunner({
    clock,
    concurrency: 16,
    run: (id) => Promise.resolve().then(() => run(id.readUInt32BE(0))),
    ownerOf: (id) => ownerOf(id.readUInt32BE(0)),
    pending: (after) => [...rows].filter((n) => n > (after?.readUInt32BE(0) ?? -1)).map(idOf),
  });
}

describe('a job runner', () => {
  it('works off more groups than it remembers', async () => {
    const rows = new Set(Array.from({ length: 25_000 }, (_, i) => i));
    const runner = runnerOver(rows, (n) => {
      rows.delete(n);
      return { kind: 'done' };
    });
    runner.start();
    for (let n = 25_000; n < 30_000; n++) {
      rows.add(n);
      runner.due(idOf(n));
    }
    await turns(200);
    assert.equal(rows.size, 0);
  });

  it('goes on for the others while 10,000 groups of a dead application pause', async () => {
    const clock = new FakeClock();
    const rows = new Set(Array.from({ length: 10_000 }, (_, i) => i));
    let heard = false;
    const runner = runnerOver(
      rows,
      (n) => {
        if (n < 10_000) return { kind: 'retry', delayMs: 600_000 };
        heard = true;
        return { kind: 'done' };
      },
      clock,
    );
    runner.start();
    await turns(50);
    runner.due(idOf(10_000));
    await turns(5);
    assert.equal(heard, true);
  });

  it('goes on for the others while an application hangs, also after a start', async () => {
    const hanging = 20_000;
    const rows = new Set(Array.from({ length: hanging + 10 }, (_, i) => i));
    const heard: number[] = [];
    let free = (): void => undefined;
    const gate = new Promise<void>((resolve) => (free = resolve));
    const runner = runnerOver(
      rows,
      async (n) => {
        if (n < hanging) await gate;
        else heard.push(n);
        rows.delete(n);
        return { kind: 'done' };
      },
      undefined,
      (n) => (n < hanging ? 1 : 2),
    );
    runner.start();
    await turns(50);
    assert.equal(heard.length, 10, 'those behind it on disk');
    rows.add(hanging + 10);
    runner.due(idOf(hanging + 10));
    await turns(2);
    assert.equal(heard.length, 11, 'one that comes now');
    free();
    await turns(300);
    assert.equal(rows.size, 0, 'and the rest in the end');
  });

  it('tries a job again that throws', async () => {
    const clock = new FakeClock();
    let tries = 0;
    const runner = runnerOver(
      new Set([1]),
      () => {
        if (++tries === 1) throw new Error('disk full');
        return { kind: 'done' };
      },
      clock,
    );
    runner.start();
    await turns(3);
    assert.equal(tries, 1);
    clock.advance(10_000);
    await turns(3);
    assert.equal(tries, 2);
  });
});
