/** A word in time, as `-time yes` prints it. */
export interface TimedWord {
  readonly word: string;
  readonly durationS: number;
  /** Of this word and no other, from 0 to 1; 1 throughout where a grammar is followed. */
  readonly probability: number;
}

/** `word start end probability`; a line of another form is the whole utterance again. */
const form = /^(\S+) (\d+\.\d+) (\d+\.\d+) (\d+\.\d+)$/;
/** `<s>`, `<sil>`, `(NULL)`, `[NOISE]`, `++…++`: no words. */
const noWord = /^[<([+]/;
const lineMax = 1_000;

/** Reads the words out of what pocketsphinx_continuous prints; other lines, and endless ones, are passed over. */
export class OutputReader {
  private rest = '';

  push(chunk: string): readonly TimedWord[] {
    const lines = (this.rest + chunk).split('\n');
    this.rest = (lines.pop() ?? '').slice(0, lineMax);
    return lines.flatMap((line) => {
      const [, word = '', start, end, probability] = form.exec(line) ?? [];
      if (word === '' || noWord.test(word)) return [];
      return {
        // `one(2)`: the second pronunciation.
        word: word.replace(/\(\d+\)$/, ''),
        durationS: Math.max(0, Number(end) - Number(start)),
        probability: Math.min(1, Number(probability)),
      };
    });
  }
}
