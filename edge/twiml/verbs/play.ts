import { isWebUrl, readAttributes, type AttributeTable } from '../attributes.ts';
import { textOf, trimmed, type Element } from '../element.ts';
import type { Warnings } from '../fault.ts';
import type { VerbSpec } from '../verb.ts';

/** Play a sound or send digits (https://www.twilio.com/docs/voice/twiml/play). */
export interface PlayVerb {
  readonly kind: 'play';
  readonly sound:
    | {
        readonly kind: 'url';
        /** Absolute, or relative to the document; '' is the document itself, which was sound. */ readonly url: string;
      }
    | { readonly kind: 'digits'; /** `0-9 A-D * #`; `w` waits 0.5 s, `W` 1 s. */ readonly digits: string };
  /** 0: until the call ends. */
  readonly loop: number;
  readonly line: number;
}

const attributes = {
  digits: { kind: 'pattern', pattern: /^[0-9A-Da-d*#wW]{1,256}$/, fault: 13430 },
  loop: { kind: 'integer', min: 0, max: 1000, fault: 13410, default: 1 },
} as const satisfies AttributeTable;

function parse(element: Element, warnings: Warnings): PlayVerb | undefined {
  const { digits, loop } = readAttributes(element, attributes, warnings);
  const { line } = element;
  if (digits !== undefined) return { kind: 'play', sound: { kind: 'digits', digits }, loop, line };
  const url = trimmed(textOf(element));
  if (url !== '' && isWebUrl(url)) return { kind: 'play', sound: { kind: 'url', url }, loop, line };
  // Digits that are not valid have been warned of, and were all that was to be played.
  if (url !== '' || !element.attributes.has('digits')) warnings.add(11100, '<Play> must hold a URL', line);
  return undefined;
}

export const play: VerbSpec<PlayVerb> = {
  name: 'Play',
  contexts: ['voice'],
  attributes,
  children: [],
  parse,
};
