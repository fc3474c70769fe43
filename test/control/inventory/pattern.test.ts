import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { matchesPattern, parsePattern } from '../../../control/inventory/pattern.ts';

/** The rule, as a regular expression. */
const oracle = (glob: string): RegExp =>
  new RegExp(`^${glob.replaceAll('*', '\\d').replaceAll('%', '\\d*')}$`);

describe('number patterns', () => {
  it('match as documented', () => {
    const cases: readonly [pattern: string, number: string, matches: boolean][] = [
      ['415', '14155551000', true],
      ['610', '14155551000', false],
      ['415*****00', '14155551000', true],
      ['555****', '14155551000', true],
      ['555******', '14155551000', false],
      ['+1415', '14155551000', true],
      ['+415', '14155551000', false],
      ['1000$', '14155551000', true],
      ['100$', '14155551000', false],
      ['+14155551000$', '14155551000', true],
      ['+1%000$', '14155551000', true],
      ['STORM', '13057867600', true],
      ['storm', '13057867600', true],
      ['STORM', '13057867700', false],
      ['wxyz', '19999555100', true],
    ];
    for (const [text, number, expected] of cases) {
      const parsed = parsePattern(text, 2);
      assert.ok(parsed.ok, text);
      assert.equal(matchesPattern(parsed.value, number), expected, `${text} ${number}`);
    }
  });

  it('are refused when they are none, too long, or have too few digits', () => {
    for (const text of [
      '',
      '1',
      '*1*',
      '+',
      '$',
      '4+15',
      '41$5',
      '41 5',
      '41-5',
      'ü12',
      '1'.repeat(17),
      '٤١٥',
    ]) {
      assert.deepEqual(parsePattern(text, 2), { ok: false, error: 'badPattern' }, text);
    }
    assert.ok(parsePattern('1', 1).ok);
  });

  it('know the digits that every match begins with', () => {
    const prefix = (text: string) => {
      const parsed = parsePattern(text, 2);
      return parsed.ok ? parsed.value.prefix : undefined;
    };
    assert.equal(prefix('+1415*55'), '1415');
    assert.equal(prefix('+14STORM'), '1478676');
    assert.equal(prefix('1415'), '');
    assert.equal(prefix('+*415'), '');
  });

  it('agree with a regular expression on any pattern and number', () => {
    const token = fc.constantFrom('1', '2', '3', '*', '%');
    fc.assert(
      fc.property(
        fc.array(token, { minLength: 1, maxLength: 12 }),
        fc.boolean(),
        fc.boolean(),
        fc.string({ unit: fc.constantFrom('1', '2', '3'), maxLength: 15 }),
        (tokens, fromStart, toEnd, digits) => {
          const parsed = parsePattern(`${fromStart ? '+' : ''}${tokens.join('')}${toEnd ? '$' : ''}`, 0);
          assert.ok(parsed.ok);
          assert.equal(matchesPattern(parsed.value, digits), oracle(parsed.value.glob).test(digits));
        },
      ),
      { numRuns: 2000 },
    );
  });
});
