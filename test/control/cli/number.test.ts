import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { commandLine } from '../../support/command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'strowger-number-'));
after(() => rmSync(folder, { recursive: true, force: true }));

let books = 0;
/** Books with three numbers of two carriers and two accounts; `life` is the configuration's `inventory`. */
async function stocked(life = '{}') {
  const file = join(folder, `${++books}.yaml`);
  writeFileSync(file, `data: ${join(folder, String(books))}\ninventory: ${life}\n`);
  const run = commandLine(file);
  const list = join(folder, `${books}.csv`);
  writeFileSync(
    list,
    [
      'e164,country,type,region,sms,voice,carrier',
      '+14155550100,US,local,CA,true,true,alpha',
      '+14155550101,US,local,CA,true,false,alpha',
      '+12125550100,US,local,NY,true,true,beta',
    ].join('\n'),
  );
  assert.equal((await run('number', 'import', list)).status, 0);
  const account = async (): Promise<string> =>
    ((await run('account', 'create', '--friendly-name', 'Ann', '--json')).json as { sid: string }).sid;
  const states = async (...options: string[]) =>
    ((await run('number', 'list', '--json', ...options)).json as Record<string, string>[]).map(
      ({ e164, state }) => `${e164} ${state}`,
    );
  return { run, states, account: await account(), other: await account() };
}

describe('strowger number list', () => {
  it('lists by state, account, carrier and prefix, and says where to go on', async () => {
    const { run, states, account } = await stocked();
    await run('number', 'assign', '+14155550100', account);
    await run('number', 'hold', '+14155550101', '--reason', 'disputed by a neighbour');
    assert.deepEqual(await states(), [
      '+12125550100 available',
      '+14155550100 assigned',
      '+14155550101 held',
    ]);
    assert.deepEqual(await states('--state', 'held'), ['+14155550101 held']);
    assert.deepEqual(await states('--account', account), ['+14155550100 assigned']);
    assert.deepEqual(await states('--account', account, '--carrier', 'beta'), []);
    assert.deepEqual(await states('--account', account, '--after', '+14155550100'), []);
    assert.deepEqual(await states('--carrier', 'beta'), ['+12125550100 available']);
    assert.deepEqual(await states('--prefix', '+1415', '--limit', '1'), ['+14155550100 assigned']);
    const page = (await run('number', 'list', '--limit', '2')).out;
    assert.match(page, /… more: --after \+14155550100\n$/);
    assert.deepEqual(await states('--after', '+14155550100'), ['+14155550101 held']);
    const { out } = await run('number', 'list');
    assert.match(out, new RegExp(`\\+14155550100 +local +alpha +assigned +${account}\\n`));
    assert.match(out, /\+14155550101 +local +alpha +held +disputed by a neighbour\n/);
    for (const line of out.split('\n')) assert.ok(line.length <= 100, line);
    assert.equal((await run('number', 'list', '--prefix', '+99')).out, 'no numbers\n');
    for (const wrong of [
      ['--state', 'lost'],
      ['--prefix', 'x'],
      ['--limit', '0'],
      ['--account', 'AC1'],
    ])
      assert.equal((await run('number', 'list', ...wrong)).status, 1, wrong.join(' '));
  });
});

describe('the life of a number, by the operator', () => {
  it('refuses to assign what cannot be had, and says why', async () => {
    const { run, account, other } = await stocked();
    const refusal = async (e164: string): Promise<string> => {
      const { status, err } = await run('number', 'assign', e164, other);
      assert.equal(status, 1);
      return err;
    };
    await run('number', 'assign', '+14155550100', account);
    assert.match((await run('number', 'hold', '+14155550100', '--reason', 'x')).err, /another account/);
    assert.match(
      (await run('number', 'release', '+14155550100')).out,
      /for sale again on \d{4}-\d\d-\d\d\n$/,
    );
    assert.equal((await run('number', 'assign', '+14155550100', other)).status, 0);
    await run('number', 'hold', '+14155550101', '--reason', 'disputed');
    assert.match(await refusal('+14155550101'), /held back: see strowger number unhold/);
    await run('number', 'port-out', '+12125550100');
    assert.match(await refusal('+12125550100'), /ported out: see strowger number port-in/);
    assert.match((await run('number', 'port-out', '+12125550100')).err, /already/);
    for (const [command, e164] of [
      ['unhold', '+14155550101'],
      ['port-in', '+12125550100'],
    ] as const) {
      assert.equal((await run('number', command, e164)).status, 0);
      assert.equal((await run('number', 'assign', e164, other)).status, 0, command);
      assert.equal((await run('number', 'unhold', e164)).status, 1);
    }
    assert.match((await run('number', 'hold', '+14155559999', '--reason', 'x')).err, /not in the inventory/);
    assert.equal((await run('number', 'hold', '+14155550101', '--reason', ' ')).status, 1);
    assert.equal((await run('number', 'hold', '+14155550101')).status, 2);
  });

  it('gives its last holder a number back', async () => {
    const { run, account } = await stocked('{ quarantineDays: 5 }');
    await run('number', 'assign', '+14155550100', account);
    await run('number', 'release', '+14155550100');
    assert.equal((await run('number', 'assign', '+14155550100', account)).status, 0);
  });

  it('leaves imported numbers untested where the configuration says that they are tested', async () => {
    const { run, states, account } = await stocked('{ testNumbers: true }');
    assert.equal((await states('--state', 'testing')).length, 3);
    assert.match((await run('number', 'assign', '+14155550100', account)).err, /waits for its test/);
  });

  it('comes from a file in which an import can go on, and from no pipe', async () => {
    const { run } = await stocked();
    const { status, err } = await run('number', 'import', '/dev/null');
    assert.equal(status, 1);
    assert.match(err, /\/dev\/null is no regular file: write the list into one first/);
  });

  it('is told in whole', async () => {
    const { run, account } = await stocked();
    await run('number', 'assign', '+14155550100', account);
    await run('number', 'release', '+14155550100');
    const { json } = await run('number', 'show', '+14155550100', '--json');
    const shown = json as Record<string, unknown> & {
      story: { state: string; account_sid: string | null }[];
    };
    assert.deepEqual(
      [shown['state'], shown['carrier'], shown['region'], shown['capabilities'], shown['last_account_sid']],
      ['quarantine', 'alpha', 'CA', ['voice', 'sms'], account],
    );
    assert.deepEqual(
      shown.story.map(({ state, account_sid }) => [state, account_sid]),
      [
        ['assigned', account],
        ['quarantine', null],
      ],
    );
    const { out } = await run('number', 'show', '+14155550100');
    assert.match(out, /rests until +\d{4}-/);
    assert.match(out, new RegExp(`UTC  assigned +${account}\\n.*UTC  quarantine\\n$`));
    assert.equal((await run('number', 'show', '+14155559999')).status, 1);
  });
});
