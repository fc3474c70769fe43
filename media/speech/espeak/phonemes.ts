import type { PhoneticAlphabet } from '../ssml.ts';

/**
 * English sounds: IPA, X-SAMPA, and the mnemonic of espeak-ng's English voices (its docs/phonemes.md). Other languages'
 * voices have other sets, so only English is translated.
 */
const sounds: readonly (readonly [ipa: string, xsampa: string, espeak: string])[] = [
  ['p', 'p', 'p'],
  ['b', 'b', 'b'],
  ['t', 't', 't'],
  ['d', 'd', 'd'],
  ['k', 'k', 'k'],
  ['g', 'g', 'g'],
  ['ɡ', 'g', 'g'],
  ['f', 'f', 'f'],
  ['v', 'v', 'v'],
  ['θ', 'T', 'T'],
  ['ð', 'D', 'D'],
  ['s', 's', 's'],
  ['z', 'z', 'z'],
  ['ʃ', 'S', 'S'],
  ['ʒ', 'Z', 'Z'],
  ['h', 'h', 'h'],
  ['t͡ʃ', 'tS', 'tS'],
  ['tʃ', 'tS', 'tS'],
  ['d͡ʒ', 'dZ', 'dZ'],
  ['dʒ', 'dZ', 'dZ'],
  ['m', 'm', 'm'],
  ['n', 'n', 'n'],
  ['ŋ', 'N', 'N'],
  ['l', 'l', 'l'],
  ['ɫ', 'l', 'l'],
  ['r', 'r', 'r'],
  ['ɹ', 'r\\', 'r'],
  ['w', 'w', 'w'],
  ['j', 'j', 'j'],
  ['ɪ', 'I', 'I'],
  ['i', 'i', 'i'],
  ['iː', 'i:', 'i:'],
  ['ɛ', 'E', 'E'],
  ['e', 'e', 'E'],
  ['æ', '{', 'a'],
  ['a', 'a', 'a'],
  ['ɑ', 'A', 'A:'],
  ['ɑː', 'A:', 'A:'],
  ['ɒ', 'Q', '0'],
  ['ɔ', 'O', 'O:'],
  ['ɔː', 'O:', 'O:'],
  ['ʌ', 'V', 'V'],
  ['ʊ', 'U', 'U'],
  ['u', 'u', 'u:'],
  ['uː', 'u:', 'u:'],
  ['ə', '@', '@'],
  ['ɚ', '@`', '3'],
  ['ɝ', '3`', '3:'],
  ['ɜː', '3:', '3:'],
  ['eɪ', 'eI', 'eI'],
  ['aɪ', 'aI', 'aI'],
  ['ɔɪ', 'OI', 'OI'],
  ['oʊ', 'oU', 'oU'],
  ['əʊ', '@U', 'oU'],
  ['aʊ', 'aU', 'aU'],
  ['ˈ', '"', "'"],
  ['ˌ', '%', ','],
  ['.', '.', ''],
  [' ', ' ', ' '],
];

const tableOf = (column: 0 | 1): ReadonlyMap<string, string> =>
  new Map(sounds.map((row) => [row[column], row[2]]));

const tables: Readonly<Record<PhoneticAlphabet, ReadonlyMap<string, string>>> = {
  ipa: tableOf(0),
  'x-sampa': tableOf(1),
};

const longest = 3;

/** English symbols in espeak-ng's mnemonics; undefined where one of them has none, so that the text is read instead. */
export function espeakPhonemes(alphabet: PhoneticAlphabet, symbols: string): string | undefined {
  const table = tables[alphabet];
  let out = '';
  let at = 0;
  outer: while (at < symbols.length) {
    for (let length = longest; length > 0; length--) {
      const found = at + length <= symbols.length ? table.get(symbols.slice(at, at + length)) : undefined;
      if (found === undefined) continue;
      // `|` keeps two sounds from being read as one of a longer name.
      out += out === '' || found === '' || /[ ',]$/.test(out) ? found : `|${found}`;
      at += length;
      continue outer;
    }
    return undefined;
  }
  return out.trim() === '' ? undefined : out;
}
