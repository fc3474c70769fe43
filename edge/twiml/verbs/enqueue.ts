import { readAttributes, type AttributeTable, type HttpMethod } from '../attributes.ts';
import { elementsOf, textOf, trimmed, type Element } from '../element.ts';
import type { Warnings } from '../fault.ts';
import type { Unsupported } from '../unsupported.ts';
import type { VerbSpec } from '../verb.ts';

/** Wait in a queue (https://www.twilio.com/docs/voice/twiml/enqueue). */
export interface EnqueueVerb {
  readonly kind: 'enqueue';
  /** The queue's friendly name; it is made when there is none. */
  readonly name: string;
  /** Absolute, or relative to the document; default: go on with the document. */
  readonly action?: string;
  readonly method: HttpMethod;
  /** TwiML to wait by; '' for silence, default: hold music. */
  readonly waitUrl?: string;
  readonly waitUrlMethod: HttpMethod;
  /** Of the queue, when it is made. */
  readonly maxQueueSize?: number;
  readonly line: number;
}

const attributes = {
  action: { kind: 'url', fault: 14203 },
  method: { kind: 'method', fault: 14201, default: 'POST' },
  waitUrl: { kind: 'url', fault: 14202, empty: true },
  waitUrlMethod: { kind: 'method', fault: 14206, default: 'POST' },
  maxQueueSize: { kind: 'integer', min: 1, max: 5000, fault: 12200 },
  workflowSid: { kind: 'text' },
} as const satisfies AttributeTable;

/** https://www.twilio.com/docs/voice/api/queue-resource, FriendlyName. */
export const queueNameMaxCharacters = 64;

function parse(element: Element, warnings: Warnings): EnqueueVerb | Unsupported | undefined {
  const { workflowSid, ...given } = readAttributes(element, attributes, warnings);
  const { line } = element;
  // TaskRouter's own queues have a number for where there is no TaskRouter.
  if (workflowSid !== undefined || elementsOf(element).some((child) => child.name === 'Task')) {
    return { kind: 'unsupported', name: 'Enqueue', code: 14226, line };
  }
  const name = trimmed(textOf(element));
  if (name === '') {
    warnings.add(14204, 'it is empty', line);
    return undefined;
  }
  if (Array.from(name).length > queueNameMaxCharacters) {
    warnings.add(14205, `more than ${queueNameMaxCharacters} characters`, line);
    return undefined;
  }
  return { kind: 'enqueue', name, ...given, line };
}

export const enqueue: VerbSpec<EnqueueVerb | Unsupported> = {
  name: 'Enqueue',
  contexts: ['voice'],
  attributes,
  children: ['Task'],
  parse,
};
