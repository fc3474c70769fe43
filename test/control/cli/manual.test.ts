import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { controlCommands } from '../../../control/cli/commands.ts';
import { manualPage, roffText, type Described } from '../../../control/cli/manual.ts';
import { chargedRooms, edgeCommands } from '../../../edge/commands.ts';

const commands: readonly Described[] = [...edgeCommands, ...controlCommands(chargedRooms)];
const hasMan = existsSync('/usr/bin/man');

/** The page as man(1) shows it; throws with what man warns of. */
function shown(page: string): string {
  const args = ['--local-file', '--warnings', '--encoding=utf8', '-'];
  const { stdout, stderr, status } = spawnSync('man', args, {
    input: page,
    encoding: 'utf8',
    env: { ...process.env, MANWIDTH: '1000', MANROFFSEQ: '', MAN_KEEP_FORMATTING: '' },
  });
  assert.equal(stderr, '');
  assert.equal(status, 0);
  return stdout;
}

describe('the manual page', () => {
  it('names every command, argument and option', () => {
    const page = manualPage('1.2.3', commands);
    for (const { name, summary, arguments: args = [], options = [] } of commands) {
      assert.ok(page.includes(roffText(`strowger ${name}`)), name);
      for (const words of [summary, ...args.map((one) => one.summary), ...options.map((one) => one.summary)])
        assert.ok(page.includes(roffText(words)), words);
    }
    assert.equal(page, manualPage('1.2.3', commands.toReversed()));
  });

  it('lets no text be taken for a request or an escape', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('.', "'", '\\', '-', 'a', ' ', '\n', '"') }), (text) => {
        const line = roffText(text);
        assert.doesNotMatch(line, /^[.']|\n/);
        assert.doesNotMatch(line.replaceAll(/\\[e\-&]/g, ''), /\\/);
      }),
    );
  });

  it('is shown by man without a warning, where there is one', () => {
    const odd: Described = { name: 'odd', summary: '.so \\fB \'quoted\' "-x"', options: [] };
    const page = manualPage('1.2.3', [...commands, odd]);
    assert.match(page, /^\.TH STROWGER 1 /);
    if (!hasMan) return;
    const text = shown(page);
    assert.match(text, /strowger number import FILE/);
    assert.ok(text.includes('.so \\fB \'quoted\' "-x"'));
  });

  it('is printed by the command', () => {
    const cli = ['--import', import.meta.resolve('tsx'), 'edge/cli.ts'];
    const args = import.meta.url.endsWith('.ts') ? cli : ['edge/strowger.mjs'];
    const page = execFileSync(process.execPath, [...args, 'manual'], { encoding: 'utf8' });
    assert.match(page, /strowger manual/);
  });
});
