import { fail, ok, type Result } from '../../control/base/result.ts';
import { isFinal, type Call } from '../voice/call.ts';
import type { CallFilter } from '../voice/store/call-book.ts';
import { addressOf } from './addresses.ts';
import { parseMoment } from './date-range.ts';
import type { Params } from './exchange.ts';
import { callStates, callType, countryOfParty, isVerified, stateOf } from './insight.ts';
import { invalidParameter, Reader } from './readers.ts';
import { printable, refused, type Refused } from './reply.ts';

/** What nobody here knows of a call; a list by it would be empty, and its reader wrong about why. */
const unknown = [
  'FromCarrier',
  'ToCarrier',
  'AbnormalSession',
  'AnsweredByAnnotation',
  'ConnectivityIssueAnnotation',
  'QualityIssueAnnotation',
  'SpamAnnotation',
  'CallScoreAnnotation',
  'BrandedEnabled',
  'VoiceIntegrityEnabled',
  'BrandedBundleSid',
  'BrandedLogo',
  'BrandedType',
  'BrandedUseCase',
  'BrandedCallReason',
  'VoiceIntegrityBundleSid',
  'VoiceIntegrityUseCase',
  'BusinessProfileIdentity',
  'BusinessProfileIndustry',
  'BusinessProfileBundleSid',
  'BusinessProfileType',
] as const;

const answerers = [
  'unknown',
  'machine_start',
  'machine_end_beep',
  'machine_end_silence',
  'machine_end_other',
  'human',
  'fax',
] as const;

const directions = [
  'outbound_api',
  'outbound_dial',
  'inbound',
  'trunking_originating',
  'trunking_terminating',
] as const;

const unitSeconds = { m: 60, h: 3_600, d: 86_400, w: 604_800 } as const;

/** The filters of https://www.twilio.com/docs/voice/voice-insights/api/call/call-summaries-resource; `tagged` tells tags. */
export function readSummaryFilter(
  query: Params,
  nowMs: number,
  tagged: (call: Call) => boolean,
): Result<CallFilter, Refused> {
  const strange = unknown.find((name) => (query.get(name) ?? '') !== '');
  if (strange !== undefined)
    return fail(refused(20001, `${strange} is not known of any call on this edge; leave it out.`));
  const reader = new Reader(query);
  const sinceSecond = readSecond(reader, 'StartTime', nowMs, 4 * unitSeconds.h);
  const untilSecond = readSecond(reader, 'EndTime', nowMs, 0);
  const from = reader.text('From', 256) ?? '';
  const to = reader.text('To', 256) ?? '';
  const tests = readTests(reader, tagged);
  if (reader.choice('SortBy', ['start_time', 'end_time']) === 'end_time')
    reader.refuse(invalidParameter, 'Summaries are sorted by start_time; leave SortBy out.');
  if (reader.fault !== undefined) return fail(reader.fault);
  return ok({
    ...(from === '' ? {} : { from: addressOf(from) }),
    ...(to === '' ? {} : { to: addressOf(to) }),
    started: { sinceSecond, untilSecond },
    where: (call) => tests.every((test) => test(call)),
  });
}

type Test = (call: Call) => boolean;

function readTests(reader: Reader, tagged: (call: Call) => boolean): readonly Test[] {
  const tests: Test[] = [];
  /** Each value that is given must be the call's own. */
  const equal = <T>(wanted: T | undefined, of: (call: Call) => T): void => {
    if (wanted !== undefined) tests.push((call) => of(call) === wanted);
  };
  const country = (name: string): string | undefined => reader.text(name, 2)?.toUpperCase() || undefined;
  equal(country('FromCountryCode'), ({ from }) => countryOfParty(from) ?? '');
  equal(country('ToCountryCode'), ({ to }) => countryOfParty(to) ?? '');
  equal(reader.flag('VerifiedCaller'), (call) => isVerified(call) === true);
  equal(reader.flag('HasTag'), tagged);
  equal(reader.choice('CallType', ['carrier', 'sip', 'trunking', 'client', 'whatsapp']), callType);
  equal(reader.choice('CallState', callStates), stateOf);
  equal(reader.choice('Direction', directions), ({ direction }) => direction.replace('-', '_'));
  equal(reader.choice('AnsweredBy', answerers), ({ answeredBy }) => answeredBy);
  switch (reader.choice('ProcessingState', ['completed', 'started', 'partial', 'all']) ?? 'completed') {
    case 'completed':
      tests.push(({ status }) => isFinal(status));
      break;
    case 'started':
    case 'partial':
      tests.push(({ status }) => !isFinal(status));
      break;
    case 'all':
      break;
  }
  return tests;
}

/** `30m`, `4h`, `3d`, `1w` ago, or a moment as ISO 8601 has it, in Unix seconds. */
function readSecond(reader: Reader, name: string, nowMs: number, defaultAgoSeconds: number): number {
  const text = reader.text(name, 40) ?? '';
  const nowSecond = Math.floor(nowMs / 1000);
  if (text === '') return nowSecond - defaultAgoSeconds;
  const ago = /^(\d{1,6})([mhdw])$/.exec(text);
  if (ago !== null) return nowSecond - Number(ago[1]) * unitSeconds[ago[2] as keyof typeof unitSeconds];
  const moment = parseMoment(text);
  if (moment !== undefined) return name === 'EndTime' ? moment.lastSecond : moment.firstSecond;
  reader.refuse(
    invalidParameter,
    `${name} must be a time ago (30m, 4h, 3d, 1w) or an ISO 8601 date-time, not ${printable(text)}.`,
  );
  return nowSecond;
}
