import { readAttributes } from '../attributes.ts';
import type { Element } from '../element.ts';
import type { Warnings } from '../fault.ts';
import type { VerbSpec } from '../verb.ts';

/** Leave the queue that the call waits in (https://www.twilio.com/docs/voice/twiml/leave). */
export interface LeaveVerb {
  readonly kind: 'leave';
  readonly line: number;
}

function parse(element: Element, warnings: Warnings): LeaveVerb {
  readAttributes(element, {}, warnings);
  return { kind: 'leave', line: element.line };
}

export const leave: VerbSpec<LeaveVerb> = {
  name: 'Leave',
  contexts: ['voice'],
  attributes: {},
  children: [],
  parse,
};
