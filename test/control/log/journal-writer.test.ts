import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { journalWriter, type JournalMiss, type LineWriter } from '../../../control/log/journal-writer.ts';
import type { Log } from '../../../control/log/log.ts';
import { createLog } from '../../../control/log/pino.ts';
import { leveled } from '../../../control/log/process-log.ts';
import { DatagramSocket } from '../../support/datagrams.ts';
import { readJournalDatagram } from '../../support/journal-reader.ts';

const message = `SM${'a'.repeat(32)}`;
const account = `AC${'b'.repeat(32)}`;

describe('the log in the journal, with fields', () => {
  let journal: DatagramSocket;
  let plain: (readonly [line: string, level: number])[];
  let missed: JournalMiss[];
  beforeEach(() => {
    journal = new DatagramSocket();
    plain = [];
    missed = [];
  });
  afterEach(() => journal.close());

  const write = (socket: string = journal.path): LineWriter =>
    journalWriter(
      (...line) => void plain.push(line),
      (why) => void missed.push(why),
      socket,
    );
  const log = (socket?: string): Log => createLog('debug', leveled(write(socket)));

  it('is one entry a line, found by what it is about', async () => {
    log().info({ sid: message, account, status: 'failed', errorCode: 30_008 }, 'message not delivered');
    const [first = Buffer.alloc(0)] = await journal.until(1);
    assert.deepEqual(readJournalDatagram(first), [
      ['PRIORITY', '6'],
      ['SYSLOG_IDENTIFIER', 'strowger'],
      ['STROWGER_MESSAGE', message],
      ['STROWGER_ACCOUNT', account],
      ['STROWGER_STATUS', 'failed'],
      ['STROWGER_ERROR_CODE', '30008'],
      ['MESSAGE', `message not delivered sid=${message} account=${account} status=failed errorCode=30008`],
    ]);
    assert.deepEqual(plain, []);
  });

  it('has the priority of each line, and the fields of its parents', async () => {
    const child = log().child({ carrier: 'alpha' });
    child.error({}, 'a');
    child.warn({}, 'b');
    child.debug({}, 'c');
    const read = (await journal.until(3)).map((entry) => new Map(readJournalDatagram(entry)));
    assert.deepEqual(
      read.map((entry) => [entry.get('PRIORITY'), entry.get('STROWGER_CARRIER')]),
      [
        ['3', 'alpha'],
        ['4', 'alpha'],
        ['7', 'alpha'],
      ],
    );
  });

  it('holds no secret, and nothing that a terminal would obey', async () => {
    log()
      .child({ authToken: 's3cret' })
      .warn(
        {
          password: 's3cret',
          url: 'smpp://u:s3cret@h:2775',
          deep: { body: 's3cret' },
          name: 'x\u001b[2J\u009b1m',
        },
        'said\n<0>forged \u202e',
      );
    const [entry = Buffer.alloc(0)] = await journal.until(1);
    assert.ok(!entry.includes('s3cret'), entry.toString());
    for (const [, value] of readJournalDatagram(entry))
      assert.doesNotMatch(value, /[\u0000-\u001f\u007f-\u009f\u202e]/);
  });

  it('goes to standard output as the line that it was where the journal does not hear, which is counted', () => {
    const nowhere = `${journal.path}-absent`;
    log(nowhere).warn({ sid: message }, 'unheard');
    log('/').info({}, 'refused');
    log(`/${'x'.repeat(200)}`).error({}, 'too far');
    assert.deepEqual(missed, ['absent', 'refused', 'absent']);
    assert.deepEqual(
      plain.map(([line, level]) => [level, (JSON.parse(line) as { message: string }).message]),
      [
        [40, 'unheard'],
        [30, 'refused'],
        [50, 'too far'],
      ],
    );
  });

  it('never waits: what a full journal does not take goes to standard output, all else is there', async () => {
    // The kernel holds net.unix.max_dgram_qlen datagrams for a reader that has not turned to them.
    const full = log();
    let lines = 0;
    while (missed.length < 10) full.info({ n: lines++ }, 'many');
    assert.deepEqual(new Set(missed), new Set(['full']));
    assert.equal(plain.length, missed.length);
    await journal.until(lines - plain.length);
    const heard = journal.heard.map((entry) => new Map(readJournalDatagram(entry)).get('STROWGER_N'));
    const spared = plain.map(([line]) => String((JSON.parse(line) as { n: number }).n));
    assert.equal(new Set([...heard, ...spared]).size, lines);
    full.info({ n: 'after' }, 'room again');
    await journal.until(lines - spared.length + 1);
    assert.equal(plain.length, spared.length);
  });

  it('cuts what is larger than an entry may be', async () => {
    const long = Array.from({ length: 50 }, () => 'ä'.repeat(2_000));
    log().info({ sid: message, long }, 'long');
    const [entry = Buffer.alloc(0)] = await journal.until(1);
    assert.ok(entry.length <= 48 * 1024 && entry.length > 40 * 1024);
    const fields = new Map(readJournalDatagram(entry));
    assert.equal(fields.get('STROWGER_MESSAGE'), message);
    assert.match(fields.get('MESSAGE') ?? '', new RegExp(`^long sid=${message} long=.*…$`));
  });
});
