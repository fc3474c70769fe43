import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { localBus, type EventBus } from '../../../control/events/bus.ts';
import { askEdge, edgeAnswers, watchEdge } from '../../../control/events/client.ts';
import { LineSplitter } from '../../../control/events/lines.ts';
import { listenForControl, type ControlSocket } from '../../../control/events/socket.ts';

const folder = mkdtempSync(join(tmpdir(), 'strowger-socket-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'control.sock');

let open: ControlSocket | undefined;
afterEach(() => open?.close());

async function serve(bus: EventBus = localBus()): Promise<void> {
  open = await listenForControl(
    path,
    {
      status: () => ({ links: [] }),
      broken: () => {
        throw new Error('no store');
      },
    },
    bus,
  );
}

/** What the socket answers to raw bytes, until it closes. */
async function raw(bytes: string): Promise<string> {
  const socket = createConnection(path);
  socket.on('error', () => socket.destroy());
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk.toString()));
  socket.write(bytes);
  await once(socket, 'close');
  return answer;
}

describe('the control socket', () => {
  it('answers what the edge knows, to its own user only', async () => {
    await serve();
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.deepEqual(await askEdge(path, 'status'), { ok: true, value: { links: [] } });
    for (const unknown of ['calls', 'toString', '__proto__']) {
      const answer = await askEdge(path, unknown);
      assert.ok(!answer.ok && answer.error.kind === 'failed', unknown);
    }
    assert.deepEqual(await askEdge(path, 'broken'), {
      ok: false,
      error: { kind: 'failed', reason: 'no store' },
    });
  });

  it('tells that no edge is running', async () => {
    assert.deepEqual(await askEdge(path, 'status'), { ok: false, error: { kind: 'notRunning' } });
    assert.deepEqual(await watchEdge(path, new AbortController().signal), {
      ok: false,
      error: { kind: 'notRunning' },
    });
  });

  it('takes the place of a socket that a crash left behind, but not of a running edge', async () => {
    writeFileSync(path, '');
    assert.equal(await edgeAnswers(path), false);
    await serve();
    await assert.rejects(listenForControl(path, {}, localBus()), /another edge is running/);
    assert.equal(await edgeAnswers(path), true);
  });

  it('streams events until the watcher leaves', async () => {
    const bus = localBus();
    await serve(bus);
    const stop = new AbortController();
    const watched = await watchEdge(path, stop.signal);
    assert.ok(watched.ok);
    const iterator = watched.value[Symbol.asyncIterator]();
    const first = iterator.next();
    while (!bus.wanted('link.state')) await new Promise((resolve) => setImmediate(resolve));
    bus.publish({ type: 'link.state', atMs: 1, carrier: 'alpha', state: 'up', detail: '' });
    assert.deepEqual((await first).value, {
      kind: 'event',
      event: { type: 'link.state', atMs: 1, carrier: 'alpha', state: 'up', detail: '' },
    });
    stop.abort();
    assert.equal((await iterator.next()).done, true);
    while (bus.wanted('link.state')) await new Promise((resolve) => setImmediate(resolve));
  });

  it('refuses what is no question, and lines without end', async () => {
    await serve();
    for (const line of ['', 'x', '{}', '{"ask":5}', '[]', 'null']) {
      assert.match(await raw(`${line}\n`), /^\{"kind":"refused"/, line);
    }
    assert.match(await raw('x'.repeat(5_000)), /too long/);
    assert.equal(await edgeAnswers(path), true);
  });
});

describe('lines', () => {
  it('are the same however the bytes are cut', () => {
    const lines = fc.array(fc.string({ unit: 'grapheme' }).filter((line) => !line.includes('\n')));
    fc.assert(
      fc.property(lines, fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), (wanted, cuts) => {
        const bytes = Buffer.from(wanted.map((line) => `${line}\n`).join(''));
        const splitter = new LineSplitter(1_000);
        const found: string[] = [];
        let step = 0;
        for (let at = 0; at < bytes.length;) {
          const size = cuts[step++ % cuts.length]!;
          found.push(...(splitter.push(bytes.subarray(at, at + size)) ?? []));
          at += size;
        }
        assert.deepEqual(found, wanted);
      }),
    );
  });

  it('are refused beyond their bound, for good', () => {
    const splitter = new LineSplitter(4);
    assert.deepEqual(splitter.push(Buffer.from('abcd\nab')), ['abcd']);
    assert.equal(splitter.push(Buffer.from('cde')), undefined);
    assert.equal(splitter.push(Buffer.from('\n')), undefined);
  });
});
