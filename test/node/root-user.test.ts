import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLog } from '../../control/log/pino.ts';
import { warnOfRoot, type Standing } from '../../edge/node/root-user.ts';

function said(standing: Standing): readonly string[] {
  const lines: string[] = [];
  warnOfRoot(createLog('info', { write: (line) => void lines.push(line) }), standing);
  return lines;
}

describe('an edge that is root', () => {
  it('is warned of on a machine, in one line that says what to do', () => {
    const [line, ...others] = said({ userId: 0, contained: false });
    assert.match(line ?? '', /"level":"warn".*runs as root: run it as a user of its own/);
    assert.deepEqual(others, []);
  });

  it('is nothing to speak of in a container, nor is any other user', () => {
    assert.deepEqual(said({ userId: 0, contained: true }), []);
    assert.deepEqual(said({ userId: 990, contained: false }), []);
    assert.deepEqual(said({ userId: undefined, contained: false }), []);
  });
});
