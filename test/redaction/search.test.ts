import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { formsOf } from './forms.ts';
import { Needles } from './needles.ts';
import { readSecrets, search } from './search.ts';

describe('needles', () => {
  it('are found wherever they stand, however the text is cut into pieces', () => {
    const letter = fc.constantFrom('a', 'b');
    const texts = fc.string({ unit: letter, maxLength: 60 });
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: letter, minLength: 8, maxLength: 12 }), { maxLength: 5 }),
        fc.array(texts, { maxLength: 6 }),
        (wanted, pieces) => {
          const needles = new Needles<string>();
          for (const text of new Set(wanted)) needles.add(Buffer.from(text), text);
          const whole = pieces.join('');
          const expected = [...new Set(wanted)].flatMap((text) =>
            Array.from(whole, (_, at) => (whole.startsWith(text, at) ? [text] : [])).flat(),
          );
          const found = [...needles.search(pieces.map((piece) => Buffer.from(piece)))];
          assert.deepEqual(found.sort(), expected.sort());
        },
      ),
    );
  });
});

describe('the search for secrets in what a run has logged', () => {
  const folder = mkdtempSync(join(tmpdir(), 'strowger-redaction-'));
  after(() => rmSync(folder, { recursive: true }));
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const logged = (name: string, text: string, allowed: readonly string[] = []) => ({
    path: file(name, text),
    allowed,
  });
  const token = randomBytes(16).toString('hex');
  const password = `${randomBytes(6).toString('base64url')} "é"`;
  const secrets = [
    { kind: 'auth token', text: token },
    { kind: 'password', text: password },
  ];
  const clean = `{"level":"info","sid":"AC${randomBytes(16).toString('hex')}","message":"ready"}\n`.repeat(
    100,
  );
  const leaksOf = (log: string): readonly string[] =>
    search({ secrets, sources: [], logs: [logged('log', log)] }).leaks;

  it('names the file and the kind of one that leaked, and never says it', () => {
    const verdict = search({
      secrets,
      sources: [],
      logs: [logged('clean', clean), logged('leaky', `${clean}{"url":"/x?t=${token}"}\n${clean}`)],
    });
    assert.deepEqual(verdict.leaks, [`${join(folder, 'leaky')} holds auth token, 1 times`]);
    assert.ok(verdict.bytes > 2 * clean.length);
  });

  it('knows one in base64, in JSON and in a URL', () => {
    for (const user of ['', 'A', 'AC', 'ACC']) {
      const basic = Buffer.from(`${user}:${token}:x`).toString('base64');
      assert.equal(leaksOf(`authorization: Basic ${basic}`).length, 1, user);
    }
    assert.equal(leaksOf(JSON.stringify({ password })).length, 1);
    assert.equal(leaksOf(`/login?${encodeURIComponent(password)}`).length, 1);
    assert.deepEqual(leaksOf(clean), []);
  });

  it('has every form of a secret long enough to be no accident', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        for (const form of formsOf(text)) assert.ok(form.length >= 8);
      }),
    );
  });

  it('lets stand what a file may hold', () => {
    const logs = [logged('store', `${token} ${password}`, ['password'])];
    const { leaks } = search({ secrets, sources: [], logs });
    assert.deepEqual(leaks, [`${join(folder, 'store')} holds auth token, 1 times`]);
  });

  it('leaves aside what stands in the sources', () => {
    const sources = [file('x.test.ts', `const fixture = '${token}';`)];
    const verdict = search({ secrets, sources, logs: [logged('log', token)] });
    assert.deepEqual(verdict.leaks, []);
    assert.deepEqual([...verdict.looked], [['password', 1]]);
  });

  it('reads what witnesses have noted, but not the line that a killed one left unfinished', () => {
    const notes = mkdtempSync(join(folder, 'secrets-'));
    const line = JSON.stringify(['auth token', token]);
    writeFileSync(join(notes, 'noted-1'), `${line}\n${line}\n["auth to`);
    assert.deepEqual(readSecrets(notes), [{ kind: 'auth token', text: token }]);
  });
});
