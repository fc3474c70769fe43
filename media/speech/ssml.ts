import { scanSsml, type SsmlElement, type SsmlNode } from './ssml-scan.ts';

/** How text inside <say-as> is meant. */
export type SayAs =
  | 'characters'
  | 'spell-out'
  | 'cardinal'
  | 'number'
  | 'ordinal'
  | 'digits'
  | 'fraction'
  | 'unit'
  | 'date'
  | 'time'
  | 'address'
  | 'expletive'
  | 'telephone';

export type Emphasis = 'strong' | 'moderate' | 'reduced';
export type PhoneticAlphabet = 'ipa' | 'x-sampa';

/** Speech as it is meant, in numbers: what every synthesiser's own markup is made from. */
export type Spoken =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'break'; readonly durationMs: number }
  | { readonly kind: 'emphasis'; readonly level: Emphasis; readonly children: readonly Spoken[] }
  | { readonly kind: 'language'; readonly language: string; readonly children: readonly Spoken[] }
  | { readonly kind: 'block'; readonly block: 'paragraph' | 'sentence'; readonly children: readonly Spoken[] }
  | {
      readonly kind: 'phoneme';
      readonly alphabet: PhoneticAlphabet;
      readonly symbols: string;
      readonly children: readonly Spoken[];
    }
  | ({ readonly kind: 'prosody'; readonly children: readonly Spoken[] } & Prosody)
  | { readonly kind: 'say-as'; readonly as: SayAs; readonly children: readonly Spoken[] }
  | { readonly kind: 'substitute'; readonly alias: string; readonly children: readonly Spoken[] };

export interface Prosody {
  /** Of the voice's own speed. */
  readonly ratePercent?: number;
  /** Above or below the voice's own pitch. */
  readonly pitchPercent?: number;
  /** Against the voice's own loudness; `silent` is not heard. */
  readonly volume?: number | 'silent';
}

/** What was read, and in words what was passed over. */
export interface ReadSsml {
  readonly speech: readonly Spoken[];
  readonly problems: readonly string[];
}

/** Amazon's limit for one pause, which Twilio has taken over. */
const breakMaxMs = 10_000;
const problemsMax = 20;

const breakMs: Readonly<Record<string, number>> = {
  none: 0,
  'x-weak': 0,
  weak: 250,
  medium: 400,
  strong: 700,
  'x-strong': 1_200,
};
const rates: Readonly<Record<string, number>> = {
  'x-slow': 50,
  slow: 75,
  medium: 100,
  default: 100,
  fast: 140,
  'x-fast': 190,
};
const pitches: Readonly<Record<string, number>> = {
  'x-low': -40,
  low: -20,
  medium: 0,
  default: 0,
  high: 25,
  'x-high': 50,
};
const volumes: Readonly<Record<string, number | 'silent'>> = {
  silent: 'silent',
  'x-soft': -12,
  soft: -6,
  medium: 0,
  default: 0,
  loud: 4,
  'x-loud': 8,
};
const sayAs: ReadonlySet<string> = new Set<SayAs>([
  'characters',
  'spell-out',
  'cardinal',
  'number',
  'ordinal',
  'digits',
  'fraction',
  'unit',
  'date',
  'time',
  'address',
  'expletive',
  'telephone',
]);

const clamp = (value: number, min: number, max: number): number => Math.min(max, Math.max(min, value));
const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

function durationOf(text: string): number | undefined {
  const [, amount, unit] = /^\+?(\d{1,6}(?:\.\d{1,3})?)(ms|s)$/.exec(text) ?? [];
  return amount === undefined ? undefined : Math.min(breakMaxMs, Number(amount) * (unit === 's' ? 1_000 : 1));
}

const signed = (text: string, unit: '%' | 'dB'): number | undefined => {
  const found = new RegExp(`^([+-]\\d{1,3}(?:\\.\\d{1,3})?)${unit}$`).exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
};

/** `n%` of the voice's own speed; with a sign, so much more or less. Amazon takes 20 to 200. */
function rateOf(text: string): number | undefined {
  const change = signed(text, '%');
  const whole = /^(\d{1,3}(?:\.\d{1,3})?)%$/.exec(text)?.[1];
  const percent =
    change !== undefined ? 100 + change : whole !== undefined ? Number(whole) : own(rates, text);
  return percent === undefined ? undefined : clamp(percent, 20, 200);
}

function pitchOf(text: string): number | undefined {
  const percent = signed(text, '%') ?? own(pitches, text);
  return percent === undefined ? undefined : clamp(percent, -50, 100);
}

