import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ok } from '../../../control/base/result.ts';
import { Shared, Slots } from '../../../media/sounds/slots.ts';

/** Lets every promise that can settle do so. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('slots', () => {
  it('do so much at once, and the rest in order', async () => {
    const slots = new Slots(2, 10);
    const begun: number[] = [];
    const release: (() => void)[] = [];
    const done = [0, 1, 2, 3].map((id) =>
      slots.run(async () => {
        begun.push(id);
        await new Promise<void>((resolve) => release.push(resolve));
        return ok(id);
      }),
    );
    await settle();
    assert.deepEqual(begun, [0, 1]);
    assert.deepEqual(slots.load, { active: 2, waiting: 2 });
    release[1]?.();
    await settle();
    assert.deepEqual(begun, [0, 1, 2]);
    assert.equal(slots.tryEnter(), false);
    release[0]?.();
    release[2]?.();
    await settle();
    release[3]?.();
    assert.deepEqual(await Promise.all(done), [ok(0), ok(1), ok(2), ok(3)]);
    assert.deepEqual(slots.load, { active: 0, waiting: 0 });
  });

  it('refuse what cannot wait', async () => {
    const slots = new Slots(1, 0);
    assert.equal(slots.tryEnter(), true);
    assert.deepEqual(await slots.run(async () => Promise.resolve(ok(1))), { ok: false, error: 'busy' });
    slots.leave();
    assert.deepEqual(await slots.run(async () => Promise.resolve(ok(1))), ok(1));
  });

  it('come back from work that throws', async () => {
    const slots = new Slots(1, 1);
    await assert.rejects(
      slots.run(() => Promise.reject(new Error('broken'))),
      /broken/,
    );
    assert.equal(slots.load.active, 0);
  });
});

describe('shared work', () => {
  it('is done once for all who ask meanwhile', async () => {
    const shared = new Shared<number>();
    let count = 0;
    const work = async () => {
      await settle();
      return ++count;
    };
    assert.deepEqual(await Promise.all([shared.run('a', work), shared.run('a', work)]), [1, 1]);
    assert.equal(await shared.run('a', work), 2);
    assert.equal(shared.size, 0);
  });
});
