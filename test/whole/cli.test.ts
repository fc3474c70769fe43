import assert from 'node:assert/strict';
import { access, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { FastSmsc } from '../peers/fast-smsc.ts';
import { freePorts } from '../peers/ports.ts';
import { carrierLines, command, EdgeProcess, until, type Ended } from './edge-process.ts';
import { Rest } from './rest.ts';

interface Created {
  readonly sid: string;
  readonly auth_token: string;
}

interface Listed {
  readonly sid: string;
  readonly friendly_name: string;
  readonly status: string;
}

/** Refused or failed: status 1, and one line on standard error that says why. */
function assertRefused({ status, err }: Ended, why: RegExp): void {
  assert.equal(status, 1);
  assert.match(err, /^[^\n]+\n$/);
  assert.match(err, why);
}

const number = '+14155550100';
const spare = '+14155550101';

/** What must hold with and without a running edge. */
function booksSuite(edge: () => EdgeProcess): void {
  it('makes, lists and closes accounts', async () => {
    const made = await edge().run('account', 'create', '--friendly-name', 'First & Söhne', '--json');
    assert.equal(made.status, 0);
    assert.equal(made.err, '');
    const account = made.json as Created;
    assert.deepEqual(Object.keys(account), ['sid', 'auth_token']);
    assert.match(account.sid, /^AC[0-9a-f]{32}$/);
    assert.match(account.auth_token, /^[0-9a-f]{32}$/);

    const parent = ['--parent', account.sid];
    const sub = (await edge().done(
      'account',
      'create',
      '--friendly-name',
      'Sub',
      ...parent,
      '--json',
    )) as Created;
    assertRefused(
      await edge().run('account', 'create', '--friendly-name', 'x', '--parent', sub.sid),
      /parent/,
    );

    assert.equal((await edge().run('account', 'close', sub.sid)).status, 0);
    const listed = (await edge().done('account', 'list', '--json')) as Listed[];
    const [newest, older] = listed;
    assert.deepEqual([newest?.sid, newest?.status], [sub.sid, 'closed']);
    assert.deepEqual(
      [older?.sid, older?.friendly_name, older?.status],
      [account.sid, 'First & Söhne', 'active'],
    );
    const missing = `AC${'0'.repeat(32)}`;
    assertRefused(await edge().run('account', 'close', missing), /does not exist/);
  });

  it('imports, assigns and releases numbers', async () => {
    const { sid } = (await edge().done(
      'account',
      'create',
      '--friendly-name',
      'Second',
      '--json',
    )) as Created;
    const file = join(edge().folder, 'list.csv');
    await writeFile(
      file,
      'e164,country,type,region,locality,postal_code,lata,rate_center,latitude,longitude,voice,sms,mms,fax,carrier\n' +
        `${spare},US,local,CA,San Francisco,94103,722,SNFC CNTRL,37.77,-122.41,true,true,true,false,alpha\n` +
        'nonsense,US,local,CA,,,,,,,true,true,true,false,alpha\n' +
        '+14155550102,US,satellite,CA,,,,,,,true,true,true,false,alpha\n',
    );
    const imported = (await edge().done('number', 'import', file, '--json')) as {
      imported: number;
      rejected: { line: number; reason: string }[];
    };
    assert.equal(imported.imported, 1);
    assert.deepEqual(
      imported.rejected.map(({ line }) => line),
      [3, 4],
    );
    for (const { reason } of imported.rejected) assert.ok(reason.length > 0);

    assert.equal((await edge().run('number', 'assign', spare, sid)).status, 0);
    assertRefused(await edge().run('number', 'assign', '+14155550199', sid), /not in the inventory/);
    assert.equal((await edge().run('number', 'release', spare)).status, 0);
    assertRefused(await edge().run('number', 'release', spare), /belongs to no account/);
    assertRefused(
      await edge().run('number', 'import', join(edge().folder, 'absent.csv')),
      /ENOENT|no such file/,
    );
  });
}

describe('the strowger command', { timeout: 120_000 }, () => {
  const smsc = new FastSmsc({ keep: true });
  let carrierPort = 0;
  let tenantPort = 0;
  let edge: EdgeProcess | undefined;
  const running = (): EdgeProcess => edge!;

  before(async () => {
    carrierPort = await smsc.listen();
    [tenantPort = 0] = await freePorts(1);
    edge = await EdgeProcess.create(() => [
      'http: { listen: 127.0.0.1:0 }',
      `smpp: { listen: 127.0.0.1:${tenantPort} }`,
      'inventory: { quarantineDays: 0 }',
      ...carrierLines(carrierPort),
    ]);
  });
  after(async () => {
    await edge?.remove();
    await smsc.close();
  });

  describe('without an edge', () => {
    booksSuite(running);

    it('tells the status at rest', async () => {
      const status = (await running().done('status', '--json')) as Record<string, unknown>;
      assert.equal(status['running'], false);
      assert.ok((status['store_bytes'] as number) > 0);
    });

    it('tells wrong usage from failure', async () => {
      const wrong = [['fly'], ['account', 'create'], ['number', 'assign', number], ['status', '--loud']];
      const ended = await Promise.all(wrong.map((words) => running().run(...words)));
      for (const { status, out, err } of ended) {
        assert.deepEqual([status, out], [2, '']);
        assert.notEqual(err, '');
      }
      assertRefused(
        await command('--config', join(running().folder, 'absent.yaml'), 'status'),
        /absent\.yaml/,
      );
    });

    it('checks a configuration and names each fault with its path', async () => {
      const good = await running().run('check', '--json');
      assert.equal(good.status, 0);
      const faulty = join(running().folder, 'faulty.yaml');
      await writeFile(
        faulty,
        'data: here\nhtpp: {}\nsenders: { local: fast }\nmetrics: { listen: nowhere }\n',
      );
      const bad = await command('check', '--config', faulty, '--json');
      assert.equal(bad.status, 1);
      const { faults } = bad.json as { faults: { path: string; line: number; message: string }[] };
      assert.deepEqual(faults.map(({ path }) => path).toSorted(), [
        'htpp',
        'metrics.listen',
        'senders.local',
      ]);
      assertRefused(await command('--config', faulty, 'account', 'list'), /faulty\.yaml/);
    });
  });

  describe('beside a running edge', () => {
    before(async () => {
      await running().start();
      await until('the link is bound', () => smsc.counts.boundNow > 0);
    });
    after(async () => {
      assert.equal(await running().stop('SIGTERM'), 0);
    });

    it('is ready with one line that names its listeners', async () => {
      const line = running().readyLine;
      assert.match(line, /^ready \{"api":"/);
      const ready = JSON.parse(line.slice('ready '.length)) as Record<string, string | null>;
      assert.deepEqual(Object.keys(ready), ['api', 'metrics', 'smpp', 'sip']);
      assert.match(ready['api'] ?? '', /^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
      assert.equal(ready['smpp'], `127.0.0.1:${tenantPort}`);
      assert.equal(ready['sip'], null);
      for (const path of ['metrics', 'healthz']) {
        const reply = await fetch(`${ready['metrics']}/${path}`);
        assert.equal(reply.status, 200);
        assert.notEqual(await reply.text(), '');
      }
    });

    booksSuite(running);

    it('tells the status of links and queues', async () => {
      const status = (await running().done('status', '--json')) as {
        running: boolean;
        links: { carrier: string; state: string; sessions_bound: number }[];
        trunks: unknown[];
        queues: unknown[];
        calls: number;
        store_bytes: number;
      };
      assert.equal(status.running, true);
      assert.deepEqual(
        status.links.map(({ carrier, sessions_bound: bound }) => [carrier, bound]),
        [['alpha', 1]],
      );
      assert.deepEqual([status.trunks, status.calls], [[], 0]);
      assert.ok(Array.isArray(status.queues) && status.store_bytes > 0);
    });

    it('refuses to restore over it', async () => {
      const target = join(running().folder, 'early');
      assert.equal((await running().run('backup', target)).status, 0);
      assertRefused(await running().run('restore', target), /running/);
    });
  });

  it('backs up a running edge, and restores what it had acknowledged', async () => {
    const target = join(running().folder, 'backup');
    const account = await running().account([number]);
    const first = await running().start();
    const form = { From: number, To: '+13125551000', Body: 'kept' };
    const { sid } = await new Rest(first.api, account).create(form);
    assert.equal((await running().run('backup', target)).status, 0);
    assertRefused(await running().run('backup', target), /not an empty directory/);
    const { sid: later } = await new Rest(first.api, account).create({ ...form, Body: 'later' });
    assert.equal(await running().stop(), 0);

    assertRefused(await running().run('restore', target), /already/);
    await rm(join(running().folder, 'data'), { recursive: true });
    assertRefused(await running().run('restore', join(running().folder, 'absent')), /no complete backup/);
    assert.equal((await running().run('restore', target)).status, 0);
    await access(join(running().folder, 'data'));

    const second = await running().start();
    const rest = new Rest(second.api, account);
    assert.equal((await rest.fetch(sid)).body, 'kept');
    await assert.rejects(rest.fetch(later), /^Error: 404 .*20404/);
    assert.equal(await running().stop(), 0);
  });
});
