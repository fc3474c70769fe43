import type { ConferenceEndReason, Participant } from '../conference.ts';

/** Beeps of a participant's coming and going (https://www.twilio.com/docs/voice/twiml/conference#attributes-beep). */
export type Beep = 'true' | 'false' | 'onEnter' | 'onExit';

export const beepsOnEnter = (beep: Beep): boolean => beep === 'true' || beep === 'onEnter';
export const beepsOnExit = (beep: Beep): boolean => beep === 'true' || beep === 'onExit';

/** Those who are in it decide whether it begins: two at least, and one of them may begin it. */
export const begins = (inside: readonly Pick<Participant, 'startConferenceOnEnter'>[]): boolean =>
  inside.length >= 2 && inside.some(({ startConferenceOnEnter }) => startConferenceOnEnter);

/** Whether the leaving of one ends the conference for the others, and why. */
export function endsBy(
  leaving: Pick<Participant, 'endConferenceOnExit'>,
  kicked: boolean,
  left: number,
): ConferenceEndReason | undefined {
  if (leaving.endConferenceOnExit) {
    return kicked
      ? 'participant-with-end-conference-on-exit-kicked'
      : 'participant-with-end-conference-on-exit-left';
  }
  if (left > 0) return undefined;
  return kicked ? 'last-participant-kicked' : 'last-participant-left';
}

/** What is said of an end (ReasonConferenceEnded's sentence, `Reason`). */
export function reasonText(reason: ConferenceEndReason, callSid: string): string {
  switch (reason) {
    case 'conference-ended-via-api':
      return 'Conference ended via API';
    case 'participant-with-end-conference-on-exit-left':
      return `Participant ${callSid} with endConferenceOnExit=true left the conference`;
    case 'participant-with-end-conference-on-exit-kicked':
      return `Participant ${callSid} with endConferenceOnExit=true was kicked from the conference`;
    case 'last-participant-kicked':
      return `Last participant ${callSid} was kicked from the conference`;
    case 'last-participant-left':
      return `Last participant ${callSid} left the conference`;
  }
}
