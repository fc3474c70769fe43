import { isWebUrl, readAttributes, type AttributeTable, type HttpMethod } from '../attributes.ts';
import { elementsOf, isBlank, textOf, trimmed, type Element } from '../element.ts';
import type { Warnings } from '../fault.ts';
import type { VerbSpec } from '../verb.ts';

/** Send a message (https://www.twilio.com/docs/messaging/twiml/message). At least one of body and media is there. */
export interface MessageVerb {
  readonly kind: 'message';
  /** Default: whoever the document answers, in a call its other party. As written; not yet checked to be a number. */
  readonly to?: string;
  /** Default: the number that was written to, or that is in the call. */
  readonly from?: string;
  /** Absolute, or relative to the document. Its TwiML takes over from the rest of this document. */
  readonly action?: string;
  /** Of `action`. */
  readonly method: HttpMethod;
  readonly statusCallback?: string;
  /** '' if there is only media. White space at its ends is gone, inside it is as written. */
  readonly body: string;
  /** URLs, absolute or relative to the document. */
  readonly media: readonly string[];
  readonly line: number;
}

const attributes = {
  to: { kind: 'text' },
  from: { kind: 'text' },
  action: { kind: 'url', fault: 12200 },
  method: { kind: 'method', fault: 14104 },
  statusCallback: { kind: 'url', fault: 14105 },
} as const satisfies AttributeTable;

/** Twilio refuses longer bodies, counted in characters before they are split into segments (14103). */
const bodyMaxCharacters = 1600;
/** A message carries no more (https://www.twilio.com/docs/messaging/api/message-resource, MediaUrl). */
const mediaMax = 10;

function bodyOf(element: Element, warnings: Warnings): string {
  const bodies = elementsOf(element).filter((child) => child.name === 'Body');
  const direct = textOf(element);
  if (bodies.length === 0) return trimmed(direct);
  if (!isBlank(direct)) {
    warnings.add(12200, `text beside <Body> in <${element.name}> was ignored`, element.line);
  }
  return trimmed(bodies.map(textOf).join(''));
}

function mediaOf(element: Element, warnings: Warnings): readonly string[] {
  const urls: string[] = [];
  for (const child of elementsOf(element)) {
    if (child.name !== 'Media') continue;
    const url = trimmed(textOf(child));
    if (url === '' || !isWebUrl(url)) {
      warnings.add(12200, '<Media> must hold the URL of the media', child.line);
    } else if (urls.length === mediaMax) {
      warnings.add(12200, `more than ${mediaMax} <Media> in a message`, child.line);
    } else urls.push(url);
  }
  return urls;
}

function parse(element: Element, warnings: Warnings): MessageVerb | undefined {
  const given = readAttributes(element, attributes, warnings);
  const body = bodyOf(element, warnings);
  const media = mediaOf(element, warnings);
  if (body === '' && media.length === 0) {
    warnings.add(14103, `<${element.name}> has neither text nor media`, element.line);
    return undefined;
  }
  if (Array.from(body).length > bodyMaxCharacters) {
    warnings.add(14103, `the body has more than ${bodyMaxCharacters} characters`, element.line);
    return undefined;
  }
  return { kind: 'message', ...given, method: given.method ?? 'POST', body, media, line: element.line };
}

export const message: VerbSpec<MessageVerb> = {
  name: 'Message',
  contexts: ['messaging', 'voice'],
  attributes,
  children: ['Body', 'Media'],
  parse,
};
