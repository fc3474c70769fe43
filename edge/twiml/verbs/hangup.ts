import { readAttributes } from '../attributes.ts';
import type { Element } from '../element.ts';
import type { Warnings } from '../fault.ts';
import type { VerbSpec } from '../verb.ts';

/** End the call (https://www.twilio.com/docs/voice/twiml/hangup). */
export interface HangupVerb {
  readonly kind: 'hangup';
  readonly line: number;
}

function parse(element: Element, warnings: Warnings): HangupVerb {
  readAttributes(element, {}, warnings);
  return { kind: 'hangup', line: element.line };
}

export const hangup: VerbSpec<HangupVerb> = {
  name: 'Hangup',
  contexts: ['voice'],
  attributes: {},
  children: [],
  parse,
};
