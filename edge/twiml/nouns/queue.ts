import { readAttributes, type AttributeTable, type HttpMethod } from '../attributes.ts';
import { textOf, trimmed, type Element } from '../element.ts';
import type { Warnings } from '../fault.ts';
import type { Unsupported } from '../unsupported.ts';
import type { ElementSpec } from '../verb.ts';
import { queueNameMaxCharacters } from '../verbs/enqueue.ts';

/** The first call of a queue (https://www.twilio.com/docs/voice/twiml/queue). */
export interface QueueNoun {
  readonly kind: 'queue';
  readonly name: string;
  /** TwiML that the waiting party hears before it is connected. */
  readonly url?: string;
  readonly method: HttpMethod;
  readonly line: number;
}

const attributes = {
  url: { kind: 'url', fault: 14211 },
  method: { kind: 'method', fault: 14210, default: 'POST' },
  reservationSid: { kind: 'text' },
  postWorkActivitySid: { kind: 'text' },
} as const satisfies AttributeTable;

function parse(element: Element, warnings: Warnings): QueueNoun | Unsupported | undefined {
  const given = readAttributes(element, attributes, warnings);
  const { line } = element;
  // TaskRouter's own queues have a number for where there is no TaskRouter.
  if (given.reservationSid !== undefined || given.postWorkActivitySid !== undefined) {
    return { kind: 'unsupported', name: 'Queue', code: 14219, line };
  }
  const name = trimmed(textOf(element));
  if (name === '') {
    warnings.add(14212, 'it is empty', line);
    return undefined;
  }
  if (Array.from(name).length > queueNameMaxCharacters) {
    warnings.add(14213, `more than ${queueNameMaxCharacters} characters`, line);
    return undefined;
  }
  const { method, url } = given;
  return { kind: 'queue', name, method, ...(url === undefined ? {} : { url }), line };
}

export const queueNoun: ElementSpec<QueueNoun | Unsupported> = {
  name: 'Queue',
  attributes,
  children: [],
  parse,
};
