import type { VoiceChoice } from '../voices.ts';

/**
 * espeak-ng's voices for the languages that Twilio's voices speak. A language without a row is looked up by its first
 * part, so `es-AR` finds `es`. What is not here espeak-ng cannot speak, or Debian 12's edition (1.51) lacks: fil, gl,
 * zu, km, lo, mn, jv, su, eu-ES is Basque and there.
 */
const voices: Readonly<Record<string, string>> = {
  af: 'af',
  am: 'am',
  ar: 'ar',
  arb: 'ar',
  az: 'az',
  bg: 'bg',
  bn: 'bn',
  ca: 'ca',
  cmn: 'cmn',
  cs: 'cs',
  cy: 'cy',
  da: 'da',
  de: 'de',
  el: 'el',
  en: 'en-us',
  'en-au': 'en-gb',
  'en-gb': 'en-gb',
  'en-ie': 'en-gb',
  'en-in': 'en-gb',
  'en-nz': 'en-gb',
  'en-sg': 'en-gb',
  'en-za': 'en-gb',
  es: 'es-419',
  'es-es': 'es',
  et: 'et',
  eu: 'eu',
  fa: 'fa',
  fi: 'fi',
  fr: 'fr-fr',
  'fr-be': 'fr-be',
  'fr-ch': 'fr-ch',
  gu: 'gu',
  he: 'he',
  hi: 'hi',
  hr: 'hr',
  hu: 'hu',
  hy: 'hy',
  id: 'id',
  is: 'is',
  it: 'it',
  ja: 'ja',
  ka: 'ka',
  kk: 'kk',
  kn: 'kn',
  ko: 'ko',
  lt: 'lt',
  lv: 'lv',
  mk: 'mk',
  ml: 'ml',
  mr: 'mr',
  ms: 'ms',
  my: 'my',
  nb: 'nb',
  ne: 'ne',
  nl: 'nl',
  no: 'nb',
  pa: 'pa',
  pl: 'pl',
  pt: 'pt',
  'pt-br': 'pt-br',
  ro: 'ro',
  ru: 'ru',
  si: 'si',
  sk: 'sk',
  sl: 'sl',
  sq: 'sq',
  sr: 'sr',
  sv: 'sv',
  sw: 'sw',
  ta: 'ta',
  te: 'te',
  th: 'th',
  tr: 'tr',
  uk: 'uk',
  ur: 'ur',
  uz: 'uz',
  vi: 'vi',
  yue: 'yue',
  zh: 'cmn',
  'zh-hk': 'yue',
};

/** espeak-ng's voice of a language; undefined where it has none. */
export function espeakLanguage(language: string): string | undefined {
  const parts = language.toLowerCase().split('-');
  for (let length = parts.length; length > 0; length--) {
    const key = parts.slice(0, length).join('-');
    if (Object.hasOwn(voices, key)) return voices[key];
  }
  return undefined;
}

/**
 * The voice's argument. espeak-ng has one speaker, whose formants its variants move: one variant stands for all of
 * Twilio's women and one for all its men.
 */
export function espeakVoice({ language, gender }: VoiceChoice): string | undefined {
  const found = espeakLanguage(language);
  return found === undefined ? undefined : `${found}+${gender === 'female' ? 'f2' : 'm3'}`;
}
