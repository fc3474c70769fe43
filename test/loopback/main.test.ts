import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runLoopback } from '../../edge/loopback/main.ts';
import { settingsOf } from '../../edge/loopback/options.ts';
import { link, until } from '../smpp/loopback.ts';
import { sample } from '../smpp/sample.ts';

/** Runs the command, sends one message, stops it, and gives what it printed. */
async function run(options: Record<string, string | boolean>, json: boolean): Promise<readonly string[]> {
  const stop = new AbortController();
  let printed = '';
  const ended = runLoopback(
    { listen: '127.0.0.1:0', receiptMs: '0', ...options },
    { out: (text) => void (printed += text), untilStopped: () => stop.signal },
    json,
  );
  await until(() => printed.includes('127.0.0.1:'));
  const port = Number(/127\.0\.0\.1:(\d+)/.exec(printed)?.[1]);
  const client = link({ port });
  client.link.start();
  await until(() => client.states.includes('bound'));
  await client.submit({ ...sample, shortMessage: Buffer.from('Hello\u001b') });
  await until(() => client.delivered.length === 1);
  await client.link.stop();
  stop.abort();
  await ended;
  return printed.trimEnd().split('\n');
}

describe('strowger loopback', () => {
  it('prints where it listens and, at the end, its counts', async () => {
    const lines = await run({}, false);
    assert.match(lines[0] ?? '', /^SMSC listening on 127\.0\.0\.1:\d+ /);
    assert.deepEqual(lines.slice(1), ['1 binds, 1 submit_sm, 1 accepted, 1 delivered, 1 receipts']);
  });

  it('prints a line for each message when it is asked to, without control characters', async () => {
    const lines = await run({ verbose: true }, false);
    const line = lines.find((one) => one.includes('submit_sm +'));
    assert.match(line ?? '', /^[\d:.]+ {2}submit_sm \+15005550006 → \+14155552671: “Hello ” → id \d+$/);
    assert.ok(lines.some((one) => /receipt {3}\d+ DELIVERED: accepted$/.test(one)));
    assert.doesNotMatch(lines.join(''), /\p{Cc}/u);
  });

  it('prints one JSON value a line', async () => {
    const types = (await run({}, true)).map((line) => (JSON.parse(line) as { type: string }).type);
    assert.deepEqual([types[0], types.at(-1)], ['listening', 'counts']);
    for (const type of ['bound', 'submitted', 'received', 'unbound']) assert.ok(types.includes(type), type);
  });

  it('reads its options', () => {
    const read = settingsOf({
      listen: '[::1]:0',
      systemId: 'me',
      rate: '50',
      latencyMs: '20',
      throttle: '1',
      fail: '2.5',
      undelivered: '10',
      receiptMs: '5',
      receipts: false,
    });
    assert.ok(read.ok);
    const { host, port, systemId, password, behaviour } = read.value;
    assert.deepEqual([host, port, systemId, password], ['::1', 0, 'me', null]);
    assert.deepEqual([behaviour.ratePerSecond, behaviour.latencyMs], [50, 20]);
    assert.deepEqual([behaviour.throttling.share, behaviour.failures.share], [0.01, 0.025]);
    assert.deepEqual([behaviour.fates.undeliveredShare, behaviour.fates.delayMs], [0.1, 5]);
    assert.equal(behaviour.receipts.form, 'none');
  });

  it('says which options are wrong', () => {
    const wrong = settingsOf({ listen: 'nowhere', rate: '-1', fail: '101' });
    assert.ok(!wrong.ok);
    for (const flag of ['--listen', '--rate', '--fail']) assert.ok(wrong.error.includes(flag), flag);
  });
});
