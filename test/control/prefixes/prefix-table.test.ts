import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { groupByPrefix } from '../../../control/prefixes/grouped.ts';
import { isPrefix, keyOf, textOfKey } from '../../../control/prefixes/prefix-key.ts';

const digits = (min: number, max: number) => fc.stringMatching(new RegExp(`^[0129]{${min},${max}}$`));
const prefix = fc.oneof(
  digits(0, 15).map((text) => `+${text}`),
  digits(1, 8),
);

/** The longest of the prefixes that a number begins with, by looking at all of them. */
const naive = (prefixes: readonly string[], number: string): string | undefined =>
  prefixes
    .filter((one) => number.startsWith(one))
    .sort((a, b) => b.length - a.length)
    .at(0);

const table = (prefixes: readonly string[]) =>
  groupByPrefix(prefixes.length, (row) => prefixes[row] ?? '').prefixes;

describe('PrefixTable', () => {
  it('finds the longest prefix, and each shorter one after it', () => {
    fc.assert(
      fc.property(fc.array(prefix, { maxLength: 60 }), prefix, (prefixes, number) => {
        const found = table(prefixes);
        const chain: string[] = [];
        for (let place = found.find(number); place >= 0; place = found.parent(place)) {
          chain.push(found.prefix(place));
        }
        assert.equal(chain[0], naive(prefixes, number));
        const all = [...new Set(prefixes.filter((one) => number.startsWith(one)))];
        assert.deepEqual(
          chain,
          all.sort((a, b) => b.length - a.length),
        );
      }),
    );
  });

  it('knows every prefix that begins with another', () => {
    fc.assert(
      fc.property(fc.array(prefix, { maxLength: 60 }), prefix, (prefixes, begin) => {
        const found = table(prefixes);
        const { from, end } = found.within(begin);
        const texts = Array.from({ length: end - from }, (_, index) => found.prefix(from + index));
        assert.deepEqual(new Set(texts), new Set(prefixes.filter((one) => one.startsWith(begin))));
        assert.equal(texts.length, new Set(texts).size);
      }),
    );
  });

  it('keeps what a prefix says in its key', () => {
    fc.assert(fc.property(prefix, (text) => assert.equal(textOfKey(keyOf(text)), text)));
    assert.equal(keyOf('+999999999999999') < Number.MAX_SAFE_INTEGER, true);
  });

  it('looks at no more than 15 digits, and at none behind what is no digit', () => {
    const found = table(['+123456789012345', '+1']);
    assert.equal(found.prefix(found.find('+1234567890123456789')), '+123456789012345');
    assert.equal(found.prefix(found.find('+1x23456789012345')), '+1');
    assert.equal(found.find('alpha'), -1);
    assert.equal(found.find(''), -1);
  });

  it('is told prefixes from other texts', () => {
    for (const text of ['+', '+1', '+123456789012345', '1', '12345678'])
      assert.equal(isPrefix(text), true, text);
    for (const text of ['', '+1234567890123456', '123456789', '1x', ' +1'])
      assert.equal(isPrefix(text), false, text);
  });
});