function volumeOf(text: string): number | 'silent' | undefined {
  const volume = signed(text, 'dB') ?? own(volumes, text);
  return typeof volume === 'number' ? clamp(volume, -40, 12) : volume;
}

const locale = /^[A-Za-z]{2,4}(?:-[A-Za-z0-9]{1,8}){0,3}$/;

/**
 * Reads the content of <Say>: SSML without its <speak>, of the elements that Twilio allows
 * (https://www.twilio.com/docs/voice/twiml/say/text-speech). It never fails: what is unknown or has a value out of its
 * form is a problem, and the text in it is said plainly.
 */
export function readSsml(ssml: string): ReadSsml {
  const problems: string[] = [];
  const problem = (what: string): void => {
    if (problems.length < problemsMax) problems.push(what);
  };
  const readAll = (nodes: readonly SsmlNode[]): Spoken[] =>
    nodes.flatMap((node) => (typeof node === 'string' ? { kind: 'text' as const, text: node } : read(node)));

  /** The attribute as `read` understands it; a value that it does not is a problem. */
  const take = <T>(
    element: SsmlElement,
    name: string,
    reader: (text: string) => T | undefined,
  ): T | undefined => {
    const text = element.attributes.get(name);
    if (text === undefined) return undefined;
    const value = reader(text);
    if (value === undefined) problem(`${name} of <${element.name}> is not understood`);
    return value;
  };

  const prosodyOf = (element: SsmlElement): Prosody => {
    const ratePercent = take(element, 'rate', rateOf);
    const pitchPercent = take(element, 'pitch', pitchOf);
    const volume = take(element, 'volume', volumeOf);
    return {
      ...(ratePercent === undefined ? {} : { ratePercent }),
      ...(pitchPercent === undefined ? {} : { pitchPercent }),
      ...(volume === undefined ? {} : { volume }),
    };
  };

  const read = (element: SsmlElement): Spoken | Spoken[] => {
    const children = readAll(element.children);
    switch (element.name) {
      case 'break': {
        const time = take(element, 'time', durationOf);
        const strength = take(element, 'strength', (text) => own(breakMs, text));
        return { kind: 'break', durationMs: time ?? strength ?? 400 };
      }
      case 'emphasis': {
        const level = take(element, 'level', (text) =>
          text === 'strong' || text === 'moderate' || text === 'reduced' ? text : undefined,
        );
        return { kind: 'emphasis', level: level ?? 'moderate', children };
      }
      case 'lang': {
        const language = take(element, 'xml:lang', (text) => (locale.test(text) ? text : undefined));
        return language === undefined ? children : { kind: 'language', language, children };
      }
      case 'p':
        return { kind: 'block', block: 'paragraph', children };
      case 's':
        return { kind: 'block', block: 'sentence', children };
      case 'phoneme': {
        const alphabet = take(element, 'alphabet', (text) =>
          text === 'ipa' || text === 'x-sampa' ? text : undefined,
        );
        const symbols = take(element, 'ph', (text) =>
          text.length > 0 && text.length <= 200 ? text : undefined,
        );
        return alphabet === undefined || symbols === undefined
          ? children
          : { kind: 'phoneme', alphabet, symbols, children };
      }
      case 'prosody':
        return { kind: 'prosody', ...prosodyOf(element), children };
      case 'say-as': {
        const as = take(element, 'interpret-as', (text) => (sayAs.has(text) ? (text as SayAs) : undefined));
        return as === undefined ? children : { kind: 'say-as', as, children };
      }
      case 'sub': {
        const alias = take(element, 'alias', (text) =>
          text.length > 0 && text.length <= 1_000 ? text : undefined,
        );
        return alias === undefined ? children : { kind: 'substitute', alias, children };
      }
      case 'w':
        // A part of speech helps a synthesiser that knows it to choose a pronunciation; the word is the same.
        return children;
      default:
        problem(`<${element.name}> is not understood`);
        return children;
    }
  };
  return { speech: readAll(scanSsml(ssml)), problems };
}

/** What is said, without markup. */
export function plainText(speech: readonly Spoken[]): string {
  const write = (nodes: readonly Spoken[]): string =>
    nodes
      .map((node) => {
        if (node.kind === 'text') return node.text;
        if (node.kind === 'break') return ' ';
        return node.kind === 'substitute' ? node.alias : write(node.children);
      })
      .join('');
  return write(speech).replace(/\s+/g, ' ').trim();
}
