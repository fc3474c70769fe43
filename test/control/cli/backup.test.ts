import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { Store } from '../../../control/store/store.ts';
import { commandLine } from '../../support/command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'strowger-backup-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function at(name: string) {
  const data = join(folder, name);
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, `data: ${data}\n`);
  return { data, run: commandLine(file) };
}

describe('backup and restore', () => {
  it('carry store, keys and media to another place, while the store is in use', async () => {
    const source = at('source');
    await source.run('account', 'create', '--friendly-name', 'Ann');
    mkdirSync(join(source.data, 'media', 'AC1'), { recursive: true });
    writeFileSync(join(source.data, 'media', 'AC1', 'ME1'), 'a picture');
    for (const folder of ['recordings', 'details', 'ca']) {
      mkdirSync(join(source.data, folder));
      writeFileSync(join(source.data, folder, 'file'), folder);
    }
    const inUse = new Store(source.data);
    const copy = join(folder, 'copy');
    const made = await source.run('backup', copy, '--json');
    assert.equal(made.status, 0, made.err);
    const { directory, holdsSealKey } = made.json as { directory: string; holdsSealKey: boolean };
    assert.deepEqual([directory, holdsSealKey], [copy, true]);
    assert.equal(statSync(copy).mode & 0o077, 0, 'the copy holds the seal key');
    await source.run('account', 'create', '--friendly-name', 'Later');
    await inUse.close();

    const target = at('target');
    const restored = await target.run('restore', copy);
    assert.equal(restored.status, 0, restored.err);
    const names = ((await target.run('account', 'list', '--json')).json as { friendly_name: string }[]).map(
      (account) => account.friendly_name,
    );
    assert.deepEqual(names, ['Ann']);
    assert.equal(readFileSync(join(target.data, 'media', 'AC1', 'ME1'), 'utf8'), 'a picture');
    for (const folder of ['recordings', 'details', 'ca']) {
      assert.equal(readFileSync(join(target.data, folder, 'file'), 'utf8'), folder);
    }
    const key = join('keys', 'seal.key');
    assert.equal(readFileSync(join(target.data, key), 'utf8'), readFileSync(join(source.data, key), 'utf8'));
    assert.equal(statSync(join(target.data, key)).mode & 0o077, 0);
    assert.deepEqual(
      readdirSync(target.data).filter((name) => name.startsWith('.')),
      [],
    );
  });

  it('leave out a seal key that is kept elsewhere, and say so', async () => {
    const data = join(folder, 'keyless');
    const key = join(folder, 'elsewhere.key');
    const file = join(folder, 'keyless.yaml');
    writeFileSync(file, `data: ${data}\nvault: { key: { file: ${key} } }\n`);
    const run = commandLine(file);
    await run('account', 'create', '--friendly-name', 'Ann');
    const copy = join(folder, 'keyless-copy');
    const made = await run('backup', copy);
    assert.match(made.out, /the seal key is not in it: keep a copy of .*elsewhere\.key/);
    assert.equal(existsSync(join(copy, 'keys', 'seal.key')), false);
  });

  it('refuse to overwrite anything', async () => {
    const source = at('full');
    await source.run('account', 'create', '--friendly-name', 'Ann');
    const copy = join(folder, 'copy-of-full');
    assert.equal((await source.run('backup', copy)).status, 0);
    const again = await source.run('backup', copy);
    assert.deepEqual([again.status, again.err], [1, `strowger: ${copy} is not an empty directory\n`]);
    const over = await source.run('restore', copy);
    assert.equal(over.status, 1);
    assert.match(over.err, /store\.lmdb is there already: move it away first/);

    const keysOnly = at('keys-only');
    mkdirSync(join(keysOnly.data, 'keys'), { recursive: true });
    writeFileSync(join(keysOnly.data, 'keys', 'seal.key'), 'mine');
    assert.equal((await keysOnly.run('restore', copy)).status, 1);
    assert.equal(readFileSync(join(keysOnly.data, 'keys', 'seal.key'), 'utf8'), 'mine');
  });

  it('refuse a copy that was broken off, and a store that is not there', async () => {
    const source = at('broken');
    await source.run('account', 'create', '--friendly-name', 'Ann');
    const copy = join(folder, 'copy-of-broken');
    await source.run('backup', copy);
    rmSync(join(copy, 'strowger-backup.json'));
    const target = at('from-broken');
    const refused = await target.run('restore', copy);
    assert.deepEqual([refused.status, refused.err], [1, `strowger: ${copy} holds no complete backup\n`]);
    assert.equal(existsSync(target.data), false);
    assert.equal((await target.run('backup', join(folder, 'nothing'))).status, 1);
    assert.equal(existsSync(target.data), false);
  });
});

