import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Store } from '../../../control/store/store.ts';
import { commandLine } from '../../support/command-line.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { openMeter } from '../../support/meter.ts';
import { pairTable } from '../store/tables.ts';

const folder = mkdtempSync(join(tmpdir(), 'strowger-usage-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const file = join(folder, 'strowger.yaml');
const run = commandLine(file);
let main = '';
let sub = '';
let other = '';

before(async () => {
  writeFileSync(file, `data: ${join(folder, 'data')}\n`);
  const create = async (...more: string[]): Promise<string> =>
    ((await run('account', 'create', '--friendly-name', 'Ann', ...more, '--json')).json as { sid: string })
      .sid;
  main = await create();
  sub = await create('--parent', main);
  other = await create();
  const store = new Store(join(folder, 'data'));
  const { meter } = openMeter(store, new FakeClock());
  const use = (accountSid: string, ownerSid: string, atMs: number, to: string): void => {
    store.table(pairTable('causes')).put('a', 1);
    meter.record({
      atMs,
      accountSid,
      ownerSid,
      resourceSid: `SM${'0'.repeat(32)}`,
      part: 0,
      category: 'sms-outbound-longcode',
      count: 1,
      usage: 2,
      priceMicros: 7_500,
      from: '+14155550100',
      to,
      carrier: 'alpha',
      carrierId: '',
    });
  };
  use(main, main, Date.UTC(2026, 0, 1), '+13125550001');
  use(sub, main, Date.UTC(2026, 0, 2), '+13125550002');
  use(sub, main, Date.UTC(2026, 0, 2), '+13125550003');
  use(other, other, Date.UTC(2026, 0, 3), '+13125550004');
  await store.close();
});

const span = ['--from', '2026-01-01', '--to', '2026-01-31'];

interface Row {
  readonly account_sid: string;
  readonly category: string;
  readonly usage: number;
  readonly price: string;
}

describe('strowger usage', () => {
  it('shows what each account has used, of a main account also its subaccounts', async () => {
    const shown = async (...words: string[]): Promise<readonly unknown[]> =>
      (
        (await run('usage', ...words, ...span, '--category', 'sms-outbound', '--json')).json as readonly Row[]
      ).map(({ account_sid, usage, price }) => [account_sid, usage, price]);
    assert.deepEqual(await shown(), [
      [other, 2, '0.0075'],
      [sub, 4, '0.015'],
      [main, 2, '0.0075'],
    ]);
    assert.deepEqual(await shown(main), [
      [sub, 4, '0.015'],
      [main, 2, '0.0075'],
    ]);
    assert.deepEqual(await shown(sub), [[sub, 4, '0.015']]);
    const all = (await run('usage', sub, ...span, '--json')).json as readonly Row[];
    assert.deepEqual(
      all.map(({ category }) => category),
      ['sms', 'sms-outbound', 'sms-outbound-longcode', 'totalprice'],
    );
    const { out } = await run('usage', '--from', '2026-01-02', '--to', '2026-01-02');
    assert.match(out, /PRICE USD/);
    assert.ok(!out.includes(main) && out.includes(sub));
    for (const line of out.split('\n')) assert.ok(line.length <= 100, line);
  });

  it('says why it cannot', async () => {
    for (const words of [
      ['usage', `AC${'0'.repeat(32)}`],
      ['usage', '--from', '2026-02-30'],
      ['usage', '--from', '2026-02-02', '--to', '2026-02-01'],
      ['usage', '--category', 'telegrams'],
      ['usage', 'details', '--format', 'xml'],
      ['usage', 'details', '--account', `AC${'0'.repeat(32)}`],
    ]) {
      const { status, err } = await run(...words);
      assert.equal(status, 1, words.join(' '));
      assert.notEqual(err, '');
    }
    assert.match((await run('help', 'usage')).out, /what accounts have used/);
  });
});

describe('strowger usage details', () => {
  it('prints the records of a span and of an account, in each form', async () => {
    const tos = (rows: readonly { to: string }[]): readonly string[] => rows.map(({ to }) => to.slice(-1));
    const { json } = await run('usage', 'details', ...span, '--json');
    assert.deepEqual(tos(json as readonly { to: string }[]), ['1', '2', '3', '4']);
    const lines = (await run('usage', 'details', ...span, '--account', main, '--format', 'json')).out;
    const rows = lines
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { to: string });
    assert.deepEqual(tos(rows), ['1', '2', '3']);
    const table = await run(
      'usage',
      'details',
      '--from',
      '2026-01-02',
      '--to',
      '2026-01-03',
      '--format',
      'csv',
    );
    const [head = '', ...csv] = table.out.trimEnd().split('\r\n');
    assert.ok(head.startsWith('number,date,account_sid,'));
    assert.equal(csv.length, 3);
    const text = await run('usage', 'details', ...span);
    assert.equal(text.out.trimEnd().split('\n').length, 5);
    for (const line of text.out.split('\n')) assert.ok(line.length <= 100, line);
    assert.deepEqual(
      (await run('usage', 'details', '--from', '2025-01-01', '--to', '2025-01-02', '--json')).json,
      [],
    );
  });
});
