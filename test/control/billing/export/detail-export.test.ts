import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { auditBooks } from '../../../../control/billing/audit/audit.ts';
import type { AuditedBooks } from '../../../../control/billing/audit/check.ts';
import { Details } from '../../../../control/billing/details.ts';
import type { DetailsConfig } from '../../../../control/billing/export/config.ts';
import { DetailExport } from '../../../../control/billing/export/detail-export.ts';
import { csv, jsonLines } from '../../../../control/billing/export/formats.ts';
import { textKey } from '../../../../control/store/keys.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { openMeter } from '../../../support/meter.ts';
import { until } from '../../../support/until.ts';
import { pairTable } from '../../store/tables.ts';
import { temporaryStore } from '../../store/temporary.ts';

const ownerSid = `AC${'1'.repeat(32)}`;
const accountSid = `AC${'2'.repeat(32)}`;
const minuteMs = 60_000;
const dayMs = 86_400_000;

const folders: string[] = [];
const opened: DetailExport[] = [];
after(async () => {
  for (const files of opened) await files.stop();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const usual: DetailsConfig = {
  jsonl: true,
  csv: true,
  fileKilobytes: 64_000,
  fileMinutes: 60,
  fileDays: 0,
  storeDays: 0,
};

function fixture(more: Partial<DetailsConfig> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'strowger-details-'));
  folders.push(folder);
  const directory = join(folder, 'details');
  const store = temporaryStore();
  const clock = new FakeClock();
  const money = openMeter(store, clock);
  const causes = store.table(pairTable('causes'));
  const failures: string[] = [];
  const open = (): DetailExport => {
    const files = new DetailExport({
      store,
      details: money.details,
      clock,
      directory,
      config: { ...usual, ...more },
      currency: 'EUR',
      failed: (reason) => failures.push(reason),
    });
    opened.push(files);
    return files;
  };
  const use = async (times: number): Promise<void> => {
    for (let time = 0; time < times; time++) {
      causes.put('a', time);
      money.meter.record({
        atMs: clock.now(),
        accountSid: time % 2 === 0 ? accountSid : ownerSid,
        ownerSid,
        resourceSid: `SM${String(time).padStart(32, '0')}`,
        part: 0,
        category: 'sms-outbound-longcode',
        count: 1,
        usage: 1,
        priceMicros: 7_500,
        from: '+14155550100',
        to: '+13125550100',
        carrier: 'alpha',
        carrierId: 'a "quoted", id',
      });
    }
    await store.durable();
  };
  const progress = store.table<string, { next: number; closing: number | null }>({
    name: 'details-export',
    key: textKey,
    version: 1,
  });
  const finished = (): readonly string[] =>
    readdirSync(directory)
      .filter((name) => name.startsWith('details-'))
      .sort();
  /** The numbers in every finished file of a form, file by file. */
  const numbers = (extension: 'jsonl' | 'csv'): readonly number[] =>
    finished()
      .filter((name) => name.endsWith(`.${extension}`))
      .flatMap((name) => {
        const text = readFileSync(join(directory, name), 'utf8');
        const rows =
          extension === 'csv'
            ? parse<{ number: string }>(text, { columns: true })
            : text
                .trimEnd()
                .split('\n')
                .map((line) => JSON.parse(line) as { number: number });
        return rows.map(({ number }) => Number(number));
      });
  return { folder, directory, store, clock, open, use, progress, finished, numbers, failures, ...money };
}

const differencesOf = (books: Pick<AuditedBooks, 'details' | 'usage' | 'wallet'>): readonly string[] =>
  auditBooks({ ...books, triggers: { all: () => [] }, rooms: [], nowMs: 0 }).differences;

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);

