import { encodeEntities } from './entities.ts';
import { isBlank, type Element } from './element.ts';
import type { Warnings } from './fault.ts';

const anything = /^[^\p{Cc}]{1,200}$/u;
const word = /^[A-Za-z][A-Za-z0-9:_-]{0,40}$/;
const duration = /^\+?\d{1,6}(?:\.\d{1,3})?(?:ms|s)$/;
const level = /^[+-]?\d{1,4}(?:\.\d{1,3})?(?:%|dB|st|Hz)?$|^[a-z-]{1,12}$/;
const locale = /^[A-Za-z]{2,4}(?:-[A-Za-z0-9]{1,8}){0,3}$/;

/** SSML that <Say> may hold: element → attribute → form (https://www.twilio.com/docs/voice/twiml/say/text-speech). */
const elements: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  break: { strength: word, time: duration },
  emphasis: { level: word },
  lang: { 'xml:lang': locale },
  p: {},
  phoneme: { alphabet: word, ph: anything },
  prosody: { volume: level, rate: level, pitch: level },
  s: {},
  'say-as': { 'interpret-as': word, format: word, role: anything },
  sub: { alias: anything },
  w: { role: word },
  'amazon:effect': { name: word, phonation: word, 'vocal-tract-length': level },
};

export const ssmlElements: readonly string[] = Object.keys(elements);

function attributesOf(element: Element, warnings: Warnings): string {
  const table = elements[element.name] ?? {};
  let out = '';
  for (const [name, value] of element.attributes) {
    const form = Object.hasOwn(table, name) ? table[name] : undefined;
    if (form?.test(value.trim()) === true) out += ` ${name}="${encodeEntities(value.trim())}"`;
    else warnings.add(12200, `${name} of <${element.name}> was ignored`, element.line);
  }
  return out;
}

/** What is to be said. */
export interface Speech {
  /** SSML without its <speak>: only elements and attributes that <Say> allows, text escaped. */
  readonly ssml: string;
  /** Characters to be said. */
  readonly characters: number;
}

/**
 * The children of <Say> as SSML. What <Say> does not allow is warned of (12200) and its text is said without it;
 * children of <Say> itself have been warned of before.
 */
export function readSpeech(say: Element, warnings: Warnings): Speech {
  let characters = 0;
  const write = (children: Element['children'], nested: boolean): string => {
    let out = '';
    for (const child of children) {
      if (typeof child === 'string') {
        if (!isBlank(child)) characters += Array.from(child).length;
        out += encodeEntities(child);
        continue;
      }
      const known = Object.hasOwn(elements, child.name);
      if (!known && nested) warnings.add(12200, `<${child.name}> has no place in speech`, child.line);
      const inner = write(child.children, true);
      if (!known) out += inner;
      else if (inner === '') out += `<${child.name}${attributesOf(child, warnings)}/>`;
      else out += `<${child.name}${attributesOf(child, warnings)}>${inner}</${child.name}>`;
    }
    return out;
  };
  const ssml = write(say.children, false).trim();
  return { ssml, characters };
}
