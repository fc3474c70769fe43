import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { controlCommands } from '../../../control/cli/commands.ts';
import { completionScript, shells } from '../../../control/cli/completion.ts';
import { chargedRooms, edgeCommands } from '../../../edge/commands.ts';

const folder = mkdtempSync(join(tmpdir(), 'strowger-completion-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const commands = [...edgeCommands, ...controlCommands(chargedRooms)];

/** What bash offers when the last word is completed. */
function offered(...line: readonly string[]): readonly string[] {
  const script = `${completionScript('bash', commands)}
COMP_WORDS=(strowger "$@"); COMP_CWORD=$#; _strowger; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const out = execFileSync('bash', ['-euo', 'pipefail', '-c', script, 'bash', ...line], {
    cwd: folder,
    encoding: 'utf8',
  });
  return out.split('\n').filter((word) => word !== '');
}

describe('completion in bash', () => {
  writeFileSync(join(folder, 'a list.csv'), '');
  writeFileSync(join(folder, 'strowger.yaml'), '');

  it('offers commands, and the words of each group', () => {
    for (const word of ['up', 'account', 'number', 'audit']) assert.ok(offered('').includes(word), word);
    assert.deepEqual(offered('audi'), ['audit']);
    assert.ok(offered('account', '').includes('create'));
    assert.deepEqual(offered('account', 'lim'), ['limits']);
    assert.ok(offered('guard', 'block', '').includes('import'));
  });

  it('offers the options of a command, wherever they stand, and no value of theirs', () => {
    assert.deepEqual(offered('account', 'create', '--f'), ['--friendly-name']);
    assert.deepEqual(offered('--json', 'account', 'create', '--p'), ['--parent']);
    assert.deepEqual(offered('account', 'create', '--friendly-name', ''), []);
    assert.deepEqual(offered('account', 'create', '--friendly-name', 'list', '--par'), ['--parent']);
    assert.deepEqual(offered('--conf'), ['--config']);
  });

  it('offers files where there may be some', () => {
    assert.deepEqual(offered('number', 'import', 'a'), ['a list.csv']);
    assert.deepEqual(offered('--config', 'st'), ['strowger.yaml']);
    assert.deepEqual(offered('--config', 'x', 'number', 'import', 'str'), ['strowger.yaml']);
    assert.deepEqual(offered('account', 'close', 'a'), []);
  });

  it('knows every command and option there is', () => {
    for (const shell of shells) {
      const script = completionScript(shell, commands);
      for (const { name, options = [] } of commands) {
        assert.ok(script.includes(`"${name}")`), name);
        for (const { flags } of options)
          assert.ok(script.includes(/--[a-z-]+/.exec(flags)?.[0] ?? flags), flags);
      }
    }
  });
});
