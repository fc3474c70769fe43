import { readAttributes, type AttributeTable } from '../attributes.ts';
import type { Element } from '../element.ts';
import type { Warnings } from '../fault.ts';
import type { VerbSpec } from '../verb.ts';

/** Wait in silence (https://www.twilio.com/docs/voice/twiml/pause). */
export interface PauseVerb {
  readonly kind: 'pause';
  readonly lengthMs: number;
  readonly line: number;
}

const attributes = {
  /** Seconds; no call lasts longer than a day. */
  length: { kind: 'integer', min: 1, max: 86_400, fault: 13910, default: 1 },
} as const satisfies AttributeTable;

function parse(element: Element, warnings: Warnings): PauseVerb {
  const { length } = readAttributes(element, attributes, warnings);
  return { kind: 'pause', lengthMs: length * 1000, line: element.line };
}

export const pause: VerbSpec<PauseVerb> = {
  name: 'Pause',
  contexts: ['voice'],
  attributes,
  children: [],
  parse,
};
