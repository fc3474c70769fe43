import type { MachineDetection } from '../twiml/nouns/amd.ts';
import { callEvents, type CallEvent } from '../voice/call.ts';
import {
  timeoutDefaultMs,
  timeoutMaxMs,
  type CallRecording,
  type NewCall,
} from '../voice/outbound/new-call.ts';
import { isSipUri } from '../voice/outbound/calling.ts';
import type { RecordingEvent, RecordingTrack } from '../voice/recording.ts';
import { readCallback, type CallbackSpec } from './callback-params.ts';
import type { Params } from './exchange.ts';
import { invalidParameter, type Reader } from './readers.ts';
import { printable } from './reply.ts';
import { readCalledUri } from './sip-uri.ts';

/** Where the status of a call is told. */
export const statusCallbackSpec: CallbackSpec<CallEvent> = {
  name: 'StatusCallback',
  events: callEvents,
  byDefault: ['completed'],
  codes: { url: 21609, method: 21209, event: 21626 },
};

/** Where the status of a recording is told. */
export const recordingCallbackSpec: CallbackSpec<RecordingEvent> = {
  name: 'RecordingStatusCallback',
  events: ['in-progress', 'completed', 'absent'],
  byDefault: ['completed'],
  codes: { url: 21502, method: 21209, event: 13621 },
};

/** Longer than any number or URI, so that acceptance says with its own code what is wrong with it. */
const addressMaxCharacters = 1_200;
/** Longer than any token of ours: a PASSporT is most of one. */
const callTokenMaxCharacters = 16_384;
const sendDigitsMaxCharacters = 32;
const timeLimitDefaultSeconds = 14_400;
const timeLimitMaxSeconds = 86_400;

/** A call as both Calls and Participants are given one. */
export type DialParams = Omit<
  NewCall,
  'account' | 'twiml' | 'sendDigits' | 'machineDetection' | 'asyncDetection'
>;

/** To, From and what else says how a party is called; judges their form only. */
export function readDial(reader: Reader, params: Params): DialParams {
  const to = reader.text('To', addressMaxCharacters, 21211) ?? '';
  if (to === '') reader.refuse(21201, "A 'To' phone number is required.");
  const from = reader.text('From', addressMaxCharacters, 21212) ?? '';
  if (from === '') reader.refuse(21213, "A 'From' phone number is required.");
  const called = readCalledUri(to);
  if (!called.ok) reader.refuse(called.error.code, called.error.detail ?? '');
  const timeoutSeconds = reader.integer('Timeout', 1, timeoutMaxMs / 1000, 21208);
  refuseOthers(reader, params, to);
  return {
    to: called.ok ? called.value.uri : '',
    from,
    callToken: reader.text('CallToken', callTokenMaxCharacters) ?? '',
    callerId: reader.text('CallerId', addressMaxCharacters, 21212) ?? '',
    statusCallback: readCallback(reader, params, statusCallbackSpec),
    timeoutMs: timeoutSeconds === undefined ? timeoutDefaultMs : timeoutSeconds * 1000,
    timeLimitMs: readTimeLimit(reader) ?? timeLimitDefaultSeconds * 1000,
    recording: reader.flag('Record') === true ? readRecording(reader, params, true) : null,
    ...readSipAuth(reader),
    headers: called.ok ? called.value.headers : [],
  };
}

/** In milliseconds. */
export function readTimeLimit(reader: Reader): number | undefined {
  const seconds = reader.integer('TimeLimit', 1, timeLimitMaxSeconds);
  return seconds === undefined ? undefined : seconds * 1000;
}

/** How a recording is made; `trimmed` is what it is without a Trim. */
export function readRecording(reader: Reader, params: Params, trimmed: boolean): CallRecording {
  const trim = reader.choice('Trim', ['trim-silence', 'do-not-trim']);
  const track: RecordingTrack = reader.choice('RecordingTrack', ['inbound', 'outbound', 'both']) ?? 'both';
  return {
    channels: reader.choice('RecordingChannels', ['mono', 'dual']) ?? 'mono',
    track,
    trimSilence: trim === undefined ? trimmed : trim === 'trim-silence',
    statusCallback: readCallback(reader, params, recordingCallbackSpec),
  };
}

function readSipAuth(reader: Reader): Pick<NewCall, 'sipUsername' | 'sipPassword'> {
  const sipUsername = reader.text('SipAuthUsername', 255, 21221) ?? '';
  const sipPassword = reader.text('SipAuthPassword', 255, 21223) ?? '';
  if (/["\\\p{Cc}]/u.test(sipUsername)) reader.refuse(21222, 'SipAuthUsername has illegal characters.');
  if (/\p{Cc}/u.test(sipPassword)) reader.refuse(21224, 'SipAuthPassword has illegal characters.');
  if (sipUsername !== '' && sipPassword === '')
    reader.refuse(21225, 'SipAuthUsername needs a SipAuthPassword.');
  return { sipUsername, sipPassword };
}

/** Digits to dial once a call is answered; '' for none. */
export function readSendDigits(reader: Reader): string {
  const digits = reader.text('SendDigits', sendDigitsMaxCharacters, 21206) ?? '';
  if (!/^[0-9A-D#*wW]*$/.test(digits))
    reader.refuse(21206, `SendDigits may hold 0-9, A-D, #, *, w and W, not ${printable(digits)}.`);
  return digits;
}

/** Answering-machine detection, with `callback` as the parameter that names who is told the verdict. */
export function readMachineDetection(
  reader: Reader,
  callback: 'AsyncAmdStatusCallback' | 'AmdStatusCallback',
): MachineDetection | null {
  const code = 21234;
  const mode = reader.choice('MachineDetection', ['enable', 'detectmessageend', 'none'], 21207);
  const timeoutSeconds = reader.integer('MachineDetectionTimeout', 3, 60, code) ?? 30;
  const speechThresholdMs = reader.integer('MachineDetectionSpeechThreshold', 1000, 6000, code) ?? 2400;
  const speechEndThresholdMs = reader.integer('MachineDetectionSpeechEndThreshold', 500, 5000, code) ?? 1200;
  const silenceTimeoutMs = reader.integer('MachineDetectionSilenceTimeout', 2000, 10_000, code) ?? 5000;
  const url = reader.url(callback, 21609) ?? '';
  const method = reader.method(`${callback}Method`, 21209) ?? 'POST';
  if (mode === undefined || mode === 'none') return null;
  return {
    mode: mode === 'enable' ? 'Enable' : 'DetectMessageEnd',
    timeoutMs: timeoutSeconds * 1000,
    speechThresholdMs,
    speechEndThresholdMs,
    silenceTimeoutMs,
    ...(url === '' ? {} : { callback: { url, method } }),
  };
}

/** What belongs to products that this edge does not have, and what changes nothing on it. */
function refuseOthers(reader: Reader, params: Params, to: string): void {
  const trunk = params.get('Byoc');
  // Documented: it means nothing where To is no number.
  if (trunk && !isSipUri(to))
    reader.refuse(21300, `There is no BYOC trunk ${printable(trunk)} on this edge. Leave it out.`);
  for (const name of ['Passports', 'RecordingConfigurationId', 'ClientNotificationUrl']) {
    if (params.get(name)) reader.refuse(invalidParameter, `This edge has no use for ${name}. Leave it out.`);
  }
  // Branded calling shows it; nothing here does.
  reader.text('CallReason', 50);
}
