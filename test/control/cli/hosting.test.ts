import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { withBooks } from '../../../control/cli/books.ts';
import { commandLine } from '../../support/command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'strowger-hosting-'));
after(() => rmSync(folder, { recursive: true, force: true }));

describe('strowger hosting', () => {
  it('completes and rejects what accounts have ordered', async () => {
    const data = join(folder, 'data');
    const file = join(folder, 'strowger.yaml');
    writeFileSync(
      file,
      [
        `data: ${data}`,
        'carriers:',
        '  - name: alpha',
        '    smpp: { url: "smpp://user:secret@127.0.0.1:2775" }',
        '',
      ].join('\n'),
    );
    const run = commandLine(file);
    const made = await run('account', 'create', '--friendly-name', 'Ann', '--json');
    const { sid: accountSid } = made.json as { sid: string };
    const order = (e164: string) =>
      withBooks({ data }, async ({ hostedOrders }) => {
        const ordered = await hostedOrders.create(accountSid, {
          e164,
          friendlyName: 'desk',
          email: 'ann@example.com',
          ccEmails: [],
          contactPhoneNumber: '+14155550199',
          contactTitle: '',
          addressSid: `AD${'1'.repeat(32)}`,
          config: { smsUrl: 'https://example.com/sms' },
        });
        assert.ok(ordered.ok);
        return ordered.value.sid;
      });
    const [first, second] = [await order('+14155552001'), await order('+14155552002')];
    const received = await run('hosting', 'list', '--status', 'received');
    assert.match(received.out, new RegExp(`${first}  ${accountSid}  \\+14155552001  received\n`));
    for (const line of received.out.split('\n')) assert.ok(line.length <= 100, line);
    assert.match((await run('hosting', 'show', first)).out, /ann@example\.com[^]*\+14155550199/);

    const complete = (...more: readonly string[]) => run('hosting', 'complete', first, ...more);
    assert.match((await complete()).err, /not in the inventory, and no carrier is named/);
    assert.match((await complete('--carrier', 'beta')).err, /beta is no carrier/);
    assert.match((await complete('--carrier', 'alpha', '--type', 'x')).err, /type must be one of/);
    assert.match((await complete('--type', 'local')).err, /goes with --carrier/);
    const completed = await complete('--carrier', 'alpha', '--json');
    assert.equal((completed.json as { status: string }).status, 'completed');
    const number = await run('number', 'show', '+14155552001', '--json');
    const { account_sid, carrier, sms_url, type } = number.json as Record<string, unknown>;
    assert.deepEqual(
      [account_sid, carrier, sms_url, type],
      [accountSid, 'alpha', 'https://example.com/sms', 'local'],
    );
    assert.match((await complete()).err, /is settled/);

    assert.equal((await run('hosting', 'reject', second, '--reason', ' ')).status, 1);
    const rejected = await run('hosting', 'reject', second, '--reason', 'no answer', '--json');
    const { status, reason } = rejected.json as { status: string; reason: string };
    assert.deepEqual([status, reason], ['failed', 'no answer']);
    assert.equal((await run('hosting', 'list', '--status', 'received')).out, 'no orders\n');
    for (const wrong of [
      ['complete', 'HR1'],
      ['reject', 'HR1', '--reason', 'x'],
      ['show', 'HR1'],
      ['list', '--status', 'x'],
    ])
      assert.equal((await run('hosting', ...wrong)).status, 1, wrong.join(' '));
  });
});
