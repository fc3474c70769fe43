import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { CoreConfig } from '../../../control/config/core.ts';
import { controlCommands } from '../../../control/cli/commands.ts';
import type { Command } from '../../../control/cli/command.ts';
import { runCli } from '../../../control/cli/run.ts';
import { loadConfig } from '../../../control/config/load.ts';
import { configPart } from '../../../edge/config.ts';
import { commandLine } from '../../support/command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'strowger-cli-'));
after(() => rmSync(folder, { recursive: true, force: true }));

let books = 0;
/** A configuration of its own, with empty books. */
function newBooks() {
  const data = join(folder, String(++books));
  const file = join(folder, `${books}.yaml`);
  writeFileSync(file, `data: ${data}\n`);
  return { data, file, run: commandLine(file) };
}

const account = async (run: ReturnType<typeof commandLine>): Promise<string> =>
  ((await run('account', 'create', '--friendly-name', 'Ann', '--json')).json as { sid: string }).sid;

const list = [
  'e164,country,type,sms,carrier',
  '+14155550100,US,local,true,alpha',
  'nonsense,US,local,true,alpha',
  '+14155550101,US,local,true,alpha',
].join('\n');

describe('the command line', () => {
  it('exits 2 on wrong usage, and says how it is used', async () => {
    const { run } = newBooks();
    for (const wrong of [
      ['bogus'],
      ['account'],
      ['account', 'bogus'],
      ['account', 'create'],
      ['account', 'close'],
      ['account', 'close', 'a', 'b'],
      ['check', '--bogus'],
      ['number', 'assign', '+14155550100'],
    ]) {
      const { status, out, err } = await run(...wrong);
      assert.equal(status, 2, wrong.join(' '));
      assert.equal(out, '');
      assert.notEqual(err, '');
    }
  });

  it('exchanges an auth token in two steps', async () => {
    const { run } = newBooks();
    const sid = await account(run);
    const made = await run('account', 'token', sid, '--rotate', '--json');
    const { secondary_auth_token: second } = made.json as { secondary_auth_token: string };
    assert.match(second, /^[0-9a-f]{32}$/);
    const again = await run('account', 'token', sid, '--rotate');
    assert.deepEqual([again.status, again.out], [1, '']);
    const promoted = await run('account', 'token', sid, '--promote', '--json');
    assert.deepEqual(promoted.json, { sid, auth_token: second });
    assert.equal((await run('account', 'token', sid, '--revoke')).status, 1);
    assert.equal((await run('account', 'token', sid)).status, 1);
  });

  it('limits how fast an account may go', async () => {
    const { run } = newBooks();
    const sid = await account(run);
    const limit = (rate: string, of = sid) =>
      run('account', 'limits', of, '--requests-per-second', rate, '--json');
    const unset = { messages_per_second: null, calls_per_second: null, concurrent_requests: null };
    assert.deepEqual((await limit('50')).json, { sid, ...unset, requests_per_second: 50 });
    assert.deepEqual((await limit('default')).json, { sid, ...unset, requests_per_second: null });
    await run('account', 'limits', sid, '--messages-per-second', '20', '--calls-per-second', '3');
    const { out } = await run('account', 'limits', sid);
    assert.match(out, /^requests per second +default\nmessages per second +20\ncalls per second +3\n/);
    assert.deepEqual([(await limit('many')).status, (await limit('5', 'AC1')).status], [1, 1]);
  });

  it('exits 0 for help and version', async () => {
    const { run } = newBooks();
    for (const asked of [['--help'], ['help'], ['account', '--help'], ['account', 'create', '--help']]) {
      const { status, out } = await run(...asked);
      assert.equal(status, 0, asked.join(' '));
      assert.match(out, /^Usage: strowger/);
    }
    assert.deepEqual(await run('--version').then(({ status, out }) => [status, out]), [0, '1.2.3\n']);
  });

  it('says in one line that a configuration is faulty or missing, and exits 1', async () => {
    const { file, run } = newBooks();
    writeFileSync(file, 'bogus: 1\ndata: 5\n');
    const faulty = await run('account', 'list');
    assert.deepEqual(
      [faulty.status, faulty.out, faulty.err],
      [1, '', `strowger: ${file}:1: bogus: unknown key (and 1 more: see strowger check)\n`],
    );
    const missing = await commandLine(join(folder, 'none.yaml'))('account', 'list');
    assert.deepEqual(
      [missing.status, missing.err],
      [1, `strowger: ${join(folder, 'none.yaml')}: cannot be read (ENOENT)\n`],
    );
  });

  it('turns what a command throws into one line', async () => {
    const broken: Command<CoreConfig> = {
      name: 'broken',
      summary: '',
      needs: 'nothing',
      run: () => Promise.reject(new Error('disk\n  on fire')),
    };
    let err = '';
    const status = await runCli(
      {
        version: '1.2.3',
        commands: [broken, ...controlCommands([])],
        load: (file) => loadConfig(configPart, file),
        io: {
          out: () => undefined,
          err: (text) => (err += text),
          errIsTerminal: false,
          readSecret: () => Promise.resolve(''),
          outIsTerminal: false,
          untilStopped: () => new AbortController().signal,
        },
      },
      ['broken'],
    );
    assert.deepEqual([status, err], [1, 'strowger: disk; on fire\n']);
  });
});

