import { optional, readAttributes, type AttributeTable } from '../attributes.ts';
import {
  recordingAttributes,
  recordingCallback,
  trims,
  trimValues,
  type Callback,
  type RecordingEvent,
} from '../callbacks.ts';
import type { Element } from '../element.ts';
import type { Warnings } from '../fault.ts';
import type { ElementSpec } from '../verb.ts';

/** A recording of the call, while the document goes on (https://www.twilio.com/docs/voice/twiml/recording). */
export interface RecordingNoun {
  readonly kind: 'recording';
  /** By which <Stop> finds it. */
  readonly name?: string;
  readonly channels: 'mono' | 'dual';
  readonly track: 'inbound' | 'outbound' | 'both';
  readonly trimSilence: boolean;
  readonly recordingStatusCallback?: Callback<RecordingEvent>;
  readonly line: number;
}

const attributes = {
  name: { kind: 'text' },
  channels: { kind: 'choice', values: ['mono', 'dual'], fault: 12200, default: 'dual' },
  track: { kind: 'choice', values: ['inbound', 'outbound', 'both'], fault: 12200, default: 'both' },
  trim: { kind: 'choice', values: trimValues, fault: 13699, default: 'trim-silence' },
  ...recordingAttributes,
} as const satisfies AttributeTable;

function parse(element: Element, warnings: Warnings): RecordingNoun {
  const given = readAttributes(element, attributes, warnings);
  return {
    kind: 'recording',
    channels: given.channels,
    track: given.track,
    trimSilence: trims(given.trim),
    ...optional({ name: given.name, recordingStatusCallback: recordingCallback(given) }),
    line: element.line,
  };
}

export const recordingNoun: ElementSpec<RecordingNoun> = {
  name: 'Recording',
  attributes,
  children: [],
  parse,
};
