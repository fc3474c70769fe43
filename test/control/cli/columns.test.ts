import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { columnsText } from '../../../control/cli/columns.ts';

const sid = `AC${'0123456789abcdef'.repeat(2)}`;

describe('columnsText', () => {
  it('aligns what fits', () => {
    assert.equal(
      columnsText([
        ['SID', 'NAME'],
        ['AC1', 'Ann'],
        ['AC10', 'Bob and sons'],
      ]),
      'SID   NAME\nAC1   Ann\nAC10  Bob and sons',
    );
  });

  it('lets long text go on below, and keeps SIDs whole', () => {
    const lines = columnsText([
      ['SID', 'STATUS', 'PARENT', 'NAME'],
      [sid, 'suspended', sid, 'a name of sixty-four characters that goes on and on and on'],
    ]).split('\n');
    assert.deepEqual(lines.slice(1), [
      `${sid}  suspended  ${sid}  a name of`,
      `${' '.repeat(83)}sixty-four`,
      ...['characters that', 'goes on and on', 'and on'].map((line) => ' '.repeat(83) + line),
    ]);
  });

  it('breaks what has no spaces, between characters', () => {
    const text = columnsText([
      ['NAME', 'X'],
      ['👍'.repeat(150), 'y'],
    ]);
    assert.doesNotMatch(text, /[\ud800-\udbff](?![\udc00-\udfff])/);
    assert.equal(text.match(/👍/gu)?.length, 150);
  });

  it('loses no character and makes no line too long, as far as columns can give way', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'b', ' ', 'é', '漢'), maxLength: 120 });
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 4, maxLength: 4 }), { minLength: 1 }), (rows) => {
        const text = columnsText(rows);
        for (const line of text.split('\n')) assert.ok(Array.from(line).length <= 100);
        const letters = (all: string): string => all.replace(/\s/g, '').split('').sort().join('');
        assert.equal(letters(text), letters(rows.flat().join('')));
      }),
    );
  });
});
