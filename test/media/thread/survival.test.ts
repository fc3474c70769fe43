import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import process from 'node:process';
import { describe, it } from 'node:test';
import { openMedia } from '../../../media/open.ts';
import { Stage } from './stage.ts';

/** The mediasoup processes of this one. */
const workers = (): readonly number[] =>
  execFileSync('ps', ['-o', 'pid=,comm=', '--ppid', String(process.pid)], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes('mediasoup'))
    .map((line) => Number.parseInt(line, 10));

describe('a worker that dies', () => {
  it('ends its own legs only, and another takes its place', async () => {
    const stage = await Stage.open({ workers: 2, ports: { first: 31_000, last: 31_007 } });
    const calls = [await stage.call(), await stage.call()];
    const ended: number[] = [];
    const faults = calls.map(
      ({ leg }, i) =>
        new Promise<string>((resolve) => {
          leg.onFault((fault) => {
            ended.push(i);
            resolve(fault);
          });
        }),
    );
    const playing = calls.map(({ leg }) => leg.play([{ kind: 'silence', durationMs: 60_000 }]));
    const [pid = 0] = workers();
    process.kill(pid, 'SIGKILL');
    assert.equal(await Promise.race(faults), 'worker-died');
    assert.equal(ended.length, 1);
    const [dead, alive] = ended[0] === 0 ? [0, 1] : [1, 0];
    assert.equal(await playing[dead]!.done, 'closed');
    assert.equal(await calls[dead]!.leg.measured, undefined);
    calls[alive]!.leg.play([{ kind: 'file', file: stage.tone(500, 200) }], { loop: 0 });
    await calls[alive]!.phone.hears(500);
    // Its ports are free: all four pairs can be had, in time on two workers again.
    const more = [await stage.call(), await stage.call(), await stage.call()];
    for (const { leg, phone } of more) {
      leg.play([{ kind: 'file', file: stage.tone(700, 200) }], { loop: 0 });
      await phone.hears(700);
    }
    assert.deepEqual(await stage.media.openLeg({ codecs: ['PCMU'], srtp: 'never', rtpTimeoutMs: 60_000 }), {
      ok: false,
      error: 'no-ports',
    });
    await stage.close();
    assert.deepEqual(workers(), []);
  });
});

describe('ports', () => {
  it('come back from thousands of legs', async () => {
    const stage = await Stage.open({ workers: 2, ports: { first: 31_100, last: 31_139 } });
    for (let round = 0; round < 100; round++) {
      const legs = await Promise.all(Array.from({ length: 20 }, () => stage.leg()));
      await Promise.all(legs.map((leg) => leg.offer()));
      await Promise.all(legs.map((leg) => leg.close()));
    }
    const legs = await Promise.all(Array.from({ length: 20 }, () => stage.leg()));
    assert.equal(legs.length, 20);
    assert.deepEqual(await stage.media.openLeg({ codecs: ['PCMU'], srtp: 'never', rtpTimeoutMs: 60_000 }), {
      ok: false,
      error: 'no-ports',
    });
    assert.deepEqual(stage.troubles, []);
    await stage.close();
  });

  it('that another program holds are passed over', async () => {
    const [one, other] = [
      await Stage.open({ ports: { first: 31_200, last: 31_203 } }),
      await Stage.open({ ports: { first: 31_200, last: 31_207 } }),
    ];
    await one.leg();
    await one.leg();
    await other.leg();
    await other.leg();
    assert.equal(
      (await other.media.openLeg({ codecs: ['PCMU'], srtp: 'never', rtpTimeoutMs: 1_000 })).ok,
      false,
    );
    await one.close();
    await other.close();
  });
});

describe('media that cannot be opened', () => {
  it('says why', async () => {
    const opening = openMedia({
      address: '127.0.0.1',
      ports: { first: 31_300, last: 31_399 },
      workers: 1,
      workerBin: '/nowhere/mediasoup-worker',
    });
    await assert.rejects(opening, /ENOENT|spawn/);
  });
});
