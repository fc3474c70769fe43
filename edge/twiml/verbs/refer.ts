import { readAttributes, type AttributeTable, type HttpMethod } from '../attributes.ts';
import { textOf, type Element } from '../element.ts';
import type { Warnings } from '../fault.ts';
import { readSipUri, type SipTarget } from '../uri.ts';
import { readChildren, type ElementSpec, type VerbSpec } from '../verb.ts';

/** Hand a SIP call over by REFER (https://www.twilio.com/docs/voice/twiml/refer). */
export interface ReferVerb {
  readonly kind: 'refer';
  /** Absolute, or relative to the document; default: the document itself. */
  readonly action?: string;
  readonly method: HttpMethod;
  readonly to: SipTarget;
  readonly line: number;
}

const attributes = {
  action: { kind: 'url', fault: 11100 },
  method: { kind: 'method', fault: 21209, default: 'POST' },
} as const satisfies AttributeTable;

const referSip: ElementSpec<SipTarget> = {
  name: 'Sip',
  attributes: {},
  children: [],
  parse(element, warnings) {
    readAttributes(element, {}, warnings);
    return readSipUri(textOf(element), element.line, warnings);
  },
};

function parse(element: Element, warnings: Warnings): ReferVerb | undefined {
  const given = readAttributes(element, attributes, warnings);
  const [to] = readChildren(element, [referSip], warnings);
  if (to === undefined) {
    warnings.add(13243, '<Refer> must hold one <Sip>', element.line);
    return undefined;
  }
  return { kind: 'refer', ...given, to, line: element.line };
}

export const refer: VerbSpec<ReferVerb> = {
  name: 'Refer',
  contexts: ['voice'],
  attributes,
  children: ['Sip'],
  parse,
};
