import { assertNever } from '../../../control/base/result.ts';
import { plainText, type Prosody, type SayAs, type Spoken } from '../ssml.ts';
import { espeakPhonemes } from './phonemes.ts';
import { espeakLanguage } from './voices.ts';

/** Silence in one utterance: the sum of its breaks. */
const breaksMaxMs = 60_000;

/**
 * espeak-ng reads `[[…]]` in any text as phonemes, also when the brackets are entities or have a tag between them; so
 * no bracket of a tenant's reaches it.
 */
const escaped = (text: string): string =>
  text.replace(/\[/g, ' ').replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

function prosodyAttributes({ ratePercent, pitchPercent, volume }: Prosody): string {
  const loudness =
    volume === undefined
      ? ''
      : volume === 'silent'
        ? ' volume="silent"'
        : ` volume="${Math.round(100 * 10 ** (volume / 20))}%"`;
  return (
    (ratePercent === undefined ? '' : ` rate="${Math.round(ratePercent)}%"`) +
    (pitchPercent === undefined
      ? ''
      : ` pitch="${pitchPercent < 0 ? '' : '+'}${Math.round(pitchPercent)}%"`) +
    loudness
  );
}

const spelled = (text: string): string => `<say-as interpret-as="characters">${escaped(text)}</say-as>`;

/** 1st, 2nd, 3rd, 4th: espeak-ng reads these as words, in English. */
function ordinal(digits: string): string {
  const [last, teens] = [Number(digits.slice(-1)), Number(digits.slice(-2))];
  if (teens >= 11 && teens <= 13) return `${digits}th`;
  return digits + (['th', 'st', 'nd', 'rd'][last] ?? 'th');
}

function sayAs(as: SayAs, text: string, english: boolean): string {
  switch (as) {
    case 'characters':
    case 'spell-out':
      return spelled(text);
    case 'digits':
    case 'telephone':
      // Groups as they are written, a short pause between them.
      return text
        .split(/[\s().-]+/)
        .filter((group) => group !== '')
        .map(spelled)
        .join('<break time="200ms"/>');
    case 'ordinal':
      return escaped(english && /^\d{1,9}$/.test(text) ? ordinal(text) : text);
    case 'expletive':
      return '<break time="500ms"/>';
    case 'cardinal':
    case 'number':
    case 'fraction':
    case 'unit':
    case 'date':
    case 'time':
    case 'address':
      // espeak-ng reads numbers in text as cardinals, and knows nothing of the rest.
      return escaped(text);
    default:
      return assertNever(as);
  }
}

/**
 * Speech as espeak-ng's `-m` understands it: only tags and attributes made here, everything of the tenant's escaped.
 * Undefined voices of <lang>, and phonemes of other languages than English, are read by the voice itself.
 */
export function espeakMarkup(speech: readonly Spoken[], language: string): string {
  let silenceMs = 0;
  const write = (nodes: readonly Spoken[], spoken: string): string =>
    nodes.map((node) => one(node, spoken)).join('');
  const one = (node: Spoken, spoken: string): string => {
    switch (node.kind) {
      case 'text':
        return escaped(node.text);
      case 'break': {
        const durationMs = Math.min(Math.round(node.durationMs), breaksMaxMs - silenceMs);
        silenceMs += durationMs;
        return durationMs <= 0 ? ' ' : `<break time="${durationMs}ms"/>`;
      }
      case 'emphasis':
        return `<emphasis level="${node.level}">${write(node.children, spoken)}</emphasis>`;
      case 'language': {
        const voice = espeakLanguage(node.language);
        if (voice === undefined) return write(node.children, spoken);
        return `<voice xml:lang="${voice}">${write(node.children, voice)}</voice>`;
      }
      case 'block': {
        const tag = node.block === 'paragraph' ? 'p' : 's';
        return `<${tag}>${write(node.children, spoken)}</${tag}>`;
      }
      case 'phoneme': {
        const phonemes = spoken.startsWith('en') ? espeakPhonemes(node.alphabet, node.symbols) : undefined;
        return phonemes === undefined ? write(node.children, spoken) : ` [[${phonemes}]] `;
      }
      case 'prosody':
        return `<prosody${prosodyAttributes(node)}>${write(node.children, spoken)}</prosody>`;
      case 'say-as':
        return sayAs(node.as, plainText(node.children), spoken.startsWith('en'));
      case 'substitute':
        return escaped(node.alias);
      default:
        return assertNever(node);
    }
  };
  return `<speak>${write(speech, language)}</speak>`;
}
