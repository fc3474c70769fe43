import type { Conference, ConferenceEvent, Participant } from '../conference.ts';
import { rfc2822, type Param, type Params } from '../params.ts';

/** What is told (StatusCallbackEvent), and the subscription that it belongs to. */
export const conferenceEvents = {
  'conference-start': 'start',
  'conference-end': 'end',
  'participant-join': 'join',
  'participant-leave': 'leave',
  'participant-mute': 'mute',
  'participant-unmute': 'mute',
  'participant-hold': 'hold',
  'participant-unhold': 'hold',
  'participant-modify': 'modify',
  'participant-speech-start': 'speaker',
  'participant-speech-stop': 'speaker',
  'announcement-end': 'announcement',
  'announcement-fail': 'announcement',
} as const satisfies Readonly<Record<string, ConferenceEvent>>;

export type ToldEvent = keyof typeof conferenceEvents;

/** https://www.twilio.com/docs/voice/twiml/conference#attributes-statusCallbackEvent */
export function conferenceParams(
  conference: Conference,
  accountSid: string,
  event: ToldEvent,
  nowMs: number,
  participant?: Participant,
  extra: Params = [],
): Params {
  const params: Param[] = [
    ['AccountSid', accountSid],
    ['ConferenceSid', conference.sid],
    ['FriendlyName', conference.friendlyName],
    ['StatusCallbackEvent', event],
    ['SequenceNumber', String(conference.nextSequence)],
    ['Timestamp', rfc2822(nowMs)],
  ];
  if (participant !== undefined) {
    params.push(
      ['CallSid', participant.callSid],
      ['Muted', String(participant.muted)],
      ['Hold', String(participant.hold)],
      ['Coaching', String(participant.coaching)],
      ['EndConferenceOnExit', String(participant.endConferenceOnExit)],
      ['StartConferenceOnEnter', String(participant.startConferenceOnEnter)],
    );
    if (participant.callSidToCoach !== '') params.push(['CallSidToCoach', participant.callSidToCoach]);
    if (participant.label !== '') params.push(['ParticipantLabel', participant.label]);
  }
  return [...params, ...extra];
}
