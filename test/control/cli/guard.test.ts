import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { commandLine } from '../../support/command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'strowger-guard-cli-'));
after(() => rmSync(folder, { recursive: true, force: true }));

let books = 0;
async function open() {
  const file = join(folder, `${++books}.yaml`);
  writeFileSync(file, `data: ${join(folder, String(books))}\n`);
  const run = commandLine(file);
  const made = await run('account', 'create', '--friendly-name', 'Ann', '--json');
  const { sid } = made.json as { sid: string };
  const codes = async (...argv: string[]): Promise<(number | null)[]> => {
    const { json, err } = await run('guard', 'test', ...argv, '--account', sid, '--json');
    assert.equal(err, '');
    return (json as { answers: { code: number | null }[] }).answers.map(({ code }) => code);
  };
  return { run, sid, codes };
}

describe('strowger guard', () => {
  it('changes an account’s countries, and says what follows', async () => {
    const { run, sid, codes } = await open();
    assert.deepEqual(await codes('+12065550100'), [null, null, null, null, null]);
    const changed = await run('account', 'geo', sid, '--messages', '+DE,-US', '--calls=-US');
    assert.equal(changed.status, 0, changed.err);
    assert.deepEqual(await codes('+12065550100'), [null, 21408, null, null, null]);
    assert.deepEqual(await codes('+12065550100', '--call'), [null, 21215, null, null, null]);
    assert.equal((await run('account', 'geo', sid, '--messages', '+XX')).status, 1);
    assert.equal((await run('account', 'geo', `AC${'0'.repeat(32)}`)).status, 1);
  });

  it('blocks, lists, imports and lifts', async () => {
    const { run, sid, codes } = await open();
    assert.equal((await run('guard', 'block', 'add', '+1206*', '--account', sid)).status, 0);
    assert.deepEqual((await codes('+12065550100'))[0], 30004);
    const list = join(folder, 'blocks.csv');
    writeFileSync(list, 'address,direction,note\n+13105550100,outbound,"fraud, twice"\nEvilBank\n');
    assert.deepEqual((await run('guard', 'block', 'import', list, '--json')).json, { blocked: 2 });
    const listed = (await run('guard', 'block', 'list', '--json')).json as {
      address: string;
      note: string;
    }[];
    assert.deepEqual(
      listed.map(({ address, note }) => [address, note]),
      [
        ['+13105550100', 'fraud, twice'],
        ['EvilBank', ''],
        ['+1206*', ''],
      ],
    );
    writeFileSync(list, 'address\n+13105550101\nnot an address at all\n');
    const refused = await run('guard', 'block', 'import', list);
    assert.deepEqual([refused.status, /row 2/.test(refused.err)], [1, true]);
    assert.equal((await run('guard', 'block', 'remove', '+1206*', '--account', sid)).status, 0);
    assert.deepEqual((await codes('+12065550100'))[0], null);
    assert.equal((await run('guard', 'block', 'remove', '+1206*', '--account', sid)).status, 1);
  });

  it('sets limits and prefixes of high risk', async () => {
    const { run, sid, codes } = await open();
    const set = await run(
      'guard',
      'limit',
      sid,
      '--prefix',
      '+882',
      '--messages-per-hour',
      '0',
      '--spend-per-day',
      '5',
      '--json',
    );
    assert.deepEqual(set.json, [
      { prefix: '+882', messages_per_hour: 0, calls_per_hour: null, spend_per_day: '5.00' },
    ]);
    assert.deepEqual(await codes('+88213300200'), [null, null, 20429, null, null]);
    assert.match((await run('guard', 'limit', sid)).out, /\+882 {2,}0 +5\.00/);
    assert.equal((await run('guard', 'limit', sid, '--messages-per-hour', 'many')).status, 1);
    await run('guard', 'limit', sid, '--prefix', '+882', '--remove');
    assert.deepEqual(await codes('+88213300200'), [null, null, null, null, null]);
    const list = join(folder, 'prefixes.csv');
    writeFileSync(list, 'prefix,risk,country\n+1206,tollfraud,\n+44909,special,GB\n');
    assert.deepEqual((await run('guard', 'prefixes', 'import', list, '--json')).json, { imported: 2 });
    assert.deepEqual((await codes('+12065550100', '--call'))[1], 21215);
    assert.equal((await run('account', 'geo', sid, '--high-risk', '+US')).status, 0);
    assert.deepEqual((await codes('+12065550100', '--call'))[1], null);
  });
});
