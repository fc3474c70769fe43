import type { Sid } from '../../control/base/sid.ts';
import type { EventTarget } from './call.ts';

export type ConferenceStatus = 'init' | 'in-progress' | 'completed';

/** https://www.twilio.com/docs/voice/api/conference-resource, `reason_conference_ended`. */
export type ConferenceEndReason =
  | 'conference-ended-via-api'
  | 'participant-with-end-conference-on-exit-left'
  | 'participant-with-end-conference-on-exit-kicked'
  | 'last-participant-kicked'
  | 'last-participant-left';

export type ConferenceEvent =
  'start' | 'end' | 'join' | 'leave' | 'mute' | 'hold' | 'modify' | 'speaker' | 'announcement';

/** A conference, as it is kept. */
export interface Conference {
  /** CF… */
  readonly sid: Sid;
  readonly accountNo: number;
  readonly friendlyName: string;
  readonly status: ConferenceStatus;
  readonly endReason: ConferenceEndReason | '';
  /** The call whose leaving ended it, or ''. */
  readonly endedByCallSid: Sid;
  readonly createdMs: number;
  readonly updatedMs: number;
  /** That of the first participant who named one, as Twilio does. */
  readonly statusCallback: EventTarget<ConferenceEvent> | null;
  readonly nextSequence: number;
}

/** https://www.twilio.com/docs/voice/api/conference-participant-resource, `status` */
export type ParticipantStatus = 'queued' | 'connecting' | 'ringing' | 'connected' | 'complete' | 'failed';

/** Someone in a running conference, or being dialled into it. Lives in memory as the call does. */
export interface Participant {
  readonly callSid: Sid;
  readonly conferenceSid: Sid;
  readonly accountNo: number;
  /** '' if none. */
  readonly label: string;
  readonly muted: boolean;
  readonly hold: boolean;
  readonly coaching: boolean;
  /** The call it coaches, or ''. */
  readonly callSidToCoach: Sid;
  readonly startConferenceOnEnter: boolean;
  readonly endConferenceOnExit: boolean;
  readonly status: ParticipantStatus;
  readonly queueTimeMs: number;
  readonly createdMs: number;
  readonly updatedMs: number;
}

/** A participant's time in a conference, as it is kept. */
export interface Stay {
  /** CP… */
  readonly sid: Sid;
  readonly accountNo: number;
  readonly conferenceSid: Sid;
  readonly callSid: Sid;
  readonly joinedMs: number;
  /** 0 while it goes on. */
  readonly leftMs: number;
  readonly updatedMs: number;
  /** What its minutes cost; null until it is over. */
  readonly priceMicros: number | null;
}
