import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Gate, type Entry } from '../../edge/webhook/gate.ts';
import { FakeClock } from '../support/fake-clock.ts';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the gate', () => {
  it('bounds what one host and what all hosts have in progress', async () => {
    const gate = new Gate(new FakeClock(), { maxConcurrent: 3, perHost: 2, waitingMax: 10 });
    const log: string[] = [];
    const enter = (host: string): void =>
      void gate.enter(host, 1000).then((entry) => log.push(`${host} ${entry}`));
    for (const host of ['a', 'a', 'a', 'b', 'c']) enter(host);
    await settled();
    assert.deepEqual(log, ['a entered', 'a entered', 'b entered']);
    assert.deepEqual(gate.load, { active: 3, waiting: 2 });
    gate.leave('b');
    await settled();
    assert.deepEqual(log.slice(3), ['c entered'], 'a is at its own bound');
    gate.leave('a');
    await settled();
    assert.deepEqual(log.slice(4), ['a entered']);
    for (const host of ['a', 'a', 'c']) gate.leave(host);
    assert.deepEqual(gate.load, { active: 0, waiting: 0 });
  });

  it('lets hosts take turns, and each its own in order', async () => {
    const gate = new Gate(new FakeClock(), { maxConcurrent: 1, perHost: 1, waitingMax: 10 });
    const log: string[] = [];
    await gate.enter('busy', 1000);
    for (const name of ['a1', 'a2', 'a3', 'b1', 'b2']) {
      void gate.enter(name.charAt(0), 1000).then(() => log.push(name));
    }
    for (let leaving = 'busy', turn = 0; turn < 5; turn++) {
      gate.leave(leaving);
      await settled();
      leaving = log.at(-1)!.charAt(0);
    }
    assert.deepEqual(log, ['a1', 'b1', 'a2', 'b2', 'a3']);
  });

  it('turns away what would wait too long or with too many', async () => {
    const clock = new FakeClock();
    const gate = new Gate(clock, { maxConcurrent: 1, perHost: 1, waitingMax: 1 });
    assert.equal(await gate.enter('a', 1000), 'entered');
    let waiting: Entry | undefined;
    void gate.enter('b', 1000).then((entry) => (waiting = entry));
    assert.equal(await gate.enter('c', 1000), 'full');
    assert.equal(await gate.enter('c', 0), 'late');
    clock.advance(1000);
    await settled();
    assert.equal(waiting, 'late');
    assert.deepEqual(gate.load, { active: 1, waiting: 0 });
    gate.leave('a');
    assert.equal(await gate.enter('b', 1000), 'entered');
    assert.equal(clock.timers, 0);
  });
});