describe('strowger check', () => {
  it('names every fault, one a line', async () => {
    const { file, run } = newBooks();
    writeFileSync(file, 'bogus: 1\nlog:\n  level: loud\n');
    const { status, out, err } = await run('check');
    assert.equal(status, 1);
    assert.equal(
      out,
      `${file}:1: bogus: unknown key\n` +
        `${file}:3: log.level: expected one of trace, debug, info, warn, error, silent\n`,
    );
    assert.equal(err, `strowger: ${file} has 2 faults\n`);
    const { json } = await run('check', '--json');
    assert.deepEqual((json as { faults: unknown[] }).faults[0], {
      path: 'bogus',
      line: 1,
      message: 'unknown key',
    });
  });

  it('is content with a valid file', async () => {
    const { file, run } = newBooks();
    assert.deepEqual(await run('check').then(({ status, out }) => [status, out]), [0, `${file} is valid\n`]);
    assert.deepEqual((await run('--json', 'check')).json, { ok: true, faults: [] });
  });
});

describe('strowger account', () => {
  it('creates accounts and subaccounts, and shows their tokens once', async () => {
    const { run } = newBooks();
    const made = (await run('account', 'create', '--friendly-name', 'Ann', '--json')).json as {
      sid: string;
      auth_token: string;
    };
    assert.deepEqual(Object.keys(made), ['sid', 'auth_token']);
    assert.match(made.sid, /^AC[0-9a-f]{32}$/);
    assert.match(made.auth_token, /^[0-9a-f]{32}$/);
    const sub = await run('account', 'create', '--friendly-name', 'Sub', '--parent', made.sid);
    assert.equal(sub.status, 0);
    const rows = (await run('account', 'list', '--json')).json as Record<string, string>[];
    assert.deepEqual(
      rows.map((row) => [row['friendly_name'], row['owner_account_sid'], row['status']]),
      [
        ['Sub', made.sid, 'active'],
        ['Ann', made.sid, 'active'],
      ],
    );
    assert.ok(!(await run('account', 'list')).out.includes(made.auth_token));
  });

  it('refuses a parent that is none, and a name that is too long', async () => {
    const { run } = newBooks();
    const lost = await run('account', 'create', '--friendly-name', 'x', '--parent', `AC${'0'.repeat(32)}`);
    assert.deepEqual([lost.status, lost.err], [1, 'strowger: the parent account does not exist\n']);
    assert.equal((await run('account', 'create', '--friendly-name', 'x'.repeat(65))).status, 1);
  });

  it('renames, suspends, activates and closes; closing again is no failure, anything else is', async () => {
    const { run } = newBooks();
    const sid = await account(run);
    const status = async (): Promise<unknown> =>
      ((await run('account', 'list', '--json')).json as { status: string }[])[0]?.status;
    assert.equal((await run('account', 'update', sid, '--friendly-name', 'Bea')).out, `${sid} Bea: active\n`);
    for (const [verb, expected] of [
      ['suspend', 'suspended'],
      ['activate', 'active'],
      ['close', 'closed'],
      ['close', 'closed'],
    ] as const) {
      assert.equal((await run('account', verb, sid)).status, 0, verb);
      assert.equal(await status(), expected);
    }
    assert.equal((await run('account', 'activate', sid)).status, 1);
    assert.equal((await run('account', 'close', 'AC1')).status, 1);
  });

  it('says that there are none', async () => {
    const { run } = newBooks();
    assert.equal((await run('account', 'list')).out, 'no accounts\n');
  });
});

