/** Amazon Polly's voices by language; `:m` marks men (https://docs.aws.amazon.com/polly/latest/dg/available-voices.html). */
const byLanguage: Readonly<Record<string, string>> = {
  arb: 'Zeina',
  'ar-AE': 'Hala Zayd:m',
  'ca-ES': 'Arlet',
  'cmn-CN': 'Zhiyu',
  'yue-CN': 'Hiujin',
  'cs-CZ': 'Jitka',
  'da-DK': 'Naja Mads:m Sofie',
  'nl-BE': 'Lisa',
  'nl-NL': 'Laura Lotte Ruben:m',
  'en-AU': 'Nicole Olivia Russell:m',
  'en-GB': 'Amy Emma Brian:m Arthur:m',
  'en-IN': 'Aditi Raveena Kajal',
  'en-IE': 'Niamh',
  'en-NZ': 'Aria',
  'en-SG': 'Jasmine',
  'en-ZA': 'Ayanda',
  'en-US':
    'Danielle Gregory:m Ivy Joanna Kendra Kimberly Salli Joey:m Justin:m Kevin:m Matthew:m Ruth Stephen:m Patrick:m',
  'en-GB-WLS': 'Geraint:m',
  'fi-FI': 'Suvi',
  'fr-BE': 'Isabelle',
  'fr-CA': 'Chantal Gabrielle Liam:m',
  'fr-FR': 'Celine Céline Lea Léa Mathieu:m Remi:m Rémi:m',
  'de-DE': 'Marlene Vicki Hans:m Daniel:m',
  'de-AT': 'Hannah',
  'de-CH': 'Sabrina',
  'is-IS': 'Dora Karl:m',
  'it-IT': 'Carla Bianca Giorgio:m Adriano:m',
  'ja-JP': 'Mizuki Takumi:m Kazuha Tomoko',
  'ko-KR': 'Seoyeon Jihye',
  'nb-NO': 'Liv Ida',
  'pl-PL': 'Ewa Maja Jacek:m Jan:m Ola',
  'pt-BR': 'Camila Vitoria Ricardo:m Thiago:m',
  'pt-PT': 'Ines Cristiano:m',
  'ro-RO': 'Carmen',
  'ru-RU': 'Tatyana Maxim:m',
  'es-ES': 'Conchita Lucia Enrique:m Sergio:m Alba Raul:m',
  'es-MX': 'Mia Mía Andres:m',
  'es-US': 'Lupe Penelope Miguel:m Pedro:m',
  'sv-SE': 'Astrid Elin',
  'tr-TR': 'Filiz Burcu',
  'cy-GB': 'Gwyneth',
};

export const pollyVoices: ReadonlyMap<
  string,
  { readonly language: string; readonly gender: 'female' | 'male' }
> = new Map(
  Object.entries(byLanguage).flatMap(([language, names]) =>
    names.split(' ').map((entry) => {
      const [name = '', mark] = entry.split(':');
      return [name, { language, gender: mark === 'm' ? 'male' : 'female' }] as const;
    }),
  ),
);
