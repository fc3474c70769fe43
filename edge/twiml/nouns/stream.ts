import { optional, readAttributes, type AttributeTable, type HttpMethod } from '../attributes.ts';
import type { Element } from '../element.ts';
import type { Warnings } from '../fault.ts';
import type { Unsupported } from '../unsupported.ts';
import { readChildren, type ElementSpec } from '../verb.ts';

/** The call's sound over a WebSocket (https://www.twilio.com/docs/voice/twiml/stream). */
export interface StreamNoun {
  readonly kind: 'stream';
  /** `wss:` or `ws:`, absolute. */
  readonly url: string;
  /** By which <Stop> finds it. */
  readonly name?: string;
  readonly track: 'inbound_track' | 'outbound_track' | 'both_tracks';
  readonly statusCallback?: { readonly url: string; readonly method: HttpMethod };
  /** Custom parameters, in order. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
  readonly line: number;
}

export const streamAttributes = {
  url: { kind: 'text' },
  name: { kind: 'text' },
  track: {
    kind: 'choice',
    values: ['inbound_track', 'outbound_track', 'both_tracks'],
    fault: 31941,
    default: 'inbound_track',
  },
  statusCallback: { kind: 'url', fault: 11100 },
  statusCallbackMethod: { kind: 'method', fault: 21209, default: 'POST' },
  connectorName: { kind: 'text' },
  /** Undocumented; µ-law at 8 kHz is all there is. */
  audioFormat: { kind: 'pattern', pattern: /^audio\/x-mulaw$/, fault: 31941 },
  sampleRate: { kind: 'pattern', pattern: /^8000$/, fault: 31941 },
} as const satisfies AttributeTable;

/** Name and value together (https://www.twilio.com/docs/voice/twiml/stream, Custom parameters). */
const parameterMaxCharacters = 500;

const parameter: ElementSpec<readonly [string, string]> = {
  name: 'Parameter',
  attributes: { name: { kind: 'text' }, value: { kind: 'text' } },
  children: [],
  parse(element, warnings) {
    readAttributes(element, this.attributes, warnings);
    const name = element.attributes.get('name') ?? '';
    const value = element.attributes.get('value') ?? '';
    if (name === '' || name.length + value.length > parameterMaxCharacters) {
      const expected = `a name, and at most ${parameterMaxCharacters} characters with the value`;
      warnings.add(12200, `<Parameter> needs ${expected}`, element.line);
      return undefined;
    }
    return [name, value];
  },
};

function urlFault(url: string): 31922 | 31923 | undefined {
  if (!URL.canParse(url)) return 31923;
  const { protocol } = new URL(url);
  return protocol === 'wss:' || protocol === 'ws:' ? undefined : 31922;
}

function parse(element: Element, warnings: Warnings): StreamNoun | Unsupported | undefined {
  const given = readAttributes(element, streamAttributes, warnings);
  const { line } = element;
  // Connectors are installed in Twilio's console.
  if (given.connectorName !== undefined) return { kind: 'unsupported', name: 'Stream', code: 31940, line };
  const url = given.url ?? '';
  const code = urlFault(url);
  if (code !== undefined) {
    warnings.add(code, '<Stream> needs an absolute wss URL', line);
    return undefined;
  }
  const { statusCallback, statusCallbackMethod: method } = given;
  return {
    kind: 'stream',
    url,
    track: given.track,
    parameters: readChildren(element, [parameter], warnings),
    ...optional({
      name: given.name,
      statusCallback: statusCallback === undefined ? undefined : { url: statusCallback, method },
    }),
    line,
  };
}

export const streamNoun: ElementSpec<StreamNoun | Unsupported> = {
  name: 'Stream',
  attributes: streamAttributes,
  children: ['Parameter'],
  parse,
};