describe('strowger number', () => {
  it('imports a list, and tells the lines it did not take', async () => {
    const { run } = newBooks();
    const file = join(folder, 'list.csv');
    writeFileSync(file, list);
    const { status, json } = await run('number', 'import', file, '--json');
    assert.equal(status, 0);
    const { imported, rejected } = json as { imported: number; rejected: { line: number }[] };
    assert.equal(imported, 2);
    assert.deepEqual(
      rejected.map(({ line }) => line),
      [3],
    );
    assert.match((await run('number', 'import', file)).out, /^2 imported, 1 rejected\nline 3: /);
  });

  it('shows progress on a terminal only', async () => {
    const { file } = newBooks();
    const csv = join(folder, 'progress.csv');
    writeFileSync(csv, list);
    assert.match((await commandLine(file, { errIsTerminal: true })('number', 'import', csv)).err, /^\r/);
    assert.equal((await commandLine(file)('number', 'import', csv)).err, '');
  });

  it('fails where no line was taken, or there is no file', async () => {
    const { run } = newBooks();
    const file = join(folder, 'bad.csv');
    writeFileSync(file, 'e164,colour\n+14155550100,red\n');
    const { status, json } = await run('number', 'import', file, '--json');
    assert.equal(status, 1);
    assert.equal((json as { imported: number }).imported, 0);
    const missing = await run('number', 'import', join(folder, 'none.csv'));
    assert.equal(missing.status, 1);
    assert.match(missing.err, /^strowger: .*ENOENT.*\n$/);
  });

  it('assigns and releases', async () => {
    const { run } = newBooks();
    const sid = await account(run);
    const other = await account(run);
    const file = join(folder, 'list.csv');
    writeFileSync(file, list);
    await run('number', 'import', file);
    const assigned = (await run('number', 'assign', '+14155550100', sid, '--json')).json;
    assert.match((assigned as { sid: string }).sid, /^PN[0-9a-f]{32}$/);
    assert.deepEqual((await run('number', 'assign', '+14155550100', sid, '--json')).json, assigned);
    const taken = await run('number', 'assign', '+14155550100', other);
    assert.deepEqual(
      [taken.status, taken.err],
      [1, 'strowger: +14155550100 belongs to another account: release it first\n'],
    );
    assert.equal((await run('number', 'release', '+14155550100')).status, 0);
    assert.equal((await run('number', 'release', '+14155550100')).status, 1);
    assert.equal((await run('number', 'assign', '+14155550100', other)).status, 0);
    assert.equal((await run('number', 'release', '+14155550100', '--now')).status, 0);
    assert.equal((await run('number', 'assign', '+14155559999', other)).status, 1);
    await run('account', 'close', sid);
    assert.equal((await run('number', 'assign', '+14155550101', sid)).status, 1);
    assert.equal((await run('number', 'assign', '+14155550101', 'AC1')).status, 1);
  });

  it('paces a number', async () => {
    const { run } = newBooks();
    const file = join(folder, 'list.csv');
    writeFileSync(file, list);
    await run('number', 'import', file);
    assert.deepEqual((await run('number', 'rate', '+14155550100', '25', '--json')).json, {
      e164: '+14155550100',
      rate: 25,
    });
    assert.equal((await run('number', 'rate', '+14155550100', 'default')).status, 0);
    for (const wrong of ['0', 'x', 'NaN', 'Infinity'])
      assert.equal((await run('number', 'rate', '+14155550100', wrong)).status, 1, wrong);
  });
});

describe('account debugger', () => {
  it('keeps where errors are posted, and shows it', async () => {
    const { run } = newBooks();
    const sid = await account(run);
    assert.deepEqual((await run('account', 'debugger', sid, '--json')).json, { sid, url: null });
    const url = 'https://debugger.example/errors';
    assert.deepEqual((await run('account', 'debugger', sid, '--url', url, '--json')).json, { sid, url });
    assert.deepEqual((await run('account', 'debugger', sid, '--json')).json, { sid, url });
    assert.deepEqual((await run('account', 'debugger', sid, '--none', '--json')).json, { sid, url: null });
    for (const wrong of [
      ['--url', 'ftp://a'],
      ['--url', 'nonsense'],
      ['--url', url, '--none'],
    ]) {
      assert.equal((await run('account', 'debugger', sid, ...wrong)).status, 1, wrong.join(' '));
    }
    assert.equal((await run('account', 'debugger', `AC${'0'.repeat(32)}`)).status, 1);
  });
});
