import { readAttributes } from '../attributes.ts';
import type { Element } from '../element.ts';
import type { Warnings } from '../fault.ts';
import type { VerbSpec } from '../verb.ts';

/** Send back to the party what it says (https://www.twilio.com/docs/voice/twiml/echo). */
export interface EchoVerb {
  readonly kind: 'echo';
  readonly line: number;
}

function parse(element: Element, warnings: Warnings): EchoVerb {
  readAttributes(element, {}, warnings);
  return { kind: 'echo', line: element.line };
}

export const echo: VerbSpec<EchoVerb> = {
  name: 'Echo',
  contexts: ['voice'],
  attributes: {},
  children: [],
  parse,
};
