import { isWebUrl, readAttributes, type AttributeTable, type HttpMethod } from '../attributes.ts';
import { textOf, trimmed, type Element } from '../element.ts';
import type { Warnings } from '../fault.ts';
import type { VerbSpec } from '../verb.ts';

/** Go on with another document (https://www.twilio.com/docs/messaging/twiml/redirect, https://www.twilio.com/docs/voice/twiml/redirect); what follows never runs. */
export interface RedirectVerb {
  readonly kind: 'redirect';
  /** Absolute, or relative to this document; '' is this document itself. */
  readonly url: string;
  readonly method: HttpMethod;
  readonly line: number;
}

const attributes = { method: { kind: 'method', fault: 13710 } } as const satisfies AttributeTable;

function parse(element: Element, warnings: Warnings): RedirectVerb | undefined {
  const { method } = readAttributes(element, attributes, warnings);
  const url = trimmed(textOf(element));
  if (!isWebUrl(url)) {
    warnings.add(12200, '<Redirect> must hold a URL', element.line);
    return undefined;
  }
  return { kind: 'redirect', url, method: method ?? 'POST', line: element.line };
}

export const redirect: VerbSpec<RedirectVerb> = {
  name: 'Redirect',
  contexts: ['messaging', 'voice'],
  attributes,
  children: [],
  parse,
};
