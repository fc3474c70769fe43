import type { TimedWord } from './output.ts';

/** The sounds of CMUdict: together they may stand for any word. */
const phones =
  'AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH'.split(
    ' ',
  );
const otherPrefix = 'zz';
/**
 * How likely any one sound is against any one hint, and how much of the speech a hint must cover. Found by trial with
 * recorded prompts of a telephone system, 15 of 20 hints that were said and 2 of 25 words that were none are taken for
 * hints; with more weight more hints are missed, with less more are found that were not said.
 */
const otherWeight = '0.000000000001';
const coverMin = 0.6;

const hintsMax = 500;
const digitNames = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

/** A grammar of hints in JSGF, and the dictionary of its words. */
export interface HintGrammar {
  /** The hints as they will be understood. */
  readonly phrases: ReadonlySet<string>;
  readonly grammar: string;
  readonly dictionary: string;
}

/** A pronouncing dictionary: `word PH ON EM S` in lines. Searched as it is: a look-up takes about a millisecond. */
export class Dictionary {
  private readonly text: Buffer;

  constructor(text: Buffer) {
    this.text = Buffer.concat([Buffer.from('\n'), text]);
  }

  /** The lines of a word's pronunciations; none if it is not there. */
  linesOf(word: string): readonly string[] {
    const lines: string[] = [];
    for (let variant = 1; variant <= 4; variant++) {
      const name = variant === 1 ? word : `${word}(${variant})`;
      const at = this.text.indexOf(`\n${name} `);
      if (at < 0) break;
      const end = this.text.indexOf('\n', at + 1);
      lines.push(this.text.toString('utf8', at + 1, end < 0 ? this.text.length : end).trim());
    }
    return lines;
  }
}

/** `Sales-team 2` → `sales team two`. */
const wordsOf = (hint: string): readonly string[] =>
  (hint.toLowerCase().match(/[a-z]+(?:'[a-z]+)*|\d/g) ?? []).map((word) => digitNames[Number(word)] ?? word);

/**
 * A grammar of any sequence of hints and of sounds that are none. A hint with a word that the dictionary lacks cannot
 * be listened for. Undefined when none is left.
 */
export function hintGrammar(hints: readonly string[], dictionary: Dictionary): HintGrammar | undefined {
  const entries = new Map<string, readonly string[]>();
  const phrases = new Set<string>();
  for (const hint of hints.slice(0, hintsMax)) {
    const words = wordsOf(hint);
    for (const word of words) if (!entries.has(word)) entries.set(word, dictionary.linesOf(word));
    if (words.length > 0 && words.every((word) => entries.get(word)?.length !== 0))
      phrases.add(words.join(' '));
  }
  if (phrases.size === 0) return undefined;
  const alternatives = [
    ...Array.from(phrases, (phrase) => `/1/ ${phrase}`),
    ...phones.map((phone) => `/${otherWeight}/ ${otherPrefix}${phone.toLowerCase()}`),
  ];
  return {
    phrases,
    grammar: `#JSGF V1.0;\ngrammar hints;\npublic <said> = ( ${alternatives.join(' | ')} )+;\n`,
    dictionary: [
      ...Array.from(entries.values()).flat(),
      ...phones.map((phone) => `${otherPrefix}${phone.toLowerCase()} ${phone}`),
      '',
    ].join('\n'),
  };
}

export interface Understood {
  readonly text: string;
  readonly confidence: number;
}

const textOf = (words: readonly TimedWord[]): string => words.map(({ word }) => word).join(' ');
const secondsOf = (words: readonly TimedWord[]): number =>
  words.reduce((sum, { durationS }) => sum + durationS, 0);

/**
 * The hint that was said: one, and little else. Its confidence is the share of the speech that it covers. Several in a
 * row are more often none of them than all of them, so they are left to whoever listens freely.
 */
export function ofHints(words: readonly TimedWord[], { phrases }: HintGrammar): Understood | undefined {
  const hinted = words.filter(({ word }) => !word.startsWith(otherPrefix));
  const confidence = secondsOf(hinted) / Math.max(secondsOf(words), Number.MIN_VALUE);
  const text = textOf(hinted);
  return phrases.has(text) && confidence >= coverMin ? { text, confidence } : undefined;
}

/** What was said freely; confidence is the mean of the words' probabilities, weighed by their lengths. */
export function ofWords(words: readonly TimedWord[]): Understood {
  const total = secondsOf(words);
  const weighed = words.reduce((sum, { durationS, probability }) => sum + durationS * probability, 0);
  return { text: textOf(words), confidence: total === 0 ? 0 : weighed / total };
}
