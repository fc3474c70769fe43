import type { Sid } from '../../control/base/sid.ts';
import type { EventTarget } from './call.ts';

/** https://www.twilio.com/docs/voice/api/recording */
export type RecordingStatus =
  'in-progress' | 'paused' | 'stopped' | 'processing' | 'completed' | 'absent' | 'failed' | 'deleted';

/** What began it, as Twilio names it. */
export type RecordingSource =
  | 'RecordVerb'
  | 'DialVerb'
  | 'Conference'
  | 'OutboundAPI'
  | 'StartCallRecordingAPI'
  | 'StartCallRecordingTwiML'
  | 'StartConferenceRecordingAPI';

export type RecordingTrack = 'inbound' | 'outbound' | 'both';

export type RecordingEvent = 'in-progress' | 'completed' | 'absent';

/** A recording, as it is kept; its sound is a WAV file of that SID in the data folder. */
export interface Recording {
  /** RE… */
  readonly sid: Sid;
  readonly accountNo: number;
  /** The call that was recorded; of a conference, the one that began it. */
  readonly callSid: Sid;
  /** CF…, or ''. */
  readonly conferenceSid: Sid;
  readonly source: RecordingSource;
  readonly channels: 1 | 2;
  readonly track: RecordingTrack;
  readonly status: RecordingStatus;
  /** A code of Twilio's table, or 0. */
  readonly errorCode: number;
  readonly startedMs: number;
  readonly durationMs: number;
  readonly bytes: number;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly statusCallback: EventTarget<RecordingEvent> | null;
  readonly nextSequence: number;
  /** Millionths; null unless it is completed. */
  readonly priceMicros: number | null;
}

/** Nothing more will be recorded. */
export const isOver = (status: RecordingStatus): boolean => status !== 'in-progress' && status !== 'paused';