describe('backups in steps', () => {
  const names = async (run: ReturnType<typeof at>['run']): Promise<readonly string[]> =>
    ((await run('account', 'list', '--json')).json as { friendly_name: string }[]).map(
      (account) => account.friendly_name,
    );

  it('give back the moment that is asked for', async () => {
    const source = at('stepwise');
    const archive = join(folder, 'archive');
    for (const name of ['Ann', 'Bob', 'Cid']) {
      await source.run('account', 'create', '--friendly-name', name);
      const added = await source.run('backup', archive, '--incremental', '--keep-days', '30', '--json');
      assert.equal(added.status, 0, added.err);
    }
    const listed = await source.run('backups', archive, '--json');
    const points = listed.json as { madeAt: string; previous: string | null }[];
    assert.deepEqual(
      points.map(({ previous }) => previous === null),
      [true, false, false],
    );

    const middle = at('middle');
    const restored = await middle.run('restore', archive, '--at', points[1]!.madeAt);
    assert.equal(restored.status, 0, restored.err);
    assert.deepEqual([...(await names(middle.run))].sort(), ['Ann', 'Bob']);
    assert.equal(statSync(join(middle.data, 'keys', 'seal.key')).mode & 0o077, 0);
    const newest = at('newest');
    assert.equal((await newest.run('restore', archive)).status, 0);
    assert.deepEqual([...(await names(newest.run))].sort(), ['Ann', 'Bob', 'Cid']);
    assert.equal((await newest.run('backup', archive, '--incremental')).status, 0, 'it goes on from there');
  });

  it('say what is wrong', async () => {
    const source = at('faulty');
    await source.run('account', 'create', '--friendly-name', 'Ann');
    const archive = join(folder, 'faulty-archive');
    assert.equal((await source.run('backup', archive, '--incremental')).status, 0);
    const target = at('faulty-target');
    const cases: readonly [readonly string[], RegExp][] = [
      [['backup', archive], /is an archive: add to it with --incremental/],
      [['backup', folder, '--incremental'], /neither an archive nor empty/],
      [['backup', archive, '--incremental', '--keep-days', 'x'], /days are whole numbers/],
      [['restore', archive, '--at', '2020-01-01'], /has no point that old/],
      [['restore', archive, '--at', 'yesterday'], /a moment is such as/],
      [['backups', folder], /is no archive/],
    ];
    for (const [argv, reason] of cases) {
      const { status, err } = await (argv[0] === 'restore' ? target : source).run(...argv);
      assert.equal(status, 1, argv.join(' '));
      assert.match(err, reason);
    }
    const [point = ''] = readdirSync(archive).filter((name) => name.startsWith('2'));
    rmSync(join(archive, point, 'store.digests'));
    writeFileSync(join(archive, point, 'store.digests'), 'nonsense');
    const damaged = await target.run('restore', archive);
    assert.equal(damaged.status, 1);
    assert.match(damaged.err, /the backup is damaged/);
    assert.deepEqual(readdirSync(target.data), [], 'nothing is left behind');
  });
});
