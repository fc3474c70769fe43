import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { commandLine } from '../../support/command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'strowger-audit-'));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Event {
  readonly event_type: string;
  readonly resource_sid: string;
  readonly actor_type: string;
  readonly actor: string;
  readonly from: string;
}

describe('strowger audit', () => {
  it('tells which user changed what with which command', async () => {
    const file = join(folder, 'strowger.yaml');
    writeFileSync(file, `data: ${join(folder, 'data')}\n`);
    const run = commandLine(file);
    const create = async (name: string): Promise<string> =>
      ((await run('account', 'create', '--friendly-name', name, '--json')).json as { sid: string }).sid;
    const ann = await create('Ann');
    const bob = await create('Bob');
    await run('account', 'suspend', ann);
    const audit = async (...argv: string[]): Promise<readonly Event[]> =>
      (await run('audit', '--json', ...argv)).json as readonly Event[];

    const anns = await audit('--account', ann);
    assert.deepEqual(
      anns.map(({ event_type, from }) => [event_type, from]),
      [
        ['account.created', 'command: account create'],
        ['account-auth-token.created', 'command: account create'],
        ['account.updated', 'command: account suspend'],
      ],
    );
    const [created] = anns;
    assert.ok(created !== undefined);
    assert.equal(created.actor_type, 'command');
    assert.equal((await audit('--actor', created.actor)).length, 5);
    assert.deepEqual(await audit('--actor', 'nobody-of-this-name'), []);
    assert.deepEqual(
      (await audit('--limit', '1')).map(({ resource_sid }) => resource_sid),
      [ann],
    );
    assert.equal((await audit('--until', '2020-01-01')).length, 0);
    assert.equal((await audit('--since', '2020-01-01', '--account', bob)).length, 2);

    const { out } = await run('audit', '--account', ann);
    assert.match(
      out,
      /account\.updated +AC.*\n {2}by .* \(command: account suspend\)\n {2}status: active → suspended/,
    );
    for (const line of out.split('\n')) assert.ok(line.length <= 100, line);
  });

  it('says what is no date and no limit', async () => {
    const file = join(folder, 'other.yaml');
    writeFileSync(file, `data: ${join(folder, 'other')}\n`);
    const run = commandLine(file);
    for (const wrong of [
      ['--since', 'yesterday'],
      ['--until', '2026-13-45'],
      ['--limit', '0'],
    ])
      assert.equal((await run('audit', ...wrong)).status, 1, wrong.join(' '));
  });
});
