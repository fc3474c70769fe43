import { optional, readAttributes, type AttributeTable, type HttpMethod } from '../attributes.ts';
import {
  recordingAttributes,
  recordingCallback,
  trims,
  trimValues,
  type Callback,
  type RecordingEvent,
} from '../callbacks.ts';
import { elementsOf, isBlank, textOf, type Element } from '../element.ts';
import type { Warnings } from '../fault.ts';
import { conferenceNoun, type ConferenceNoun } from '../nouns/conference.ts';
import { numberNoun, type NumberNoun } from '../nouns/number.ts';
import { queueNoun, type QueueNoun } from '../nouns/queue.ts';
import { sipNoun, type SipNoun } from '../nouns/sip.ts';
import { unsupported, type Unsupported } from '../unsupported.ts';
import { readChildren, type ElementSpec, type VerbSpec } from '../verb.ts';

/** Parties that may be rung together. */
export type Endpoint = NumberNoun | SipNoun | Unsupported;

export type DialTarget =
  /** At most ten; none when all that was written is wrong: the dial fails. */
  { readonly kind: 'endpoints'; readonly endpoints: readonly Endpoint[] } | ConferenceNoun | QueueNoun;

/** Connect the call to another party (https://www.twilio.com/docs/voice/twiml/dial). */
export interface DialVerb {
  readonly kind: 'dial';
  readonly target: DialTarget;
  /** Absolute, or relative to the document; default: go on with the document. */
  readonly action?: string;
  readonly method: HttpMethod;
  /** For an answer. */
  readonly timeoutMs: number;
  /** Of the connection. */
  readonly timeLimitMs: number;
  /** A number, `client:…` or a SIP user; default: the calling party's. Whether it may be used is not yet checked. */
  readonly callerId?: string;
  readonly callReason?: string;
  readonly hangupOnStar: boolean;
  /** An inbound call rings until the dialled party has answered. */
  readonly answerOnBridge: boolean;
  /** One after another, in order; else all at once. */
  readonly sequential: boolean;
  /** ISO code of the country whose ringback is played. */
  readonly ringTone?: string;
  readonly record:
    | { readonly kind: 'no' }
    | {
        readonly kind: 'yes';
        readonly from: 'answer' | 'ringing';
        readonly channels: 'mono' | 'dual';
        readonly track: 'both' | 'inbound' | 'outbound';
        readonly trimSilence: boolean;
        readonly recordingStatusCallback?: Callback<RecordingEvent>;
      };
  /** Asked what to do when the dialled party sends REFER. */
  readonly referUrl?: string;
  readonly referMethod: HttpMethod;
  readonly line: number;
}

const ringTones = (
  'at au bg br be ch cl cn cz de dk ee es fi fr gr hu il in it lt jp mx my nl no nz ph pl pt ru se sg th uk us us-old ' +
  'tw ve za'
).split(' ');

const attributes = {
  action: { kind: 'url', fault: 11100 },
  method: { kind: 'method', fault: 13210, default: 'POST' },
  timeout: { kind: 'integer', min: 1, max: 600, fault: 13212, default: 30 },
  timeLimit: { kind: 'integer', min: 1, max: 86_400, fault: 13216, default: 14_400 },
  callerId: { kind: 'pattern', pattern: /^[^\p{Cc}<>"]{1,256}$/u, fault: 13248 },
  callReason: { kind: 'pattern', pattern: /^[^\p{Cc}]{1,50}$/u, fault: 12200 },
  hangupOnStar: { kind: 'boolean', fault: 13213, default: false },
  answerOnBridge: { kind: 'boolean', fault: 13219, default: false },
  sequential: { kind: 'boolean', fault: 13218, default: false },
  ringTone: { kind: 'choice', values: ringTones, fault: 13220 },
  record: {
    kind: 'choice',
    values: [
      'do-not-record',
      'record-from-answer',
      'record-from-ringing',
      'record-from-answer-dual',
      'record-from-ringing-dual',
      'true',
      'false',
    ],
    fault: 13217,
    default: 'do-not-record',
  },
  recordingTrack: { kind: 'choice', values: ['both', 'inbound', 'outbound'], fault: 12200, default: 'both' },
  trim: { kind: 'choice', values: trimValues, fault: 13699, default: 'do-not-trim' },
  ...recordingAttributes,
  referUrl: { kind: 'url', fault: 11100 },
  referMethod: { kind: 'method', fault: 13210, default: 'POST' },
  /** Of Twilio's SDKs, and undocumented. */
  events: { kind: 'text' },
  passports: { kind: 'text' },
} as const satisfies AttributeTable;

const nouns: readonly ElementSpec<Endpoint | ConferenceNoun | QueueNoun>[] = [
  numberNoun,
  sipNoun,
  conferenceNoun,
  queueNoun,
  unsupported('Application', 13215),
  unsupported('Client', 13215),
  unsupported('Sim', 13258),
  unsupported('WhatsApp', 13215),
];

/** More are not rung (13250). */
const endpointsMax = 10;

function targetOf(element: Element, warnings: Warnings): DialTarget {
  const found = readChildren(element, nouns, warnings);
  if (elementsOf(element).length === 0) {
    const bare = numberNoun.parse({ ...element, name: 'Number', attributes: new Map() }, warnings);
    return { kind: 'endpoints', endpoints: bare === undefined ? [] : [bare] };
  }
  if (!isBlank(textOf(element)))
    warnings.add(12200, 'text beside the nouns of <Dial> was ignored', element.line);
  const [first] = found;
  if (first?.kind === 'conference' || first?.kind === 'queue') {
    for (const other of found.slice(1)) {
      warnings.add(first.kind === 'conference' ? 13000 : 13215, 'only the first noun is dialled', other.line);
    }
    return first;
  }
  const endpoints: Endpoint[] = [];
  for (const noun of found) {
    if (noun.kind === 'conference') warnings.add(13000, '<Conference> was ignored', noun.line);
    else if (noun.kind === 'queue') warnings.add(13215, '<Queue> was ignored', noun.line);
    else if (endpoints.length === endpointsMax) {
      warnings.add(13250, `only the first ${endpointsMax} are dialled`, noun.line);
    } else endpoints.push(noun);
  }
  return { kind: 'endpoints', endpoints };
}

function parse(element: Element, warnings: Warnings): DialVerb {
  const given = readAttributes(element, attributes, warnings);
  const recorded = given.record === 'true' ? 'record-from-answer' : given.record;
  return {
    kind: 'dial',
    target: targetOf(element, warnings),
    method: given.method,
    timeoutMs: given.timeout * 1000,
    timeLimitMs: given.timeLimit * 1000,
    hangupOnStar: given.hangupOnStar,
    answerOnBridge: given.answerOnBridge,
    sequential: given.sequential,
    record:
      recorded === 'do-not-record' || recorded === 'false'
        ? { kind: 'no' }
        : {
            kind: 'yes',
            from: recorded.startsWith('record-from-answer') ? 'answer' : 'ringing',
            channels: recorded.endsWith('-dual') ? 'dual' : 'mono',
            track: given.recordingTrack,
            trimSilence: trims(given.trim),
            ...optional({ recordingStatusCallback: recordingCallback(given) }),
          },
    referMethod: given.referMethod,
    ...optional({
      action: given.action,
      callerId: given.callerId,
      callReason: given.callReason,
      ringTone: given.ringTone,
      referUrl: given.referUrl,
    }),
    line: element.line,
  };
}

export const dial: VerbSpec<DialVerb> = {
  name: 'Dial',
  contexts: ['voice'],
  attributes,
  children: nouns.map(({ name }) => name),
  childFault: 13215,
  parse,
};
