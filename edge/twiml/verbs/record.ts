import { optional, readAttributes, type AttributeTable, type HttpMethod } from '../attributes.ts';
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
import type { VerbSpec } from '../verb.ts';

/** Record the party (https://www.twilio.com/docs/voice/twiml/record). */
export interface RecordVerb {
  readonly kind: 'record';
  /** Absolute, or relative to the document; default: the document itself. */
  readonly action?: string;
  readonly method: HttpMethod;
  /** Silence that ends it; 0: none does. */
  readonly timeoutMs: number;
  /** Any of these digits ends it; '' for none. */
  readonly finishOnKey: string;
  readonly maxLengthMs: number;
  readonly playBeep: boolean;
  readonly trimSilence: boolean;
  readonly recordingStatusCallback?: Callback<RecordingEvent>;
  readonly transcribe: boolean;
  readonly transcribeCallback?: string;
  readonly line: number;
}

const attributes = {
  action: { kind: 'url', fault: 11100 },
  method: { kind: 'method', fault: 13610, default: 'POST' },
  timeout: { kind: 'integer', min: 0, max: 86_400, fault: 13611, default: 5 },
  finishOnKey: {
    kind: 'pattern',
    pattern: /^[0-9#*]{1,12}$/,
    fault: 13613,
    empty: true,
    default: '1234567890*#',
  },
  maxLength: { kind: 'integer', min: 1, max: 14_400, fault: 13612 },
  playBeep: { kind: 'boolean', fault: 13616, default: true },
  trim: { kind: 'choice', values: trimValues, fault: 13699, default: 'trim-silence' },
  transcribe: { kind: 'boolean', fault: 13614, default: false },
  transcribeCallback: { kind: 'url', fault: 13257 },
  ...recordingAttributes,
} as const satisfies AttributeTable;

/** Of a recording, and of one that is to be transcribed. */
const maxLengthDefaultSeconds = 3_600;
const transcribedDefaultSeconds = 120;

function parse(element: Element, warnings: Warnings): RecordVerb {
  const given = readAttributes(element, attributes, warnings);
  const maxLengthDefault = given.transcribe ? transcribedDefaultSeconds : maxLengthDefaultSeconds;
  return {
    kind: 'record',
    method: given.method,
    timeoutMs: given.timeout * 1000,
    finishOnKey: given.finishOnKey,
    maxLengthMs: (given.maxLength ?? maxLengthDefault) * 1000,
    playBeep: given.playBeep,
    trimSilence: trims(given.trim),
    // A URL for the transcription alone asks for none.
    transcribe: given.transcribe,
    ...optional({
      action: given.action,
      recordingStatusCallback: recordingCallback(given),
      transcribeCallback: given.transcribeCallback,
    }),
    line: element.line,
  };
}

export const record: VerbSpec<RecordVerb> = {
  name: 'Record',
  contexts: ['voice'],
  attributes,
  children: [],
  parse,
};
