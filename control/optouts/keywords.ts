/** Twilio's OptOutType of an inbound message. */
export const optOutTypes = ['STOP', 'START', 'HELP'] as const;
export type OptOutType = (typeof optOutTypes)[number];

/** The keywords of one language, and what each kind of them is answered with. */
export interface OptOutLanguage {
  /** BCP 47: en, fr-CA. */
  readonly language: string;
  /** The country whose phones it is for (ISO 3166-1 alpha-2); '' for every country that has none of its own. */
  readonly country: string;
  /** Without regard to case. STOP, START and HELP are understood whether or not they are here. */
  readonly keywords: Readonly<Record<OptOutType, readonly string[]>>;
  /** '' for no answer. */
  readonly replies: Readonly<Record<OptOutType, string>>;
}

/** The default of Twilio (https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out). */
export const english: OptOutLanguage = {
  language: 'en',
  country: '',
  keywords: {
    STOP: ['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT'],
    START: ['START', 'YES', 'UNSTOP'],
    HELP: ['HELP', 'INFO'],
  },
  replies: {
    STOP: 'You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe.',
    START:
      'You have successfully been re-subscribed to messages from this number. Reply HELP for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply.',
    HELP: 'Reply STOP to unsubscribe. Msg&Data Rates May Apply.',
  },
};

/** A keyword takes at most this many characters with the space around it; anything longer is not examined. */
export const keywordMaxCharacters = 64;

/** As keywords are compared. */
const folded = (text: string): string => text.normalize('NFC').trim().toUpperCase();

/** What a body means. */
export interface Keyword {
  readonly type: OptOutType;
  readonly reply: string;
}

/** Why languages cannot stand together: the keyword that would mean two things to the phones of one country. */
export function ambiguousKeyword(languages: readonly OptOutLanguage[]): string | undefined {
  const meanings = new Map<string, OptOutType>();
  for (const { country, keywords } of languages)
    for (const type of optOutTypes)
      for (const keyword of keywords[type]) {
        const word = folded(keyword);
        const reserved = optOutTypes.find((one) => one === word);
        const name = `${country} ${word}`;
        if ((reserved ?? type) !== type || (meanings.get(name) ?? type) !== type) return keyword;
        meanings.set(name, type);
      }
  return undefined;
}

/** The keywords of some languages, and of English where none is for every country, ready to be looked up. */
export class Keywords {
  private readonly byCountry: ReadonlyMap<string, ReadonlyMap<string, Keyword>>;

  constructor(languages: readonly OptOutLanguage[]) {
    const general = languages.some(({ country }) => country === '') ? [] : [english];
    const all = [...languages, ...general];
    const countries = new Set(all.map(({ country }) => country));
    this.byCountry = new Map(
      Array.from(countries, (name) => [name, wordsOf(all.filter(({ country }) => country === name))]),
    );
  }

  /**
   * The keyword that `body` is: the whole of it, without regard to case and surrounding white space. "STOP PLEASE" is
   * none (https://help.twilio.com/articles/223134027). A country with languages of its own has no others.
   */
  find(body: string, country: string): Keyword | undefined {
    if (body.length > keywordMaxCharacters) return undefined;
    const words = this.byCountry.get(country) ?? this.byCountry.get('');
    return words?.get(folded(body));
  }
}

/** What languages have in common goes to the first of them, which also answers the three words that none may do without. */
function wordsOf(languages: readonly OptOutLanguage[]): ReadonlyMap<string, Keyword> {
  const words = new Map<string, Keyword>();
  const add = (word: string, type: OptOutType, reply: string): void => {
    if (!words.has(word)) words.set(word, { type, reply });
  };
  for (const { keywords, replies } of languages)
    for (const type of optOutTypes)
      for (const keyword of keywords[type]) add(folded(keyword), type, replies[type]);
  const { replies } = languages[0] ?? english;
  for (const type of optOutTypes) add(type, type, replies[type]);
  return words;
}
