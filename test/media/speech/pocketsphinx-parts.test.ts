import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Dictionary, hintGrammar, ofHints, ofWords } from '../../../media/speech/pocketsphinx/hints.ts';
import { OutputReader } from '../../../media/speech/pocketsphinx/output.ts';

const dictionary = new Dictionary(
  Buffer.from("a AH\na(2) EY\ncan't K AE N T\nno N OW\ntwo T UW\nyes Y EH S\nyesterday Y EH S T ER D EY"),
);

const printed = `please try one
<s> 0.380 0.570 0.998801
please 0.580 0.980 0.500000
one(2) 1.000 1.100 1.000000
</s> 1.720 1.930 1.000000

<sil> 2.000 2.500 1.0
(NULL) 2.500 2.500 1.000000
zzah 2.500 2.750 1.000000
`;

describe('the output of pocketsphinx', () => {
  it('gives words with their times, pieces as they come', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: printed.length }), (cut) => {
        const reader = new OutputReader();
        const words = [...reader.push(printed.slice(0, cut)), ...reader.push(printed.slice(cut))];
        assert.deepEqual(
          words.map(({ word }) => word),
          ['please', 'one', 'zzah'],
        );
      }),
    );
  });

  it('keeps no endless line', () => {
    const reader = new OutputReader();
    for (let i = 0; i < 1_000; i++) assert.deepEqual(reader.push('x'.repeat(10_000)), []);
    assert.deepEqual(reader.push('\n'), []);
    assert.equal(reader.push('yes 0.1 0.2 1.0\n').length, 1);
  });
});

describe('hints', () => {
  it('become a grammar with the dictionary of their words', () => {
    const made = hintGrammar(['Yes!', "can't", 'no 2', 'no 2'], dictionary);
    assert.match(made?.grammar ?? '', /\( \/1\/ yes \| \/1\/ can't \| \/1\/ no two \| \/0\.0+1\/ zzaa \|/);
    assert.match(made?.dictionary ?? '', /^yes Y EH S\ncan't K AE N T\nno N OW\ntwo T UW\nzzaa AA\n/);
  });

  it('bring every pronunciation along', () => {
    assert.match(hintGrammar(['a'], dictionary)?.dictionary ?? '', /^a AH\na\(2\) EY\n/);
  });

  it('cannot be listened for without knowing how they sound', () => {
    assert.equal(hintGrammar(['xyzzy', 'yes xyzzy', '$OOV_CLASS', '', '!!'], dictionary), undefined);
  });

  it('put nothing into the grammar but words of the dictionary', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom('yes', 'no;', '<yes>', "can't | no"))),
        (hints) => {
          const { grammar = '' } = hintGrammar(hints, dictionary) ?? {};
          const phrases = Array.from(grammar.matchAll(/\/1\/ ([^|)]*) /g), ([, phrase = '']) => phrase);
          for (const phrase of phrases) assert.match(phrase, /^((a|can't|no|two|yes|yesterday)( |$))+$/);
        },
      ),
    );
  });

  it('are what was said when one of them covers it', () => {
    const grammar = hintGrammar(['yes', 'no two'], dictionary);
    assert.ok(grammar);
    const said = (...words: readonly (readonly [word: string, durationS: number])[]) =>
      ofHints(
        words.map(([word, durationS]) => ({ word, durationS, probability: 1 })),
        grammar,
      );
    assert.deepEqual(said(['zzth', 0.25], ['yes', 0.75]), { text: 'yes', confidence: 0.75 });
    assert.deepEqual(said(['no', 1], ['two', 1]), { text: 'no two', confidence: 1 });
    assert.equal(said(['yes', 1], ['zzth', 1]), undefined);
    assert.equal(said(['yes', 1], ['yes', 1]), undefined);
    assert.equal(said(['zzth', 1]), undefined);
    assert.equal(said(), undefined);
    assert.equal(said(['yes', 0]), undefined);
  });
});

describe('free speech', () => {
  it('is as sure as its words are, by their lengths', () => {
    const words = new OutputReader().push(printed).slice(0, 2);
    const { text, confidence } = ofWords(words);
    assert.equal(text, 'please one');
    assert.ok(Math.abs(confidence - (0.4 * 0.5 + 0.1) / 0.5) < 1e-9);
  });
});
