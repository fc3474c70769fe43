import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Gate, type Entry } from '../../edge/webhook/gate.ts';
import { FakeClock } from '../support/fake-clock.ts';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the gate', () => {
  it('bounds what one host and what all hosts have in progress', async () => {
    const gate = new Gate(new FakeClock(), { maxConcurrent: 3, perHost: 2, waitingMax: 100 });
    const log: string[] = [];
    const enter = (host: string, account: string): void =>
      void gate.enter(account, host, 1000).then((entry) => log.push(`${host} ${entry}`));
    for (const [turn, host] of ['a', 'a', 'a', 'b', 'c'].entries()) enter(host, `AC${turn}`);
    await settled();
    assert.deepEqual(log, ['a entered', 'a entered', 'b entered']);
    assert.deepEqual(gate.load, { active: 3, waiting: 2 });
    gate.leave('AC3', 'b');
    await settled();
    assert.deepEqual(log.slice(3), ['c entered'], 'a is at its own bound');
    gate.leave('AC0', 'a');
    await settled();
    assert.deepEqual(log.slice(4), ['a entered']);
    gate.leave('AC1', 'a');
    gate.leave('AC2', 'a');
    gate.leave('AC4', 'c');
    assert.deepEqual(gate.load, { active: 0, waiting: 0 });
  });

  it('turns away what would wait too long or with too many', async () => {
    const clock = new FakeClock();
    const gate = new Gate(clock, { maxConcurrent: 1, perHost: 1, waitingMax: 1 });
    assert.equal(await gate.enter('AC1', 'a', 1000), 'entered');
    let waiting: Entry | undefined;
    void gate.enter('AC1', 'b', 1000).then((entry) => (waiting = entry));
    assert.equal(await gate.enter('AC2', 'c', 1000), 'full');
    clock.advance(1000);
    await settled();
    assert.equal(waiting, 'late');
    assert.equal(await gate.enter('AC2', 'c', 0), 'late');
    assert.deepEqual(gate.load, { active: 1, waiting: 0 });
    gate.leave('AC1', 'a');
    assert.equal(await gate.enter('AC1', 'b', 0), 'entered');
    assert.equal(clock.timers, 0);
  });

  it('lets in at once whoever has nothing in progress, while applications of others hang', async () => {
    const clock = new FakeClock();
    const gate = new Gate(clock, { maxConcurrent: 500, perHost: 64, waitingMax: 20_000 });
    for (const hanging of ['AC1', 'AC2', 'AC3']) {
      for (let n = 0; n < 15_000; n++) void gate.enter(hanging, `${hanging}${n % 1_000}`, 15_000);
    }
    assert.ok(gate.load.active < 450 && gate.load.waiting < 18_000, JSON.stringify(gate.load));
    for (let n = 0; n < 1_000; n++) {
      assert.equal(await gate.enter('AC4', 'other', 0), 'entered');
      gate.leave('AC4', 'other');
    }
  });
});
