import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { runLoopback } from '../../edge/loopback/main.ts';
import { settingsOf } from '../../edge/loopback/smsc-options.ts';
import { trunkWishesOf } from '../../edge/loopback/voice/options.ts';
import { link } from '../smpp/loopback.ts';
import { until } from '../support/until.ts';
import { sample } from '../smpp/sample.ts';

/** Runs the command, sends one message, stops it, and gives what it printed. */
async function run(options: Record<string, string | boolean>, json: boolean): Promise<readonly string[]> {
  const stop = new AbortController();
  let printed = '';
  const ended = runLoopback(
    { listen: '127.0.0.1:0', receiptMs: '0', sip: false, ...options },
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

  it('runs phones that call and are called', async () => {
    const stop = new AbortController();
    const folder = mkdtempSync(join(tmpdir(), 'strowger-loopback-'));
    const ran = (options: Record<string, string | boolean>, json = true) => {
      const lines: string[] = [];
      const ended = runLoopback(
        { listen: '127.0.0.1:0', sip: '127.0.0.1:0', answerMs: '0', ...options },
        { out: (text) => void lines.push(text), untilStopped: () => stop.signal },
        json,
      );
      return { ended, lines };
    };
    const called = ran({ press: '7', busy: '99', rtpPorts: '9300-9349' });
    await until(() => called.lines.length > 0);
    const { sip } = JSON.parse(called.lines[0] ?? '') as { sip: string };
    const calling = ran(
      {
        call: '+15125550142,+14155550100',
        sipPeer: `sip:${sip}`,
        hangUpMs: '500',
        record: folder,
        rtpPorts: '9350-9399',
        verbose: true,
      },
      false,
    );
    await until(() => calling.lines.some((line) => line.includes('of what the phone heard')));
    stop.abort();
    await Promise.all([called.ended, calling.ended]);
    assert.match(
      calling.lines[0] ?? '',
      /^SMSC listening on 127\.0\.0\.1:\d+, SIP trunk on 127\.0\.0\.1:\d+ /,
    );
    assert.match(calling.lines.join(''), /call {6}1 \+15125550142 dials \+14155550100 \(Call-ID \S+\)/);
    assert.match(calling.lines.join(''), /call {6}1 ended after 0\.\d s: the phone hung up/);
    assert.equal(calling.lines.at(-1), '1 calls from phones, 1 answered\n');
    assert.deepEqual(readdirSync(folder), ['1-+15125550142-+14155550100.wav']);
    const types = called.lines.map((line) => (JSON.parse(line) as { type: string }).type);
    assert.deepEqual(types, ['listening', 'offered', 'ringing', 'answered', 'ended', 'counts']);
    rmSync(folder, { recursive: true });
  });

  it('reads its options for calls', () => {
    const read = trunkWishesOf({
      sip: '127.0.0.2:5090',
      sipPeer: 'sip:127.0.0.1:5060;transport=tcp',
      rtpPorts: '12000-12999',
      answerMs: '20',
      busy: '1,22',
      reject: '3',
      unanswered: '4',
      hangUpMs: '5000',
      say: 'greeting.wav',
      press: '1w2',
      record: 'folder',
      call: '+15125550142,12345',
    });
    assert.ok(read.ok);
    const { trunk, call } = read.value;
    assert.ok(trunk !== null);
    assert.deepEqual(call, { from: '+15125550142', to: '12345' });
    assert.deepEqual(
      [trunk.host, trunk.port, trunk.peer],
      ['127.0.0.2', 5090, 'sip:127.0.0.1:5060;transport=tcp'],
    );
    assert.deepEqual(trunk.media, { address: '127.0.0.2', ports: { first: 12_000, last: 12_999 } });
    assert.deepEqual(trunk.behaviour.fates.bySuffix, [
      { suffix: '1', fate: { kind: 'refused', status: 486 } },
      { suffix: '22', fate: { kind: 'refused', status: 486 } },
      { suffix: '3', fate: { kind: 'refused', status: 603 } },
      { suffix: '4', fate: { kind: 'unanswered' } },
    ]);
    assert.deepEqual([trunk.behaviour.ringMs, trunk.behaviour.recordFolder], [20, 'folder']);
    assert.deepEqual(trunk.behaviour.manners, {
      says: [{ kind: 'file', file: 'greeting.wav' }],
      presses: [{ digits: '1w2', when: { kind: 'pause', silenceMs: 700 } }],
      hangUpAfterMs: 5_000,
    });
    const none = trunkWishesOf({ sip: false });
    assert.ok(none.ok && none.value.trunk === null);
  });

  it('says which options for calls are wrong', () => {
    const wrong = trunkWishesOf({
      sip: '0.0.0.0:5080',
      sipPeer: 'nowhere',
      rtpPorts: '9000-8000',
      answerMs: '-1',
      busy: 'a',
      hangUpMs: '9000000',
      press: 'x',
      call: 'me,you',
    });
    assert.ok(!wrong.ok);
    for (const flag of [
      '--sip',
      '--sip-peer',
      '--rtp-ports',
      '--answer-ms',
      '--busy',
      '--hang-up-ms',
      '--press',
    ])
      assert.ok(wrong.error.includes(`${flag}: `), flag);
    assert.ok(!trunkWishesOf({ call: '+15125550142,+14155550100' }).ok);
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
