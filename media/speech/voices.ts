import { pollyVoices } from './polly-voices.ts';

export type Gender = 'female' | 'male';

/** A voice as an application asked for it, understood. */
export interface VoiceChoice {
  /** As it was written: `man`, `Polly.Joanna-Neural`, `Google.en-GB-Standard-A`. */
  readonly name: string;
  /** BCP 47, as Twilio writes it: `en-US`, `cmn-CN`. */
  readonly language: string;
  readonly gender: Gender;
}

/** What Twilio falls back on. */
const defaultLanguage = 'en-US';

const locale = /^[A-Za-z]{2,4}(?:-[A-Za-z0-9]{1,8}){0,3}$/;
const googleName = /^Google\.([A-Za-z]{2,3}-[A-Za-z]{2})-(?:[A-Za-z0-9]+-)*?([A-Za-z]+)$/;

/** Google's voices that have names. The others have letters, which follow no rule in every language; see `genderOf`. */
const googleGenders: Readonly<Record<string, Gender>> = {
  Aoede: 'female',
  Kore: 'female',
  Leda: 'female',
  Zephyr: 'female',
  Charon: 'male',
  Fenrir: 'male',
  Orus: 'male',
  Puck: 'male',
};

/** In most of Google's languages B and D (and of the later letters I and J) are men. */
const genderOf = (google: string): Gender =>
  googleGenders[google] ?? (/^[BDIJ]$/.test(google) ? 'male' : 'female');

/**
 * Understands Twilio's `voice` and `language`
 * (https://www.twilio.com/docs/voice/twiml/say/text-speech#available-voices-and-languages). `man`, `woman` and `alice`
 * speak the language that is asked for; a voice of Polly or Google has one of its own, and `language` changes nothing.
 * Undefined: no such voice, Twilio's 13511.
 */
export function chooseVoice(
  voice: string | undefined,
  language: string | undefined,
): VoiceChoice | undefined {
  const name = voice ?? 'man';
  const asked = language !== undefined && locale.test(language) ? language : defaultLanguage;
  switch (name.toLowerCase()) {
    case 'man':
      return { name, language: asked, gender: 'male' };
    case 'woman':
    case 'alice':
      return { name, language: asked, gender: 'female' };
  }
  const google = googleName.exec(name);
  if (google !== null) {
    const [, its = defaultLanguage, last = ''] = google;
    return { name, language: its, gender: genderOf(last) };
  }
  const [, polly] = /^Polly\.(\p{L}{1,20})(?:-Neural|-Generative|-Long-Form)?$/u.exec(name) ?? [];
  const known = polly === undefined ? undefined : pollyVoices.get(polly);
  return known === undefined ? undefined : { name, ...known };
}
