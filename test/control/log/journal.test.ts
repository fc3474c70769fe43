import assert from 'node:assert/strict';
import { fstatSync, mkdtempSync, openSync, closeSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { leadsToJournal, priorityOf } from '../../../control/log/journal.ts';
import type { Log } from '../../../control/log/log.ts';
import { createLog } from '../../../control/log/pino.ts';
import { linesFor, type LogConfig } from '../../../control/log/process-log.ts';

function written(format: LogConfig['format'], journal: boolean, use: (log: Log) => void): string[] {
  const lines: string[] = [];
  use(createLog('debug', linesFor({ write: (line) => void lines.push(line) }, format, journal)));
  for (const line of lines) assert.equal(line.indexOf('\n'), line.length - 1, line);
  return lines.map((line) => line.trimEnd());
}

describe('the log in the journal', () => {
  it('has the priority of each line in front, and JSON after it', () => {
    const lines = written('json', true, (log) => {
      log.error({ route: '/a' }, 'a request failed');
      log.child({ carrier: 'alpha' }).warn({}, 'bind refused');
      log.info({}, 'well');
      log.debug({}, 'little');
    });
    assert.deepEqual(
      lines.map((line) => line.slice(0, 3)),
      ['<3>', '<4>', '<6>', '<7>'],
    );
    const { time, ...fields } = JSON.parse(lines[1]!.slice(3)) as Record<string, unknown>;
    assert.equal(typeof time, 'string');
    assert.deepEqual(fields, { level: 'warn', carrier: 'alpha', message: 'bind refused' });
  });

  it('is plain JSON elsewhere', () => {
    const [line] = written('json', false, (log) => log.info({ a: 1 }, 'well'));
    assert.equal((JSON.parse(line!) as { a: number }).a, 1);
  });

  it('is told from other outputs by device and inode', () => {
    const folder = mkdtempSync(join(tmpdir(), 'strowger-journal-'));
    const file = openSync(join(folder, 'out'), 'w');
    const { dev, ino } = fstatSync(file);
    try {
      assert.ok(leadsToJournal(() => `${dev}:${ino}`, file));
      assert.ok(!leadsToJournal(() => `${dev}:${ino + 1}`, file));
      assert.ok(!leadsToJournal(() => undefined, file));
      assert.ok(!leadsToJournal(() => `${dev}:${ino}`, 9_999));
    } finally {
      closeSync(file);
      rmSync(folder, { recursive: true });
    }
  });
});

describe('the log as text', () => {
  it('is a sentence and its fields; where nobody else does, with time and level', () => {
    const use = (log: Log): void =>
      log.warn({ carrier: 'alpha', status: 14, detail: 'no such\nuser', deep: { a: [1] } }, 'bind refused');
    assert.deepEqual(written('text', true, use), [
      String.raw`<4>bind refused carrier=alpha status=14 detail="no such\nuser" deep="{\"a\":[1]}"`,
    ]);
    const [line] = written('text', false, use);
    assert.match(line!, /^\d{4}-\d\d-\d\dT\S+Z warn bind refused carrier=alpha /);
  });

  it('lets nobody write a line of his own, or speak to the terminal', () => {
    const [line] = written('text', true, (log) =>
      log.info({ name: 'x\u001b[2J\u2028y', 'odd\nname': 1 }, 'said\n<0>forged \u202e'),
    );
    assert.doesNotMatch(line!, /[\u0000-\u001f\u007f-\u009f\u2028-\u202e]/);
  });
});

describe('priorities', () => {
  it("are syslog's", () => {
    assert.deepEqual([10, 20, 30, 40, 50, 60].map(priorityOf), [7, 7, 6, 4, 3, 3]);
  });
});
