import { fail, ok, type Result } from '../../control/base/result.ts';
import { isSid } from '../../control/base/sid.ts';
import type { ConferenceEvent, ConferenceNoun } from '../twiml/nouns/conference.ts';
import type { ParticipantChange } from '../voice/conferences/participants.ts';
import type { NewCall } from '../voice/outbound/new-call.ts';
import { readCallback, type CallbackSpec } from './callback-params.ts';
import { readDial, readMachineDetection, recordingCallbackSpec } from './dial-params.ts';
import type { Params } from './exchange.ts';
import { invalidParameter, Reader } from './readers.ts';
import { printable, type Refused } from './reply.ts';

/** Whom POST Participants dials, and how they take part. */
export interface NewParticipant {
  readonly noun: ConferenceNoun;
  readonly wish: Omit<NewCall, 'account' | 'twiml'>;
}

const labelMaxCharacters = 128;
/** "Failed to validate conference attributes" */
const badAttribute = 16_002;
const badLabel = 16_024;

const conferenceEvents: readonly ConferenceEvent[] = [
  'start',
  'end',
  'join',
  'leave',
  'mute',
  'hold',
  'modify',
  'speaker',
  'announcement',
];

const conferenceCallback: CallbackSpec<ConferenceEvent> = {
  name: 'ConferenceStatusCallback',
  events: conferenceEvents,
  byDefault: ['start', 'end'],
  codes: { url: 21609, method: 21209, event: 21626 },
};

const beeps = { true: 'true', false: 'false', onenter: 'onEnter', onexit: 'onExit' } as const;

/** The parameters of POST Participants (https://www.twilio.com/docs/voice/api/conference-participant-resource); `name` is the conference's. */
export function readNewParticipant(params: Params, name: string): Result<NewParticipant, Refused> {
  const reader = new Reader(params);
  const dial = readDial(reader, params);
  const machineDetection = readMachineDetection(reader, 'AmdStatusCallback');
  const coach = readCoach(reader, params);
  const label = readLabel(reader);
  const waitUrl = reader.url('WaitUrl', badAttribute);
  const recordingStatusCallback = readCallback(reader, params, {
    ...recordingCallbackSpec,
    name: 'ConferenceRecordingStatusCallback',
  });
  const statusCallback = readCallback(reader, params, conferenceCallback);
  const beep = reader.choice('Beep', ['true', 'false', 'onenter', 'onexit'], badAttribute) ?? 'true';
  const record = reader.choice(
    'ConferenceRecord',
    ['true', 'false', 'record-from-start', 'do-not-record'],
    badAttribute,
  );
  const trim = reader.choice('ConferenceTrim', ['trim-silence', 'do-not-trim'], badAttribute);
  const jitterBufferSize =
    reader.choice('JitterBufferSize', ['large', 'medium', 'small', 'off'], badAttribute) ?? 'large';
  const noun: ConferenceNoun = {
    kind: 'conference',
    name,
    muted: reader.flag('Muted') ?? false,
    beep: beeps[beep],
    startConferenceOnEnter: reader.flag('StartConferenceOnEnter') ?? true,
    endConferenceOnExit: reader.flag('EndConferenceOnExit') ?? false,
    ...(waitUrl === undefined ? {} : { waitUrl }),
    waitMethod: reader.method('WaitMethod', badAttribute) ?? 'POST',
    maxParticipants: reader.integer('MaxParticipants', 2, 250, badAttribute) ?? 250,
    record: record === 'true' || record === 'record-from-start',
    trimSilence: trim !== 'do-not-trim',
    ...(recordingStatusCallback === null ? {} : { recordingStatusCallback }),
    ...(statusCallback === null ? {} : { statusCallback }),
    ...(label === '' ? {} : { participantLabel: label }),
    ...(coach ? { coach } : {}),
    jitterBufferSize,
    line: 0,
  };
  readOthers(reader, params);
  if (reader.fault !== undefined) return fail(reader.fault);
  const wish = { ...dial, sendDigits: '', machineDetection, asyncDetection: machineDetection !== null };
  return ok({ noun, wish });
}

/** What says nothing to this edge, but is judged; and what it does not have. */
function readOthers(reader: Reader, params: Params): void {
  reader.flag('EarlyMedia');
  reader.text('Region', 16);
  reader.text('CallerDisplayName', 255);
  for (const name of params.names()) {
    if (name.startsWith('Emergency') && params.get(name))
      reader.refuse(invalidParameter, `This edge has no emergency calling: leave ${name} out.`);
  }
}

function readLabel(reader: Reader): string {
  const label = reader.text('Label', labelMaxCharacters, badLabel) ?? '';
  if (label.includes('/') || isSid(label, 'CA'))
    reader.refuse(badLabel, `Label ${printable(label)} may not hold a slash or be the SID of a call.`);
  return label;
}

/** The call that is coached, '' for none any more, undefined if nothing is said of it. */
function readCoach(reader: Reader, params: Params): string | undefined {
  const coaching = reader.flag('Coaching');
  const sid = params.get('CallSidToCoach') || undefined;
  if (sid !== undefined && !isSid(sid, 'CA'))
    reader.refuse(16_028, `CallSidToCoach ${printable(sid)} is not the SID of a call.`);
  if (coaching === true && sid === undefined)
    reader.refuse(badAttribute, 'Coaching needs the CallSidToCoach.');
  return coaching === false ? '' : sid;
}

/** The parameters of an update. */
export function readParticipantChange(params: Params): Result<ParticipantChange, Refused> {
  const reader = new Reader(params);
  const muted = reader.flag('Muted');
  const hold = reader.flag('Hold');
  const holdUrl = reader.url('HoldUrl', 21205) ?? '';
  const holdMethod = reader.method('HoldMethod', 21209) ?? 'GET';
  const announceUrl = reader.url('AnnounceUrl', 21205) ?? '';
  const announceMethod = reader.method('AnnounceMethod', 21209) ?? 'POST';
  const endConferenceOnExit = reader.flag('EndConferenceOnExit');
  const coach = readCoach(reader, params);
  for (const name of ['WaitUrl', 'BeepOnExit']) {
    if (params.get(name))
      reader.refuse(invalidParameter, `${name} is settled when a participant is added; leave it out.`);
  }
  if (reader.fault !== undefined) return fail(reader.fault);
  const hearing = holdUrl === '' ? null : { url: holdUrl, method: holdMethod };
  return ok({
    ...(muted === undefined ? {} : { muted }),
    ...(hold === undefined ? {} : { hold: { on: hold, hearing } }),
    ...(announceUrl === '' ? {} : { announce: { url: announceUrl, method: announceMethod } }),
    ...(endConferenceOnExit === undefined ? {} : { endConferenceOnExit }),
    ...(coach === undefined ? {} : { coach }),
  });
}
