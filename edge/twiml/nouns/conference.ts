import { optional, readAttributes, type AttributeTable, type HttpMethod } from '../attributes.ts';
import {
  recordingAttributes,
  recordingCallback,
  trims,
  trimValues,
  type Callback,
  type RecordingEvent,
} from '../callbacks.ts';
import { textOf, trimmed, type Element } from '../element.ts';
import type { Warnings } from '../fault.ts';
import type { ElementSpec } from '../verb.ts';

export type ConferenceEvent =
  'start' | 'end' | 'join' | 'leave' | 'mute' | 'hold' | 'modify' | 'speaker' | 'announcement';

/** A conference to join (https://www.twilio.com/docs/voice/twiml/conference). */
export interface ConferenceNoun {
  readonly kind: 'conference';
  /** Its friendly name, of the account. */
  readonly name: string;
  readonly muted: boolean;
  readonly beep: 'true' | 'false' | 'onEnter' | 'onExit';
  readonly startConferenceOnEnter: boolean;
  readonly endConferenceOnExit: boolean;
  /** TwiML or sound until it starts; '' for silence, default: hold music. */
  readonly waitUrl?: string;
  readonly waitMethod: HttpMethod;
  readonly maxParticipants: number;
  /** From its start. */
  readonly record: boolean;
  readonly trimSilence: boolean;
  readonly recordingStatusCallback?: Callback<RecordingEvent>;
  /** Of whoever joins first. */
  readonly statusCallback?: Callback<ConferenceEvent>;
  /** The deprecated callback at its end. */
  readonly eventCallbackUrl?: string;
  readonly participantLabel?: string;
  /** SID of the call whose party alone hears this one. */
  readonly coach?: string;
  readonly region?: string;
  readonly jitterBufferSize: 'large' | 'medium' | 'small' | 'off';
  readonly line: number;
}

const attributes = {
  muted: { kind: 'boolean', fault: 13230, default: false },
  beep: { kind: 'choice', values: ['true', 'false', 'onEnter', 'onExit'], fault: 13235, default: 'true' },
  startConferenceOnEnter: { kind: 'boolean', fault: 13232, default: true },
  endConferenceOnExit: { kind: 'boolean', fault: 13231, default: false },
  waitUrl: { kind: 'url', fault: 13233, empty: true },
  waitMethod: { kind: 'method', fault: 13234, default: 'POST' },
  maxParticipants: { kind: 'integer', min: 2, max: 250, fault: 16002, default: 250 },
  record: {
    kind: 'choice',
    values: ['do-not-record', 'record-from-start', 'true', 'false'],
    fault: 13217,
    default: 'do-not-record',
  },
  trim: { kind: 'choice', values: trimValues, fault: 13239, default: 'trim-silence' },
  ...recordingAttributes,
  statusCallback: { kind: 'url', fault: 11100 },
  statusCallbackMethod: { kind: 'method', fault: 21209, default: 'POST' },
  statusCallbackEvent: {
    kind: 'choices',
    values: ['start', 'end', 'join', 'leave', 'mute', 'hold', 'modify', 'speaker', 'announcement'],
    fault: 12200,
    // As for conferences made by REST; the page of this noun names no default.
    default: ['start', 'end'],
  },
  eventCallbackUrl: { kind: 'url', fault: 11100 },
  // Not the form of a call's SID, by which a participant may be named as well (16023).
  participantLabel: { kind: 'pattern', pattern: /^(?!CA[0-9a-fA-F]{32}$)[^/\p{Cc}]{1,128}$/u, fault: 16023 },
  coach: { kind: 'pattern', pattern: /^CA[0-9a-f]{32}$/, fault: 13240 },
  region: { kind: 'pattern', pattern: /^[a-z0-9-]{2,20}$/, fault: 16002 },
  jitterBufferSize: {
    kind: 'choice',
    values: ['large', 'medium', 'small', 'off'],
    fault: 16002,
    default: 'large',
  },
} as const satisfies AttributeTable;

const nameMaxCharacters = 128;

function parse(element: Element, warnings: Warnings): ConferenceNoun | undefined {
  const given = readAttributes(element, attributes, warnings);
  const name = trimmed(textOf(element));
  if (name === '' || Array.from(name).length > nameMaxCharacters) {
    warnings.add(13237, `1 to ${nameMaxCharacters} characters are expected`, element.line);
    return undefined;
  }
  const { statusCallback: url, statusCallbackMethod: method, statusCallbackEvent: events } = given;
  return {
    kind: 'conference',
    name,
    muted: given.muted,
    beep: given.beep,
    startConferenceOnEnter: given.startConferenceOnEnter,
    endConferenceOnExit: given.endConferenceOnExit,
    waitMethod: given.waitMethod,
    maxParticipants: given.maxParticipants,
    record: given.record === 'record-from-start' || given.record === 'true',
    trimSilence: trims(given.trim),
    jitterBufferSize: given.jitterBufferSize,
    ...optional({
      waitUrl: given.waitUrl,
      recordingStatusCallback: recordingCallback(given),
      statusCallback: url === undefined ? undefined : { url, method, events },
      eventCallbackUrl: given.eventCallbackUrl,
      participantLabel: given.participantLabel,
      coach: given.coach,
      region: given.region,
    }),
    line: element.line,
  };
}

export const conferenceNoun: ElementSpec<ConferenceNoun> = {
  name: 'Conference',
  attributes,
  children: [],
  parse,
};
