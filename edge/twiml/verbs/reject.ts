import { readAttributes, type AttributeTable } from '../attributes.ts';
import type { Element } from '../element.ts';
import type { Warnings } from '../fault.ts';
import type { VerbSpec } from '../verb.ts';

/** Refuse the call without answering it (https://www.twilio.com/docs/voice/twiml/reject). */
export interface RejectVerb {
  readonly kind: 'reject';
  readonly reason: 'rejected' | 'busy';
  readonly line: number;
}

const attributes = {
  reason: { kind: 'choice', values: ['rejected', 'busy'], fault: 13810, default: 'rejected' },
} as const satisfies AttributeTable;

function parse(element: Element, warnings: Warnings): RejectVerb {
  return { kind: 'reject', ...readAttributes(element, attributes, warnings), line: element.line };
}

export const reject: VerbSpec<RejectVerb> = {
  name: 'Reject',
  contexts: ['voice'],
  attributes,
  children: [],
  parse,
};
