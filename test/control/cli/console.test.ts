import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { after, describe, it } from 'node:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withBooks } from '../../../control/cli/books.ts';
import { readHidden, readLine } from '../../../control/cli/read-secret.ts';
import { commandLine } from '../../support/command-line.ts';

const directory = mkdtempSync(join(tmpdir(), 'strowger-console-'));
after(() => rmSync(directory, { recursive: true }));
const file = join(directory, 'strowger.yaml');
writeFileSync(file, `data: ${directory}/data\ndomain: edge.example\n`);
const strowger = commandLine(file);

const opens = (name: string, password: string): Promise<boolean> =>
  withBooks(
    { data: join(directory, 'data') },
    async ({ operators }) => (await operators.authenticate(name, password)) !== undefined,
  );

describe('strowger console user', () => {
  it('makes up a password and shows it once, sets another, lists and removes', async () => {
    const added = await strowger('--json', 'console', 'user', 'add', 'anna');
    const { name, password } = added.json as { name: string; password: string };
    assert.equal(name, 'anna');
    assert.match(password, /^[a-z2-9]{5}(-[a-z2-9]{5}){3}$/);
    assert.equal(await opens('anna', password), true);

    const set = commandLine(file, { secret: 'a password of my own' });
    const asked = await set('console', 'user', 'password', 'anna', '--ask');
    assert.equal(asked.out, 'anna: the password is set\n');
    assert.equal(await opens('anna', password), false);
    assert.equal(await opens('anna', 'a password of my own'), true);

    const listed = await strowger('console', 'user', 'list');
    assert.match(listed.out, /^NAME +SINCE +PASSWORD OF\nanna +\d{4}-\d\d-\d\d/);
    assert.equal((await strowger('console', 'user', 'remove', 'anna')).status, 0);
    assert.equal(await opens('anna', 'a password of my own'), false);
  });

  it('refuses names and passwords that are none, and what is there or not', async () => {
    const short = commandLine(file, { secret: 'short' });
    const refusals: [Promise<{ status: number; err: string }>, RegExp][] = [
      [strowger('console', 'user', 'add', 'Anna Ä'), /lower-case letters/],
      [short('console', 'user', 'add', 'bert', '--ask'), /12 to 128 characters/],
      [strowger('console', 'user', 'password', 'bert'), /no such operator/],
      [strowger('console', 'user', 'remove', 'bert'), /no such operator/],
    ];
    for (const [ran, words] of refusals) {
      const { status, err } = await ran;
      assert.equal(status, 1);
      assert.match(err, words);
    }
    await strowger('console', 'user', 'add', 'bert');
    assert.match((await strowger('console', 'user', 'add', 'bert')).err, /exists already/);
  });

  it('leaves a trace in the audit log, without the password', async () => {
    await strowger('console', 'user', 'add', 'carl');
    const { out } = await strowger('audit');
    assert.match(out, /console-operator\.created +carl\n +by .*console user add.*\n +password: \[secret\]/);
  });
});

describe('reading a secret', () => {
  it('takes a line of a terminal without showing it, with backspace', async () => {
    const modes: boolean[] = [];
    const terminal = Object.assign(new PassThrough(), { setRawMode: (on: boolean) => void modes.push(on) });
    let shown = '';
    const reading = readHidden(terminal as unknown as ReadStream, (text) => (shown += text), 'Password: ');
    terminal.write('secrex\u007ft\r');
    assert.equal(await reading, 'secret');
    assert.equal(shown, 'Password: \n');
    assert.deepEqual(modes, [true, false]);
  });

  it('is stopped by Ctrl-C', async () => {
    const terminal = Object.assign(new PassThrough(), { setRawMode: () => undefined });
    const reading = readHidden(terminal as unknown as ReadStream, () => undefined, '');
    terminal.write('sec\u0003');
    await assert.rejects(reading, /stopped/);
  });

  it('takes the first line of anything else', async () => {
    const stream = new PassThrough();
    stream.end('a password\r\nand more\n');
    assert.equal(await readLine(stream), 'a password');
  });
});
