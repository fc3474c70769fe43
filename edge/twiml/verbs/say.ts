import { readAttributes, type AttributeTable } from '../attributes.ts';
import type { Element } from '../element.ts';
import type { Warnings } from '../fault.ts';
import { readSpeech, ssmlElements } from '../ssml.ts';
import type { VerbSpec } from '../verb.ts';

/** Say something (https://www.twilio.com/docs/voice/twiml/say). */
export interface SayVerb {
  readonly kind: 'say';
  /** `man`, `woman`, `alice`, `Polly.…`, `Google.…`. */
  readonly voice: string;
  /** BCP 47; default: the voice's own. */
  readonly language?: string;
  /** 0: until the call ends. */
  readonly loop: number;
  /** SSML without its <speak>, of the elements that Twilio allows; see `readSpeech`. Never empty. */
  readonly ssml: string;
  readonly line: number;
}

const attributes = {
  voice: { kind: 'pattern', pattern: /^[A-Za-z][A-Za-z0-9._-]{0,99}$/, fault: 13511, default: 'man' },
  language: { kind: 'pattern', pattern: /^[A-Za-z]{2,4}(?:-[A-Za-z0-9]{1,8}){0,3}$/, fault: 13512 },
  loop: { kind: 'integer', min: 0, max: 1000, fault: 13510, default: 1 },
} as const satisfies AttributeTable;

/** Twilio refuses more (13521). */
const charactersMax = 4096;

function parse(element: Element, warnings: Warnings): SayVerb | undefined {
  const given = readAttributes(element, attributes, warnings);
  const { ssml, characters } = readSpeech(element, warnings);
  if (ssml === '') {
    warnings.add(13520, '<Say> holds nothing to say', element.line);
    return undefined;
  }
  if (characters > charactersMax) {
    warnings.add(13521, `more than ${charactersMax} characters`, element.line);
    return undefined;
  }
  return { kind: 'say', ...given, ssml, line: element.line };
}

export const say: VerbSpec<SayVerb> = {
  name: 'Say',
  contexts: ['voice'],
  attributes,
  children: ssmlElements,
  parse,
};
