import { readAttributes, type AttributeTable, type HttpMethod } from '../attributes.ts';
import type { Element } from '../element.ts';
import type { Warnings } from '../fault.ts';
import { streamNoun, type StreamNoun } from '../nouns/stream.ts';
import { unsupported, type Unsupported } from '../unsupported.ts';
import { readChildren, type ElementSpec, type VerbSpec } from '../verb.ts';

/** Give the call to an application until it lets go (https://www.twilio.com/docs/voice/twiml/connect). */
export interface ConnectVerb {
  readonly kind: 'connect';
  /** Absolute, or relative to the document; default: go on with the document. */
  readonly action?: string;
  readonly method: HttpMethod;
  /** A bidirectional stream, of the inbound track. */
  readonly noun: StreamNoun | Unsupported;
  readonly line: number;
}

const attributes = {
  action: { kind: 'url', fault: 11100 },
  method: { kind: 'method', fault: 21209, default: 'POST' },
} as const satisfies AttributeTable;

/** Nouns that only Twilio's own services can serve, by their own number where they have one. */
const elsewhere: readonly ElementSpec<Unsupported>[] = [
  unsupported('AiSession', 13750),
  unsupported('Assistant', 13750),
  unsupported('Autopilot', 13750),
  unsupported('Conversation', 32500),
  unsupported('ConversationRelay', 13750),
  unsupported('ConversationRelaySession', 13750),
  unsupported('Room', 53104),
  unsupported('VirtualAgent', 32600),
];

function parse(element: Element, warnings: Warnings): ConnectVerb | undefined {
  const given = readAttributes(element, attributes, warnings);
  const { line } = element;
  const [noun, ...others] = readChildren<ConnectVerb['noun']>(element, [streamNoun, ...elsewhere], warnings);
  if (noun === undefined) {
    warnings.add(12200, '<Connect> must hold what to connect to', line);
    return undefined;
  }
  for (const other of others) warnings.add(12200, 'more than one noun in <Connect>', other.line);
  if (noun.kind === 'stream' && noun.track !== 'inbound_track') {
    warnings.add(31941, 'a bidirectional stream carries the inbound track', noun.line);
    return { kind: 'connect', ...given, noun: { ...noun, track: 'inbound_track' }, line };
  }
  return { kind: 'connect', ...given, noun, line };
}

export const connect: VerbSpec<ConnectVerb> = {
  name: 'Connect',
  contexts: ['voice'],
  attributes,
  children: [streamNoun.name, ...elsewhere.map(({ name }) => name)],
  parse,
};
