import type { Params } from '../params.ts';
import { rfc2822 } from '../params.ts';
import type { Recording, RecordingStatus } from '../recording.ts';

/** Where a recording's sound is fetched: its resource without an extension, as Twilio gives it. */
const recordingUrl = (origin: string, accountSid: string, sid: string): string =>
  `${origin}/2010-04-01/Accounts/${accountSid}/Recordings/${sid}`;

/** https://www.twilio.com/docs/voice/api/recording#recordingstatuscallback */
export function recordingParams(
  recording: Recording,
  status: RecordingStatus,
  accountSid: string,
  origin: string,
): Params {
  return [
    ['AccountSid', accountSid],
    ['CallSid', recording.callSid],
    ...(recording.conferenceSid === '' ? [] : [['ConferenceSid', recording.conferenceSid] as const]),
    ['RecordingSid', recording.sid],
    ['RecordingUrl', recordingUrl(origin, accountSid, recording.sid)],
    ['RecordingStatus', status],
    ['RecordingDuration', status === 'in-progress' ? '-1' : String(Math.ceil(recording.durationMs / 1000))],
    ['RecordingChannels', String(recording.channels)],
    ['RecordingStartTime', rfc2822(recording.startedMs)],
    ['RecordingSource', recording.source],
    ['RecordingTrack', recording.track],
    ['ErrorCode', String(recording.errorCode)],
  ];
}
