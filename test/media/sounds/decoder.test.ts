import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { fail, ok } from '../../../control/base/result.ts';
import { Decoder } from '../../../media/sounds/decoder.ts';
import { FakeClock } from '../../support/fake-clock.ts';

/** A thread that does what the content type says. */
const program = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort, threadId } from 'node:worker_threads';
    parentPort.on('message', ({ contentType, bytes }) => {
      switch (contentType) {
        case 'good': return parentPort.postMessage({ ok: true });
        case 'bad': return parentPort.postMessage({ ok: false, error: 'damaged' });
        case 'throws': throw new Error('decoder at fault');
        case 'exits': return process.exit(1);
        case 'eats': { const all = []; for (;;) all.push(new Array(1_000_000).fill(threadId + bytes.length)); }
        case 'hangs': for (;;);
      }
    });
  `)}`,
);

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('decoding threads', () => {
  const clock = new FakeClock();
  let decoder: Decoder | undefined;
  const open = (parallel = 1, waitingMax = 10) =>
    (decoder = new Decoder({ clock, parallel, waitingMax, timeoutMs: 5_000, program }));
  const decode = (contentType: string) => {
    assert.ok(decoder);
    const bytes = new Uint8Array(8);
    return decoder.run({ kind: 'decode', bytes, contentType, file: '/nowhere', maxDurationMs: 1_000 });
  };
  afterEach(async () => {
    await decoder?.close();
    assert.equal(clock.timers, 0);
  });

  it('say how it went', async () => {
    open();
    assert.deepEqual(await decode('good'), ok(undefined));
    assert.deepEqual(await decode('bad'), fail('damaged'));
  });

  it('cost one sound when they die', async () => {
    open();
    for (const end of ['throws', 'exits', 'eats']) {
      assert.deepEqual(await decode(end), fail('damaged'), end);
      assert.deepEqual(await decode('good'), ok(undefined), end);
    }
  });

  it('are ended when they take too long', async () => {
    open();
    assert.deepEqual(await decode('good'), ok(undefined));
    const hanging = decode('hangs');
    const waiting = decode('good');
    await settle();
    clock.advance(5_000);
    assert.deepEqual(await hanging, fail('timeout'));
    assert.deepEqual(await waiting, ok(undefined));
  });

  it('refuse more than may wait', async () => {
    open(1, 1);
    const outcomes = await Promise.all([decode('good'), decode('good'), decode('good')]);
    assert.deepEqual(outcomes, [ok(undefined), ok(undefined), fail('busy')]);
  });

  it('come to an end with what they are at', async () => {
    const closing = open(2);
    const outcome = decode('hangs');
    await settle();
    await closing.close();
    assert.deepEqual(await outcome, fail('damaged'));
  });
});