describe('the files of detail records', () => {
  it('are closed by age, named by their first record, in both forms', async () => {
    const { open, use, clock, finished, numbers, directory } = fixture();
    const files = open();
    await use(3);
    await files.round();
    assert.deepEqual(finished(), []);
    clock.advance(60 * minuteMs);
    await use(2);
    await files.round();
    await use(4);
    await files.round();
    clock.advance(60 * minuteMs);
    await files.round();
    assert.deepEqual(finished(), [
      'details-000000000001.csv',
      'details-000000000001.jsonl',
      'details-000000000006.csv',
      'details-000000000006.jsonl',
    ]);
    assert.deepEqual(numbers('jsonl'), upTo(9));
    assert.deepEqual(numbers('csv'), upTo(9));
    const [line = ''] = readFileSync(join(directory, 'details-000000000001.jsonl'), 'utf8').split('\n');
    assert.deepEqual(JSON.parse(line), {
      number: 1,
      date: '2026-01-01T12:00:00.000Z',
      account_sid: accountSid,
      owner_sid: ownerSid,
      resource_sid: `SM${'0'.repeat(32)}`,
      part: 0,
      category: 'sms-outbound-longcode',
      count: 1,
      usage: 1,
      seconds: 0,
      price: '0.00750',
      currency: 'EUR',
      from: '+14155550100',
      to: '+13125550100',
      carrier: 'alpha',
      carrier_id: 'a "quoted", id',
    });
    await files.stop();
  });

  it('are closed by size', async () => {
    const { open, use, finished, numbers } = fixture({ fileKilobytes: 1_000, csv: false });
    const files = open();
    await use(7_000);
    await files.round();
    assert.ok(finished().length >= 2);
    const closed = numbers('jsonl');
    assert.deepEqual(closed, upTo(closed.length));
    assert.ok(closed.length > 4_000);
    await files.stop();
  });

  it('hold each record once, wherever a crash has cut the writing', async () => {
    const { open, use, clock, finished, numbers, progress, store, directory } = fixture();
    await use(600);
    // Written in part.
    await open().round();
    // The part is full, its extent is on disk, and no file has its name.
    progress.put('progress', { next: 1, closing: 300 });
    await store.durable();
    const second = open();
    await second.round();
    assert.deepEqual(finished(), ['details-000000000001.csv', 'details-000000000001.jsonl']);
    assert.deepEqual(numbers('csv'), upTo(300));
    const before = readFileSync(join(directory, 'details-000000000001.jsonl'), 'utf8');
    // One of the files has its name, and perhaps both.
    for (const lost of ['details-000000000001.csv', '']) {
      if (lost !== '') rmSync(join(directory, lost));
      progress.put('progress', { next: 1, closing: 300 });
      await store.durable();
      await open().round();
      assert.deepEqual(numbers('csv'), upTo(300));
      assert.equal(readFileSync(join(directory, 'details-000000000001.jsonl'), 'utf8'), before);
    }
    clock.advance(60 * minuteMs);
    await open().round();
    assert.deepEqual(numbers('csv'), upTo(600));
    assert.deepEqual(numbers('jsonl'), upTo(600));
  });

  it('leave the store after their time, whose sums remain, and numbers go on', async () => {
    const books = fixture({ storeDays: 30, fileMinutes: 1 });
    const { open, use, clock, details, store } = books;
    const files = open();
    await use(3_000);
    clock.advance(minuteMs);
    await files.round();
    await use(5);
    clock.advance(29 * dayMs);
    await files.round();
    assert.equal(Array.from(details.from(1)).length, 3_005);
    clock.advance(dayMs + minuteMs);
    await use(10);
    await files.round();
    assert.deepEqual(
      Array.from(details.from(1), ({ number }) => number),
      Array.from({ length: 10 }, (_, index) => 3_006 + index),
    );
    assert.deepEqual(differencesOf(books), []);
    clock.advance(40 * dayMs);
    await files.round();
    assert.deepEqual(Array.from(details.from(1)), []);
    assert.deepEqual(differencesOf(books), []);
    assert.deepEqual(details.span(), { first: 3_016, end: 3_016 });
    await files.stop();
    const again = new Details(store);
    again.add({
      atMs: clock.now(),
      accountSid,
      ownerSid,
      resourceSid: `SM${'0'.repeat(32)}`,
      part: 0,
      category: 'sms',
      count: 0,
      usage: 0,
      priceMicros: 0,
      from: '',
      to: '',
      carrier: '',
      carrierId: '',
    });
    store.table(pairTable('causes')).put('a', 1);
    await store.durable();
    assert.deepEqual(
      Array.from(again.from(1), ({ number }) => number),
      [3_016],
    );
  });

  it('do not overwrite those of another life of the store', async () => {
    const { open, use, clock, directory, finished } = fixture({ csv: false });
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'details-000000000001.jsonl'), 'before\n');
    await use(1);
    clock.advance(60 * minuteMs);
    await open().round();
    assert.deepEqual(finished(), ['details-000000000001.jsonl', 'details-000000000001.jsonl.superseded']);
  });

  it('are removed after their time, if they have one', async () => {
    const { open, use, clock, directory, finished } = fixture({ csv: false, fileDays: 10, fileMinutes: 1 });
    const files = open();
    await use(1);
    clock.advance(minuteMs);
    await files.round();
    const path = join(directory, 'details-000000000001.jsonl');
    utimesSync(path, clock.now() / 1000, clock.now() / 1000);
    clock.advance(10 * dayMs);
    await files.round();
    assert.equal(finished().length, 1);
    clock.advance(dayMs);
    await files.round();
    assert.deepEqual(finished(), []);
    await files.stop();
  });

  it('that cannot be written are reported and tried again', async () => {
    const { folder, open, use, clock, directory, numbers, failures } = fixture({ fileMinutes: 1 });
    writeFileSync(join(folder, 'details'), 'in the way');
    await use(2);
    clock.advance(minuteMs);
    const files = open();
    files.start();
    clock.advance(0);
    await until(() => failures.length === 1 && clock.timers === 1);
    rmSync(directory);
    clock.advance(minuteMs);
    await until(() => clock.timers === 1);
    assert.deepEqual(numbers('csv'), [1, 2]);
    await files.stop();
    assert.equal(failures.length, 1);
  });
});

describe('a detail record as text', () => {
  it('is read back as it was, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), fc.nat(), (carrierId, from, priceMicros) => {
        const detail = {
          number: 7,
          atMs: 0,
          accountSid,
          ownerSid,
          resourceSid: `SM${'0'.repeat(32)}`,
          part: 0,
          category: 'sms',
          count: 1,
          usage: 1,
          seconds: 0,
          priceMicros,
          from,
          to: '',
          carrier: '',
          carrierId,
        } as const;
        const line = jsonLines.line(detail, 'USD');
        assert.equal(line.indexOf('\n'), line.length - 1);
        const wanted = JSON.parse(line) as Record<string, unknown>;
        assert.deepEqual([wanted['carrier_id'], wanted['from']], [carrierId, from]);
        const [row] = parse<Record<string, string>>(csv.head + csv.line(detail, 'USD'), {
          columns: true,
          record_delimiter: '\r\n',
        });
        // What a spreadsheet would take for a formula has an apostrophe before it.
        const read = Object.entries(row ?? {}).map(([name, text]) => [name, text.replace(/^'/, '')]);
        assert.deepEqual(
          Object.fromEntries(read),
          Object.fromEntries(Object.entries(wanted).map(([name, value]) => [name, String(value)])),
        );
      }),
    );
  });
});
