import type { AttributeTable, Attributes, HttpMethod } from './attributes.ts';

/** A URL to tell of events. */
export interface Callback<Event extends string> {
  /** Absolute, or relative to the document. */
  readonly url: string;
  readonly method: HttpMethod;
  readonly events: readonly Event[];
}

export type CallEvent = 'initiated' | 'ringing' | 'answered' | 'completed';
export type RecordingEvent = 'in-progress' | 'completed' | 'absent';

/** `statusCallback` and its companions on a dialled noun (https://www.twilio.com/docs/voice/twiml/number). */
export const callStatusAttributes = {
  statusCallback: { kind: 'url', fault: 11100 },
  statusCallbackMethod: { kind: 'method', fault: 21209, default: 'POST' },
  statusCallbackEvent: {
    kind: 'choices',
    values: ['initiated', 'ringing', 'answered', 'completed'],
    fault: 12200,
    default: ['completed'],
  },
} as const satisfies AttributeTable;

export function callStatusCallback(
  given: Attributes<typeof callStatusAttributes>,
): Callback<CallEvent> | undefined {
  if (given.statusCallback === undefined) return undefined;
  return {
    url: given.statusCallback,
    method: given.statusCallbackMethod,
    events: given.statusCallbackEvent,
  };
}

/** `recordingStatusCallback` and its companions, wherever something is recorded. */
export const recordingAttributes = {
  recordingStatusCallback: { kind: 'url', fault: 13256 },
  recordingStatusCallbackMethod: { kind: 'method', fault: 21209, default: 'POST' },
  recordingStatusCallbackEvent: {
    kind: 'choices',
    values: ['in-progress', 'completed', 'absent'],
    fault: 13621,
    default: ['completed'],
  },
  /** Names a configuration that only Twilio's console can make. */
  recordingConfigurationId: { kind: 'text' },
} as const satisfies AttributeTable;

export function recordingCallback(
  given: Attributes<typeof recordingAttributes>,
): Callback<RecordingEvent> | undefined {
  if (given.recordingStatusCallback === undefined) return undefined;
  return {
    url: given.recordingStatusCallback,
    method: given.recordingStatusCallbackMethod,
    events: given.recordingStatusCallbackEvent,
  };
}

/** Twilio accepts truth values for `trim`, too (https://www.twilio.com/docs/api/errors/13239). */
export const trimValues = ['trim-silence', 'do-not-trim', 'true', 'false'] as const;

export const trims = (value: (typeof trimValues)[number]): boolean =>
  value === 'trim-silence' || value === 'true';
